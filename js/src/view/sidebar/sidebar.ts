import { count, place } from "../../format/format";
import { failure } from "../cards/errorBox";
import type { Context } from "../state/context";
import { type Choice, messageOf, tokenFrom } from "../state/selection";
import { button, h, setShown } from "../ui/element";
import type { Scope } from "../ui/scope";
import { Checkpoints, ways } from "./checkpoints";
import { Rows } from "./factList";
import { type FactGroup, facts } from "./messageFacts";
import { callFacts, checkpointFacts, runFacts, taskFacts, tokenFacts } from "./runFacts";
import { changes } from "./stateDiff";
import { Timeline } from "./timeline";

/** Code units of text shown on either side of a token. */
const AROUND = 60;

/** The way to what is chosen, from the run inwards: names, and what choosing them means. */
function path(choice: Choice | null, { store }: Context): [name: string, choice: Choice | null][] {
  const steps: [string, Choice | null][] = [["Run", null]];
  const message = messageOf(choice);
  const task = choice?.kind === "task" ? choice.task : message && store.tasks.of(message);
  if (task) steps.push([place(task.ns, task.node) || "node", { kind: "task", task }]);
  if (message) steps.push([`${message.role} message`, { kind: "message", message }]);
  if (choice?.kind === "token") steps.push([`token ${count(choice.index + 1)}`, choice]);
  if (choice?.kind === "call") steps.push([choice.block.name ?? "tool call", choice]);
  if (choice?.kind === "checkpoint")
    steps.push([`checkpoint of step ${choice.checkpoint.step}`, choice]);
  return steps;
}

function known(choice: Choice | null, { store }: Context): FactGroup[] {
  switch (choice?.kind) {
    case "message":
      return facts(choice.message, store);
    case "token":
      return tokenFacts(choice.block, choice.index);
    case "call":
      return callFacts(choice.block, store);
    case "task":
      return taskFacts(choice.task);
    case "checkpoint":
      return checkpointFacts(choice.checkpoint);
    default:
      return runFacts(store);
  }
}

/** A token amid its text, with the ways to the ones beside it. */
function surroundings({ choice }: Context, scope: Scope): HTMLElement {
  const text = h("p", { class: "around", dir: "auto" });
  const turn = (words: string, by: number) =>
    button(
      { class: "button" },
      () => {
        choice.value = tokenFrom(choice.value, by);
      },
      words,
    );
  const ways = h("p", { class: "buttons" }, turn("Previous", -1), turn("Next", 1));
  const element = h("div", {}, text, ways);
  scope.follow(() => {
    const chosen = choice.value;
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
export function sidebar(context: Context, scope: Scope): HTMLElement {
  const { choice, store } = context;
  const crumbs = h("nav", { class: "crumbs", "aria-label": "What is told about" });
  const failed = h("div");
  const state = h("div");
  const rows = new Rows();
  const timeline = new Timeline(context);
  const saved = new Checkpoints(context);
  const code = h("div");
  scope.renew(
    () => choice.value,
    (chosen, part) => {
      const steps = path(chosen, context);
      crumbs.replaceChildren(
        ...steps.map(([name, target], index) =>
          index === steps.length - 1
            ? h("span", { class: "side-title", dir: "auto" }, name)
            : button(
                { class: "link", dir: "auto" },
                () => {
                  choice.value = target;
                },
                name,
              ),
        ),
      );
      const message = messageOf(chosen);
      code.replaceChildren(chosen?.kind === "checkpoint" ? ways(chosen.checkpoint, store) : "");
      let error: unknown = null;
      let told = "";
      part.paint(
        () => [
          message?.tokens.value,
          message?.changed.value,
          store.changed.value,
          store.status.value,
        ],
        () => {
          rows.show(known(chosen, context));
          setShown(timeline.element, chosen === null);
          if (chosen === null) timeline.update();
          saved.show(chosen === null);
          // What ended the run stands below its messages.
          const raised = chosen?.kind === "task" && chosen.task.error;
          if (raised !== error) failed.replaceChildren(...(raised ? [failure(raised)] : []));
          error = raised;
          const states = chosen?.kind === "task" ? store.stateAt(chosen.task) : null;
          const now = JSON.stringify(states);
          // What the reader has unfolded stays so while nothing has changed.
          if (now !== told) state.replaceChildren(...(states ? [changes(states) ?? ""] : []));
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
