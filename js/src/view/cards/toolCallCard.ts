import { brief, duration, place, prettyJson } from "../../format/format";
import type { Block, Message } from "../../model/message";
import type { ToolCall } from "../../model/toolCalls";
import type { TranscriptContext } from "../state/context";
import { messageOf } from "../state/selection";
import { button, h, setShown, setText } from "../ui/element";
import { frameScheduler } from "../ui/frameScheduler";
import { icon } from "../ui/icon";
import { LongText } from "../ui/longText";
import { mediaPart } from "../ui/mediaChip";
import type { Scope } from "../ui/scope";
import { RawTokens } from "./rawTokens";

/** JSON indented, anything else as it is. */
function readable(text: string): string {
  return (/^\s*[[{]/.test(text) && prettyJson(text)) || text;
}

/** A tool's result or error: its message, or else the data of the call's events. */
function outcome(
  call: ToolCall | undefined,
  answer: Message | undefined,
  context: TranscriptContext,
): HTMLElement {
  const failed = call?.phase === "failed";
  const label = failed ? "Error" : "Result";
  const text = answer?.text || (answer ? "" : brief(call?.data ?? ""));
  const long = new LongText(label);
  long.set(readable(text));
  const from = answer ? place([], answer.node) || "the graph" : "";
  const title = answer
    ? // The message has no row of its own: this button selects it.
      button(
        { class: "select", "aria-pressed": "false" },
        () => {
          const { selection } = context;
          const off = messageOf(selection.value) === answer;
          selection.value = off ? null : { kind: "message", message: answer };
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
 * The card of a tool call: its name, arguments (indented when complete), the graphs that run
 * inside it, and its result. There is one card, wherever in the graph the tool ran.
 */
export function toolCallCard(block: Block, context: TranscriptContext, scope: Scope): HTMLElement {
  const { run, raw, selection } = context;
  const name = h("span", { class: "call-name" });
  const mark = h("span", { class: "call-mark" }, icon("tool"));
  const select = button(
    { class: "select", "aria-pressed": "false" },
    () => {
      selection.value = chosen() ? null : { kind: "call", block };
    },
    mark,
    name,
  );
  const status = h("span", { class: "quiet call-status" });
  const holder = h("div", { class: "call-args" });
  const inside = h("div", { class: "call-inside", hidden: true });
  const progressLine = h("p", { class: "call-progress", hidden: true });
  const results = h("div");
  const args = new LongText("Arguments");
  const element = h(
    "div",
    { class: "call", role: "group" },
    h("div", { class: "call-head" }, select, status),
    holder,
    inside,
    progressLine,
    results,
  );
  let tokens: RawTokens | null = null;
  let complete = false;
  let shown = "";
  let final = false;

  context.blocks.set(element, block);
  const chosen = () => selection.value?.kind === "call" && selection.value.block === block;
  scope.follow(() => select.setAttribute("aria-pressed", String(chosen())));
  const drawArgs = (over: boolean) => {
    if (tokens) tokens.update();
    if (complete) return;
    const { text } = block;
    complete = over;
    if (over) args.set(readable(text.toString()));
    else
      args.grow(text.slice(Math.max(text.length - LongText.tail, 0)), text.length <= LongText.tail);
    setShown(args.element, !over || text.length > 0);
  };
  const draw = () => {
    if (block.name !== null) setText(name, block.name);
    else if (!name.hasChildNodes()) setText(name, "tool");
    element.setAttribute("aria-label", `Call of ${name.textContent}`);
    const call = run.tools.get(block.callId);
    const answer = run.toolAnswers.get(block.callId ?? "");
    const next = block.message.blocks.at(-1) !== block;
    drawArgs(block.message.done || next || call !== undefined || answer !== undefined);
    const answered = answer?.done === true;
    // The message comes a moment before the event that says whether the call failed.
    const phase = answered && call?.phase !== "failed" ? "finished" : (call?.phase ?? "asked");
    const over = phase === "finished" || phase === "failed";
    const running = !over && call !== undefined && run.status.value === "running";
    element.dataset.phase = over ? phase : running ? "running" : "asked";
    const took =
      call?.finished != null && call.started != null ? call.finished - call.started : null;
    const word = over ? (phase === "failed" ? "failed" : "done") : running ? "running" : "";
    setText(status, [word, took === null ? "" : duration(took)].filter(Boolean).join(" · "));
    const progress = phase === "progress" && call ? brief(call.data) : "";
    setText(progressLine, progress);
    setShown(progressLine, progress !== "");
    final = answered && call?.finished != null;
    if (!answered && (!over || call?.data == null)) return;
    const now = `${answered} ${phase}`;
    if (now === shown) return;
    shown = now;
    results.replaceChildren(outcome(call, answered ? answer : undefined, context));
  };
  scope.renew(
    () => raw.value,
    (asTokens) => {
      tokens = asTokens ? new RawTokens(block, context.selection) : null;
      holder.replaceChildren(tokens?.element ?? args.element);
      draw();
    },
  );
  scope.follow(() => {
    block.length.value;
    run.changed.value;
    run.status.value;
    // Immediately: parts of the card may be drawn before the card itself is painted again.
    if (block.callId !== null) context.calls.set(block.callId, inside);
    // A call with an answer changes no more, and a run may have very many calls.
    if (!final) frameScheduler.request(draw);
  });
  scope.onClose(() => frameScheduler.cancel(draw));
  return element;
}
