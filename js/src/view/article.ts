import { duration, place, plural } from "../figures";
import { shows, showsPart } from "../filters";
import type { Block, Message } from "../message";
import { callPart } from "./call";
import { messageOf } from "./choice";
import type { Context } from "./context";
import { button, h, setShown, setText } from "./element";
import { mediaPart, revisedPart, textPart } from "./part";
import type { Scope } from "./scope";

const ORIGINS = {
  returned: "Came whole, not token by token",
  input: "Part of the graph's input",
} as const;

function part(block: Block, context: Context, scope: Scope): HTMLElement {
  if (block.kind === "tool_call") return callPart(block, context, scope);
  if (block.kind !== "text" && block.kind !== "reasoning") return mediaPart(block);
  const holder = h("div", { class: "text" });
  textPart(holder, block, context, scope);
  if (block.kind === "text") return holder;
  return h("details", { class: "fold reasoning" }, h("summary", {}, "Reasoning"), holder);
}

/** The line above a message: where it comes from, who speaks, and how it came. */
function heading(message: Message): (Node | null)[] {
  const { role, name, origin, node, ns } = message;
  const where = place(ns, node) || name || role;
  const model = message.metadata.ls_model_name;
  const tag = (text: string, title = "") =>
    h("span", { class: "badge", title: title || null }, text);
  return [
    h("span", { class: "node" }, where),
    role !== "ai" && role !== where ? tag(role) : null,
    name && name !== where && name !== node ? h("span", { class: "quiet" }, name) : null,
    typeof model === "string" ? h("span", { class: "quiet model" }, model) : null,
    origin === "returned" || origin === "input" ? tag(origin, ORIGINS[origin]) : null,
  ];
}

/**
 * One message of a transcript.
 *
 * @param message - the message
 * @param hue - number of its node's colour
 */
export function article(
  message: Message,
  hue: number,
  context: Context,
  scope: Scope,
): HTMLElement {
  const { choice, current } = context;
  const figures = h("span", { class: "figures" });
  const select = button(
    { class: "select", "aria-pressed": "false" },
    () => {
      choice.value = messageOf(choice.value) === message ? null : { kind: "message", message };
    },
    ...heading(message),
  );
  const body = h("div", { class: "body" });
  const note = h("p", { class: "note", hidden: true });
  const element = h(
    "article",
    { class: "message", "data-key": message.key, "data-role": message.role, "data-hue": hue },
    h("header", { class: "head" }, select, figures),
    body,
    note,
  );

  // A click anywhere selects, unless it was meant for something else.
  element.addEventListener("click", (event) => {
    const goal = event.target as Element;
    if (goal.closest("a, button, summary, input, textarea") || !getSelection()?.isCollapsed) return;
    choice.value = { kind: "message", message };
  });

  const parts = scope.child();
  // Other filters draw the whole transcript anew.
  const filters = context.filters.peek();
  const shown = (block: Block) => showsPart(filters, message.role, block.kind);
  let drawn = 0;
  const draw = () => {
    if (message.final !== null && element.dataset.revised === undefined) {
      element.dataset.revised = "";
      parts.close();
      const other = message.blocks.filter((block) => block.kind !== "text" && shown(block));
      body.replaceChildren(...other.map((block) => part(block, context, parts)));
      if (showsPart(filters, message.role, "text"))
        body.append(revisedPart(message, context, parts));
      drawn = message.blocks.length;
    }
    for (; drawn < message.blocks.length; drawn += 1) {
      const block = message.blocks[drawn];
      if (block && shown(block)) body.append(part(block, context, parts));
    }
    const again = message.resent.map(({ ns, node }) => place(ns, node) || "the graph");
    const notes = [
      message.final === null ? null : "The node's final message differs from what was streamed.",
      again.length > 0 ? `Sent again by ${[...new Set(again)].join(", ")}.` : null,
    ].filter((each) => each !== null);
    setText(note, notes.join(" "));
    setShown(note, notes.length > 0);
    setShown(element, shows(filters, message));
  };
  scope.paint(() => message.changed.value, draw);
  scope.paint(
    () => [message.tokens.value, message.changed.value, context.store.status.value],
    () => {
      const { span } = message;
      const streamed = span !== null && message.origin === "streamed";
      const took = span ? span[1] - message.started : 0;
      setText(
        figures,
        streamed ? `${duration(took)} · ${plural(message.tokens.value, "token")}` : "",
      );
      const live = !message.done && context.store.status.value === "running";
      element.classList.toggle("lgn-live", live);
    },
  );
  scope.follow(() => {
    select.setAttribute("aria-pressed", String(messageOf(choice.value) === message));
    element.toggleAttribute("data-current", current.value === message);
  });
  return element;
}
