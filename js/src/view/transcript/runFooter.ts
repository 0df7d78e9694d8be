import { place } from "../../format/format";
import type { InterruptNote, RunState } from "../../model/runState";
import { diagnosis } from "../cards/diagnosis";
import { errorBox } from "../cards/errorBox";
import { interruptBox } from "../cards/interruptBox";
import { h, setText } from "../ui/element";
import type { Scope } from "../ui/scope";

/** The part below the messages: running nodes, interrupts, errors. */
export function runFooter(run: RunState, shown: () => number, scope: Scope): HTMLElement {
  const work = h("p", { class: "running-nodes" });
  const questions = h("div");
  const failed = h("div");
  let drawn = "";

  const question = ({ id, ns, value }: InterruptNote) => {
    const task = run.tasks.all.find((each) => each.interrupts.includes(id ?? ""));
    const where = place(task?.ns ?? ns, task?.node ?? null);
    return interruptBox("Interrupt", `${where || "The graph"} asks`, value);
  };
  scope.paint(
    // The number of shown messages changes with the view's filters, too.
    () => [run.changed.value, run.count.value, run.status.value, shown()],
    () => {
      setText(work, atWork(run, shown()));
      work.hidden = work.textContent === "";
      // The interrupted node is known only when the run ends.
      const now = `${run.interrupts.length} ${run.status.value}`;
      if (now !== drawn) questions.replaceChildren(...run.interrupts.map(question));
      drawn = now;
      const error = run.end?.error;
      if (!error || failed.hasChildNodes()) return;
      failed.append(errorBox(error));
    },
  );
  return h("div", { class: "run-footer" }, work, questions, failed, diagnosis(run, scope));
}

function atWork(run: RunState, shown: number): string {
  if (run.status.value !== "running") {
    const left = run.end?.left;
    if (left) {
      return `Stopped. ${left.join(", ")} did not end when cancelled and ${left.length > 1 ? "were" : "was"} left behind.`;
    }
    if (shown > 0 || run.end?.error || run.interrupts.length > 0) return "";
    return run.messages.length > 0
      ? "The filters hide this run's messages: take them away to see more."
      : "This run has no messages.";
  }
  // A message that is being written already shows that its node is running.
  const writing = new Set(run.messages.filter((each) => !each.done).map((each) => each.task));
  const busy = run.tasks.all
    .filter((task) => task.finished === null && !writing.has(task.id))
    .map((task) => place(task.ns, task.node));
  if (busy.length > 0) return `${[...new Set(busy)].join(", ")} at work…`;
  return writing.size > 0 ? "" : "Waiting for the graph…";
}
