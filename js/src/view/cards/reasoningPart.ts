import { duration, plural } from "../../format/format";
import type { Block } from "../../model/message";
import type { ViewContext } from "../state/context";
import { h, setText } from "../ui/element";
import type { Scope } from "../ui/scope";
import { textPart } from "./textPart";

/** The summary of folded reasoning. */
function words(block: Block, live: boolean): string {
  const { tokens, message, text, started, ended } = block;
  if (message.origin !== "streamed") return `Reasoning · ${plural(text.length, "character")}`;
  const length = plural(tokens.length, "token");
  if (live) return `Thinking… ${length}`;
  const took = (ended ?? 0) - (started ?? 0);
  return took > 0 ? `Thought for ${duration(took)} · ${length}` : `Thought · ${length}`;
}

/** A model's reasoning: folded, with its length and its duration. */
export function reasoningPart(block: Block, context: ViewContext, scope: Scope): HTMLElement {
  const { message } = block;
  const summary = h("summary");
  const holder = h("div", { class: "text" });
  const element = h("details", { class: "fold reasoning" }, summary, holder);
  textPart(holder, block, context, scope);
  scope.paint(
    () => [block.length.value, message.changed.value, context.run.status.value],
    () => {
      const writing = !message.done && message.blocks.at(-1) === block;
      const live = writing && context.run.status.value === "running";
      setText(summary, words(block, live));
      element.classList.toggle("lgn-thinking", live);
    },
  );
  return element;
}
