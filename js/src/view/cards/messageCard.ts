import { duration, plural } from "../../format/format";
import { shows, showsPart } from "../../model/filters";
import type { Block, Message } from "../../model/message";
import type { TranscriptContext } from "../state/context";
import { messageOf } from "../state/selection";
import { button, h, setShown, setText } from "../ui/element";
import { citedPart, mediaPart } from "../ui/mediaChip";
import type { Scope } from "../ui/scope";
import { reasoningPart } from "./reasoningPart";
import { revisedPart, textPart } from "./textPart";
import { toolCallCard } from "./toolCallCard";

const ORIGINS = {
  returned: "Came whole, not token by token",
  input: "Part of the graph's input",
} as const;

/** A block that is drawn again with each piece: its pieces are few. */
function otherPart(block: Block, scope: Scope): HTMLElement {
  const holder = h("div");
  scope.paint(
    () => block.length.value,
    () => {
      const open = holder.querySelector("details")?.open ?? false;
      holder.replaceChildren(mediaPart(block));
      const fold = holder.querySelector("details");
      if (fold) fold.open = open;
    },
  );
  return holder;
}

/** What a text cites, once there is anything. */
function citations(block: Block, scope: Scope): HTMLElement {
  const holder = h("div", { hidden: true });
  let count = 0;
  scope.paint(
    () => block.length.value,
    () => {
      if (block.data.length === count) return;
      count = block.data.length;
      const cited = citedPart(block);
      holder.replaceChildren(...(cited ? [cited] : []));
      setShown(holder, cited !== null);
    },
  );
  return holder;
}

function parts(block: Block, context: TranscriptContext, scope: Scope): HTMLElement[] {
  if (block.kind === "tool_call") return [toolCallCard(block, context, scope)];
  if (block.kind === "reasoning") {
    return [reasoningPart(block, context, scope), citations(block, scope)];
  }
  if (block.kind !== "text") return [otherPart(block, scope)];
  const holder = h("div", { class: "text" });
  textPart(holder, block, context, scope);
  return [holder, citations(block, scope)];
}

/** The line above a message: its node, its role, and its origin. */
function heading(message: Message): (Node | null)[] {
  const { role, name, origin, node, ns, metadata } = message;
  // The group around it shows the graph.
  const where = node || name || role;
  const model = metadata.ls_model_name;
  const author = name ?? (ns.length === 0 ? message.agent : null);
  const tag = (text: string, title = "") =>
    h("span", { class: "badge", title: title || null }, text);
  return [
    h("span", { class: "node" }, where),
    role !== "ai" && role !== where ? tag(role) : null,
    author && author !== where ? h("span", { class: "quiet" }, author) : null,
    typeof model === "string" ? h("span", { class: "quiet model" }, model) : null,
    origin === "returned" || origin === "input" ? tag(origin, ORIGINS[origin]) : null,
  ];
}

/** The nodes that sent a message again. */
export function resentNote(message: Message): string {
  const senders = message.resent.map(({ node }) => node || "the graph");
  return senders.length > 0 ? `Sent again by ${[...new Set(senders)].join(", ")}.` : "";
}

/**
 * One message of a transcript.
 *
 * @param message - the message
 * @param hue - the number of its node's colour
 */
export function messageCard(
  message: Message,
  hue: number,
  context: TranscriptContext,
  scope: Scope,
): HTMLElement {
  const { selection, run } = context;
  const counts = h("span");
  const origin = message.origin === "streamed" ? h("span", { class: "origin" }, "streamed") : null;
  const select = button(
    { class: "select", "aria-pressed": "false" },
    () => {
      selection.value =
        messageOf(selection.value) === message ? null : { kind: "message", message };
    },
    ...heading(message),
  );
  const body = h("div", { class: "body" });
  const note = h("p", { class: "note", hidden: true });
  const element = h(
    "article",
    { class: "message", "data-key": message.key, "data-role": message.role, "data-hue": hue },
    h("header", { class: "head" }, select, h("span", { class: "number" }, origin, counts)),
    body,
    note,
  );

  let [texts, blocks] = [scope.child(), scope.child()];
  // Other filters redraw the whole transcript.
  const filters = context.filters.peek();
  const shown = (kind: Block["kind"]) => showsPart(filters, message.role, kind);
  let drawn = 0;
  let revised = false;
  let replaced: Block[] | null = null;
  const draw = () => {
    if (message.streamed !== null && replaced !== message.blocks) {
      // The node's final message has other blocks: they are drawn instead.
      replaced = message.blocks;
      texts.close();
      blocks.close();
      [texts, blocks] = [scope.child(), scope.child()];
      body.replaceChildren();
      drawn = 0;
      revised = false;
    }
    for (; drawn < message.blocks.length; drawn += 1) {
      const block = message.blocks[drawn];
      if (!block || !shown(block.kind)) continue;
      body.append(...parts(block, context, block.kind === "text" ? texts : blocks));
    }
    if (message.final !== null && !revised) {
      revised = true;
      texts.close();
      for (const text of [...body.children]) if (text.matches(".lgn-text")) text.remove();
      if (shown("text")) body.append(revisedPart(message, context, texts));
    }
    const notes = [
      !message.revised ? "" : "The node's final message differs from what was streamed.",
      resentNote(message),
    ].filter(Boolean);
    setText(note, notes.join(" "));
    setShown(note, notes.length > 0);
    setShown(element, shows(filters, message));
  };
  scope.paint(() => message.changed.value, draw);
  scope.paint(
    () => [message.tokens.value, message.changed.value, run.status.value],
    () => {
      const { span, done } = message;
      const took = span ? duration(span[1] - message.started) : "";
      const figures = ["", took, plural(message.tokens.value, "token")];
      if (origin) setText(counts, figures.filter((each, at) => each || at === 0).join(" · "));
      element.classList.toggle("lgn-streaming", !done && run.status.value === "running");
    },
  );
  context.redraws.set(message, draw);
  context.note(message, element);
  return element;
}
