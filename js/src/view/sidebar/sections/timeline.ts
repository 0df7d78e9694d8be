import { duration, place } from "../../../format/format";
import type { RunState } from "../../../model/runState";
import type { Task } from "../../../model/tasks";
import type { ViewContext } from "../../state/context";
import { button, h, setShown, setText } from "../../ui/element";

/** Most executions in the list. */
const MAX_ROWS = 200;

function taskStatus(task: Task, run: RunState): string {
  if (task.error) return "failed";
  if (task.interrupts.length > 0) return "asks";
  if (task.finished !== null) return "done";
  return run.status.value === "running" ? "running" : "unfinished";
}

/** The executions of a run's nodes, each as a bar from its beginning to its end. */
export class Timeline {
  readonly element = h("section", { class: "group", "aria-label": "Nodes" });
  #list = h("div", { class: "timeline" });
  #more = h("p", { class: "quiet" });
  #rows: (() => void)[] = [];

  constructor(readonly context: ViewContext) {
    this.element.append(h("p", { class: "group-title" }, "Nodes"), this.#list, this.#more);
  }

  /** Update it. */
  update(): void {
    const { all } = this.context.run.tasks;
    const room = Math.min(all.length, MAX_ROWS);
    while (this.#rows.length < room) this.#rows.push(this.#row(all[this.#rows.length] as Task));
    for (const draw of this.#rows) draw();
    setText(this.#more, all.length > room ? `and ${all.length - room} more` : "");
    setShown(this.element, all.length > 0);
  }

  #row(task: Task): () => void {
    const { run, selection } = this.context;
    const bar = h("i");
    const took = h("span", { class: "number" });
    const row = button(
      { class: "timeline-row" },
      () => {
        selection.value = { kind: "task", task };
      },
      h("span", { class: "timeline-name", dir: "auto" }, place(task.ns, task.node)),
      h("span", { class: "track" }, bar),
      took,
    );
    this.#list.append(row);
    return () => {
      const whole = Math.max(run.end?.duration ?? run.latest, 1);
      const end = task.finished ?? whole;
      bar.style.insetInlineStart = `${(task.started / whole) * 100}%`;
      bar.style.width = `${(Math.max(end - task.started, 0) / whole) * 100}%`;
      const state = taskStatus(task, run);
      row.dataset.state = state;
      setText(took, state === "done" ? duration(end - task.started) : state);
    };
  }
}
