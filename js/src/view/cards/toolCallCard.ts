import { brief, duration, place, prettyJson } from "../../format/format";
import type { Block, Message } from "../../model/message";
import type { ToolCall } from "../../model/toolCalls";
import type { Sheet } from "../state/context";
import { messageOf } from "../state/selection";
import { button, h, setShown, setText } from "../ui/element";
import { painter } from "../ui/frameScheduler";
import { icon } from "../ui/icon";
import { Long } from "../ui/longText";
import { mediaPart } from "../ui/mediaChip";
import type { Scope } from "../ui/scope";
import { Raw } from "./rawTokens";

/** JSON indented, anything else as it is. */
function readable(text: string): string {
  return (/^\s*[[{]/.test(text) && prettyJson(text)) || text;
}

/** What a tool gave back, or why it failed: its message, or else what is known of the call. */
function outcome(
  call: ToolCall | undefined,
  answer: Message | undefined,
  context: Sheet,
): HTMLElement {
  const failed = call?.phase === "failed";
  const label = failed ? "Error" : "Result";
  const text = answer?.text || (answer ? "" : brief(call?.data ?? ""));
  const long = new Long(label);
  long.set(readable(text));
  const from = answer ? place([], answer.node) || "the graph" : "";
  const title = answer
    ? // The message has no place of its own: this is the way to what is known about it.
      button(
        { class: "select", "aria-pressed": "false" },
        () => {
          const { choice } = context;
          const off = messageOf(choice.value) === answer;
          choice.value = off ? null : { kind: "message", message: answer };
        },
        h("span", { class: "result-title" }, label),
        h("span", { class: "quiet" }, `${answer.origin} by ${from}`),
      )
    : h("span", { class: "result-title" }, label);
  const element = h(
    "div",
    { class: failed ? "result failed" : "result", role: "group", "aria-label": label },
    h("div", { class: "result-head" }, title),
    text ? long.element : null,
    ...(answer?.blocks ?? [])
      .filter(({ kind }) => !["text", "reasoning", "tool_call"].includes(kind))
      .map(mediaPart),
  );
  if (!text && element.children.length === 1) element.append(h("p", { class: "quiet" }, "Empty"));
  if (answer) {
    element.dataset.key = String(answer.key);
    context.note(answer, element);
  }
  return element;
}

/**
 * A tool call: its name, its arguments as they come and then indented, what runs inside it,
 * and what became of it, all in one place, wherever in the graph it was carried out.
 */
export function callPart(block: Block, context: Sheet, scope: Scope): HTMLElement {
  const { store, raw, choice } = context;
  const name = h("span", { class: "call-name" });
  const mark = h("span", { class: "call-mark" }, icon("tool"));
  const select = button(
    { class: "select", "aria-pressed": "false" },
    () => {
      choice.value = chosen() ? null : { kind: "call", block };
    },
    mark,
    name,
  );
  const fate = h("span", { class: "quiet fate" });
  const holder = h("div", { class: "call-args" });
  const inside = h("div", { class: "call-inside", hidden: true });
  const news = h("p", { class: "call-news", hidden: true });
  const results = h("div");
  const args = new Long("Arguments");
  const element = h(
    "div",
    { class: "call", role: "group" },
    h("div", { class: "call-head" }, select, fate),
    holder,
    inside,
    news,
    results,
  );
  let tokens: Raw | null = null;
  let complete = false;
  let shown = "";
  let settled = false;

  context.places.set(element, block);
  const chosen = () => choice.value?.kind === "call" && choice.value.block === block;
  scope.follow(() => select.setAttribute("aria-pressed", String(chosen())));
  const drawArgs = (over: boolean) => {
    if (tokens) tokens.update();
    if (complete) return;
    const { text } = block;
    complete = over;
    if (over) args.set(readable(text.toString()));
    else args.grow(text.slice(Math.max(text.length - Long.tail, 0)), text.length <= Long.tail);
    setShown(args.element, !over || text.length > 0);
  };
  const draw = () => {
    if (block.name !== null) setText(name, block.name);
    else if (!name.hasChildNodes()) setText(name, "tool");
    element.setAttribute("aria-label", `Call of ${name.textContent}`);
    const call = store.tools.get(block.callId);
    const answer = store.answers.get(block.callId ?? "");
    const next = block.message.blocks.at(-1) !== block;
    drawArgs(block.message.done || next || call !== undefined || answer !== undefined);
    const answered = answer?.done === true;
    // The message comes a moment before the event that says whether it tells of a failure.
    const phase = answered && call?.phase !== "failed" ? "finished" : (call?.phase ?? "asked");
    const over = phase === "finished" || phase === "failed";
    const running = !over && call !== undefined && store.status.value === "running";
    element.dataset.phase = over ? phase : running ? "running" : "asked";
    const took =
      call?.finished != null && call.started != null ? call.finished - call.started : null;
    const word = over ? (phase === "failed" ? "failed" : "done") : running ? "running" : "";
    setText(fate, [word, took === null ? "" : duration(took)].filter(Boolean).join(" · "));
    const told = phase === "progress" && call ? brief(call.data) : "";
    setText(news, told);
    setShown(news, told !== "");
    settled = answered && call?.finished != null;
    if (!answered && (!over || call?.data == null)) return;
    const now = `${answered} ${phase}`;
    if (now === shown) return;
    shown = now;
    results.replaceChildren(outcome(call, answered ? answer : undefined, context));
  };
  scope.renew(
    () => raw.value,
    (asTokens) => {
      tokens = asTokens ? new Raw(block, context.choice) : null;
      holder.replaceChildren(tokens?.element ?? args.element);
      draw();
    },
  );
  scope.follow(() => {
    block.length.value;
    store.changed.value;
    store.status.value;
    // At once: what belongs on the card may be drawn before the card is painted again.
    if (block.callId !== null) context.calls.set(block.callId, inside);
    // What has its answer changes no more, and a run may have very many of them.
    if (!settled) painter.request(draw);
  });
  scope.onClose(() => painter.cancel(draw));
  return element;
}
