import { duration, place } from "../../../format/format";
import type { Task } from "../../../model/tasks";
import { errorBox } from "../../cards/errorBox";
import { h } from "../../ui/element";
import { type FactGroup, fact, longFact, withFacts } from "../facts";
import type { Section } from "../section";
import { stateDiff } from "./stateDiff";

declare module "../../state/selection" {
  interface Selections {
    task: { readonly task: Task };
  }
}

/** The facts about one execution of a node. */
export function taskFacts(task: Task): FactGroup[] {
  const { started, finished, error } = task;
  const status = error ? "failed" : task.interrupts.length > 0 ? "asks" : "done";
  return withFacts([
    {
      title: "Where",
      facts: [
        ...fact("Node", task.node),
        ...fact("Step", task.step),
        ...fact("Triggers", task.triggers),
        ...fact("Namespace", task.ns.join(" / ")),
        ...fact("Task", task.id),
        ...fact("Attempt", task.attempt),
      ],
    },
    {
      title: "Timing",
      facts: [
        ...fact("State", finished === null ? "unfinished" : status),
        ...fact("Began after", duration(started)),
        ...fact("Duration", finished === null ? null : duration(finished - started)),
      ],
    },
    { title: "Interrupts", facts: fact("Ids", task.interrupts) },
    { title: "Raw", facts: longFact("Result", task.result) },
  ]);
}

/** One execution of a node. */
export const taskSection: Section<"task"> = {
  crumb: ({ task }) => place(task.ns, task.node) || "node",
  facts: ({ task }) => taskFacts(task),
  above: () => {
    const element = h("div");
    let shown: Task["error"] = null;
    return {
      element,
      update: ({ task }) => {
        if (task.error !== shown) element.replaceChildren(task.error ? errorBox(task.error) : "");
        shown = task.error;
      },
    };
  },
  below: ({ run }) => {
    const element = h("div");
    let shown: Task | null = null;
    let before = "";
    return {
      element,
      update: ({ task }) => {
        const states = run.stateAt(task);
        const now = JSON.stringify(states);
        // Keep open folds open while nothing has changed.
        if (task !== shown || now !== before) element.replaceChildren(stateDiff(states) ?? "");
        shown = task;
        before = now;
      },
    };
  },
};
