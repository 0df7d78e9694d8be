import { count, place } from "../../format/format";
import { errorBox } from "../cards/errorBox";
import type { ViewContext } from "../state/context";
import { messageOf, type Selection, tokenFrom } from "../state/selection";
import { button, h, setShown } from "../ui/element";
import type { Scope } from "../ui/scope";
import { Checkpoints, checkpointCode } from "./checkpoints";
import { FactList } from "./factList";
import { type FactGroup, facts } from "./messageFacts";
import { callFacts, checkpointFacts, runFacts, taskFacts, tokenFacts } from "./runFacts";
import { stateDiff } from "./stateDiff";
import { Timeline } from "./timeline";

/** Code units of text shown on either side of a token. */
const AROUND = 60;

/** The way to what is chosen, from the run inwards: names, and what choosing them means. */
function path(
  selection: Selection | null,
  { run }: ViewContext,
): [name: string, selection: Selection | null][] {
  const steps: [string, Selection | null][] = [["Run", null]];
  const message = messageOf(selection);
  const task = selection?.kind === "task" ? selection.task : message && run.tasks.of(message);
  if (task) steps.push([place(task.ns, task.node) || "node", { kind: "task", task }]);
  if (message) steps.push([`${message.role} message`, { kind: "message", message }]);
  if (selection?.kind === "token") steps.push([`token ${count(selection.index + 1)}`, selection]);
  if (selection?.kind === "call") steps.push([selection.block.name ?? "tool call", selection]);
  if (selection?.kind === "checkpoint")
    steps.push([`checkpoint of step ${selection.checkpoint.step}`, selection]);
  return steps;
}

function known(selection: Selection | null, { run }: ViewContext): FactGroup[] {
  switch (selection?.kind) {
    case "message":
      return facts(selection.message, run);
    case "token":
      return tokenFacts(selection.block, selection.index);
    case "call":
      return callFacts(selection.block, run);
    case "task":
      return taskFacts(selection.task);
    case "checkpoint":
      return checkpointFacts(selection.checkpoint);
    default:
      return runFacts(run);
  }
}

/** A token amid its text, with the ways to the ones beside it. */
function surroundings({ selection }: ViewContext, scope: Scope): HTMLElement {
  const text = h("p", { class: "around", dir: "auto" });
  const turn = (words: string, by: number) =>
    button(
      { class: "button" },
      () => {
        selection.value = tokenFrom(selection.value, by);
      },
      words,
    );
  const ways = h("p", { class: "buttons" }, turn("Previous", -1), turn("Next", 1));
  const element = h("div", {}, text, ways);
  scope.follow(() => {
    const chosen = selection.value;
    setShown(element, chosen?.kind === "token");
    if (chosen?.kind !== "token") return;
    const { block, index } = chosen;
    const [start, end] = [block.tokens.start(index), block.tokens.end(index)];
    text.replaceChildren(
      block.text.slice(Math.max(start - AROUND, 0), start),
      h("mark", {}, block.text.slice(start, end)),
      block.text.slice(end, end + AROUND),
    );
  });
  return element;
}

/**
 * All that is known about what the reader has chosen: the whole run, one execution of a
 * node, a checkpoint, a message, a tool call, or a single token.
 */
export function sidebar(context: ViewContext, scope: Scope): HTMLElement {
  const { selection, run } = context;
  const crumbs = h("nav", { class: "crumbs", "aria-label": "What is told about" });
  const failed = h("div");
  const state = h("div");
  const rows = new FactList();
  const timeline = new Timeline(context);
  const saved = new Checkpoints(context);
  const code = h("div");
  scope.renew(
    () => selection.value,
    (chosen, part) => {
      const steps = path(chosen, context);
      crumbs.replaceChildren(
        ...steps.map(([name, target], index) =>
          index === steps.length - 1
            ? h("span", { class: "side-title", dir: "auto" }, name)
            : button(
                { class: "link", dir: "auto" },
                () => {
                  selection.value = target;
                },
                name,
              ),
        ),
      );
      const message = messageOf(chosen);
      code.replaceChildren(
        chosen?.kind === "checkpoint" ? checkpointCode(chosen.checkpoint, run) : "",
      );
      let error: unknown = null;
      let told = "";
      part.paint(
        () => [message?.tokens.value, message?.changed.value, run.changed.value, run.status.value],
        () => {
          rows.show(known(chosen, context));
          setShown(timeline.element, chosen === null);
          if (chosen === null) timeline.update();
          saved.show(chosen === null);
          // What ended the run stands below its messages.
          const raised = chosen?.kind === "task" && chosen.task.error;
          if (raised !== error) failed.replaceChildren(...(raised ? [errorBox(raised)] : []));
          error = raised;
          const states = chosen?.kind === "task" ? run.stateAt(chosen.task) : null;
          const now = JSON.stringify(states);
          // What the reader has unfolded stays so while nothing has changed.
          if (now !== told) state.replaceChildren(...(states ? [stateDiff(states) ?? ""] : []));
          told = now;
        },
      );
    },
  );
  return h(
    "aside",
    { class: "sidebar", "aria-label": "Details", tabindex: 0 },
    crumbs,
    surroundings(context, scope),
    failed,
    timeline.element,
    saved.element,
    code,
    rows.element,
    state,
  );
}
