import { count, duration } from "../../../format/format";
import type { Block } from "../../../model/message";
import type { ViewContext } from "../../state/context";
import { type Selected, tokenFrom } from "../../state/selection";
import { button, h } from "../../ui/element";
import { type Fact, type FactGroup, fact, longFact } from "../facts";
import type { Part, Section } from "../section";

/** Code units of text shown on either side of a token. */
const CONTEXT = 60;

/** The facts about one token: its time, and its piece of the stream. */
export function tokenFacts(block: Block, index: number): FactGroup[] {
  const { message, tokens } = block;
  const { ns, node, step, task } = message;
  const text = block.text.slice(tokens.start(index), tokens.end(index));
  const t = tokens.time(index);
  const chunk = { type: "delta", t, ns, task, node, step, message: message.key };
  const first: Fact[] = index === 0 ? [] : fact("Gap before", gap(t - tokens.time(index - 1)));
  return [
    {
      title: "Token",
      facts: [
        ...fact("Text", JSON.stringify(text)),
        ...fact("Number", `${count(index + 1)} of ${count(tokens.length)}`),
        ...fact("Kind", block.kind.replace("_", " ")),
        ...fact("Block", block.index),
      ],
    },
    {
      title: "Timing",
      facts: [
        ...fact("Came after", duration(t)),
        ...first,
        ...fact("Since the message began", duration(t - message.started)),
      ],
    },
    {
      title: "Raw",
      facts: longFact("Chunk", { ...chunk, block: block.index, kind: block.kind, text }),
    },
  ];
}

/** A gap between tokens: most are shorter than a millisecond or two. */
function gap(ns: number): string {
  return ns < 10_000_000 ? `${(ns / 1_000_000).toFixed(2)} ms` : duration(ns);
}

/** A token in its text, with buttons to the tokens beside it. */
function surroundings({ selection }: ViewContext): Part<"token"> {
  const text = h("p", { class: "token-context", dir: "auto" });
  const step = (words: string, by: number) =>
    button(
      { class: "button" },
      () => {
        selection.value = tokenFrom(selection.value, by);
      },
      words,
    );
  const buttons = h("p", { class: "buttons" }, step("Previous", -1), step("Next", 1));
  let shown: Selected | null = null;
  return {
    element: h("div", {}, text, buttons),
    update: (selected) => {
      if (selected === shown) return;
      shown = selected;
      const { block, index } = selected;
      const [start, end] = [block.tokens.start(index), block.tokens.end(index)];
      text.replaceChildren(
        block.text.slice(Math.max(start - CONTEXT, 0), start),
        h("mark", {}, block.text.slice(start, end)),
        block.text.slice(end, end + CONTEXT),
      );
    },
  };
}

/** One token of a message. */
export const tokenSection: Section<"token"> = {
  crumb: ({ index }) => `token ${count(index + 1)}`,
  within: ({ block }) => ({ kind: "message", message: block.message }),
  facts: ({ block, index }) => tokenFacts(block, index),
  above: surroundings,
};
