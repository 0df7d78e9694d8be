import type { Task } from "../../model/tasks";

/** A place among the rows of a graph: which row, and which of the row's lanes. */
export interface LanePlace {
  readonly row: number;
  readonly lane: number;
}

/** The task that runs a subgraph, and the task's namespace. */
export interface HostTask {
  readonly ns: readonly string[];
  readonly task: string | null;
  readonly node: string;
}

/**
 * Find the task that runs a namespace's graph. The last segment is `node:task`; a graph that the
 * same task calls again has a bare number behind that.
 *
 * @param ns - a namespace that is not the root's
 */
export function hostTask(ns: readonly string[]): HostTask {
  let at = ns.length - 1;
  while (at > 0 && !ns[at]?.includes(":")) at -= 1;
  const [node = "", task = null] = ns[at]?.split(/:(.*)/s) ?? [];
  return { ns: ns.slice(0, at), task, node };
}

function overlap(a: Task, b: Task): boolean {
  const until = (task: Task) => task.finished ?? Number.POSITIVE_INFINITY;
  return a.started < until(b) && b.started < until(a);
}

/**
 * Arranges the messages and events of a graph in rows, in order of arrival. Tasks that ran
 * at the same time share a row, each in a lane of its own. A task that follows another
 * begins a new row. Places never change, so that a stored run looks as it did live.
 */
export class Lanes {
  /** The tasks in each lane of the last row. */
  #lanes: (string | null)[][] = [];
  #row = -1;

  /** @param task - finds a task by its id */
  constructor(readonly task: (id: string) => Task | undefined) {}

  /** Number of lanes in the last row. */
  get width(): number {
    return this.#lanes.length;
  }

  /** Number of the last row; -1 before there is any. */
  get row(): number {
    return this.#row;
  }

  /**
   * Find a place for the next message or event of a task.
   *
   * @param id - the task, or null if there is none
   */
  place(id: string | null): LanePlace {
    const own = this.#lanes.findIndex((lane) => lane.includes(id));
    if (own !== -1) return { row: this.#row, lane: own };
    const free = this.#parallel(id) ? this.#lanes.findIndex((lane) => this.#over(lane, id)) : -2;
    if (free === -2) {
      this.#row += 1;
      this.#lanes = [];
    }
    const lane = free < 0 ? this.#lanes.length : free;
    this.#lanes[lane] = [...(this.#lanes[lane] ?? []), id];
    return { row: this.#row, lane };
  }

  /** Whether a task ran at the same time as another one in the last row. */
  #parallel(id: string | null): boolean {
    return this.#lanes.some((lane) => !this.#over(lane, id));
  }

  /** Whether all tasks of a lane had ended when a task began. */
  #over(lane: readonly (string | null)[], id: string | null): boolean {
    const task = id === null ? undefined : this.task(id);
    return lane.every((each) => {
      const other = each === null ? undefined : this.task(each);
      return !task || !other || !overlap(task, other);
    });
  }
}

/** Tracks which tasks of one graph are running. */
export class RunningTasks {
  #open: Task[] = [];
  #seen = 0;

  /**
   * @param all - the run's tasks, in order of their start; may grow
   * @param ns - the graph's namespace
   */
  constructor(
    readonly all: readonly Task[],
    readonly ns: readonly string[],
  ) {}

  /**
   * The tasks that run at a time, which must not decrease.
   *
   * @param t - in ns since the run began
   */
  at(t: number): readonly Task[] {
    const path = this.ns.join("|");
    for (let next = this.all[this.#seen]; next && next.started <= t; next = this.all[this.#seen]) {
      if (next.ns.join("|") === path) this.#open.push(next);
      this.#seen += 1;
    }
    this.#open = this.#open.filter(({ finished }) => finished === null || finished > t);
    return this.#open;
  }
}
