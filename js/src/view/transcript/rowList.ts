import type { Task } from "../../model/tasks";
import type { ViewContext } from "../state/context";
import { h } from "../ui/element";
import type { Scope } from "../ui/scope";
import { BatchedList } from "./batchedList";
import { Lanes, RunningTasks } from "./lanes";
import { ParallelRow } from "./parallelRow";

/** What happens in one graph, in rows, in order of arrival. */
export class RowList {
  readonly element = h("div", { class: "flow" });
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

  /** Where the next thing goes that a task says. */
  place(task: string | null): BatchedList {
    const spot = this.#lanes.place(task);
    if (!this.#last || spot.row !== this.#row) {
      this.#row = spot.row;
      this.#last = new ParallelRow(this.context, this.scope);
      this.#rows.append(this.#last.element);
    }
    return this.#last.lane(spot.lane, task);
  }

  /** The tasks that were at work at a time, in ns; one that does not go back. */
  runningTasks(t: number): readonly Task[] {
    return this.#running.at(t);
  }

  /** Where that goes of which nobody knows which of several tasks it came from. */
  beside(): BatchedList {
    return this.#last && this.#lanes.width > 1 ? this.#last.below : this.place(null);
  }
}
