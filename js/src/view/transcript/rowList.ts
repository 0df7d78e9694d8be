import type { Task } from "../../model/tasks";
import type { ViewContext } from "../state/context";
import { h } from "../ui/element";
import type { Scope } from "../ui/scope";
import { BatchedList } from "./batchedList";
import { Lanes, RunningTasks } from "./lanes";
import { ParallelRow } from "./parallelRow";

/** The rows of one graph, in order of arrival. */
export class RowList {
  readonly element = h("div", { class: "rows" });
  /** The agent whose messages are here, if known. */
  agent: string | null = null;
  readonly #lanes: Lanes;
  readonly #running: RunningTasks;
  readonly #rows: BatchedList;
  #last: ParallelRow | null = null;
  #row = -1;

  constructor(
    readonly context: ViewContext,
    readonly ns: readonly string[],
    readonly scope: Scope,
  ) {
    const { run } = context;
    this.#rows = new BatchedList(this.element, context, scope);
    this.#lanes = new Lanes((id) => run.tasks.get(id));
    this.#running = new RunningTasks(run.tasks.all, ns);
  }

  /** The list for a task's next message or event. */
  place(task: string | null): BatchedList {
    const spot = this.#lanes.place(task);
    if (!this.#last || spot.row !== this.#row) {
      this.#row = spot.row;
      this.#last = new ParallelRow(this.context, this.scope);
      this.#rows.append(this.#last.element);
    }
    return this.#last.lane(spot.lane, task);
  }

  /** The tasks that ran at a time, in ns, which must not decrease. */
  runningTasks(t: number): readonly Task[] {
    return this.#running.at(t);
  }

  /** The list for an event that may come from any of several tasks. */
  beside(): BatchedList {
    return this.#last && this.#lanes.width > 1 ? this.#last.below : this.place(null);
  }
}
