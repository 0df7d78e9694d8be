import type { Payload, RunError } from "../protocol/events.gen";
import type { Unnumbered } from "../protocol/frames";
import type { Message } from "./message";

/** One execution of a node. Times in ns since the run began. */
export interface Task {
  id: string | null;
  node: string | null;
  ns: string[];
  step: number | null;
  triggers: string[];
  attempt: number;
  started: number;
  finished: number | null;
  error: RunError | null;
  result: Payload;
  interrupts: string[];
}

/** The executions of a run's nodes. */
export class Tasks {
  /** One per execution, in order. */
  readonly all: Task[] = [];
  /** The latest execution under each id. */
  #latest = new Map<string | null, Task>();

  start(event: Extract<Unnumbered, { type: "task-start" }>): Task {
    const { task: id, node, ns, step, triggers, attempt, t: started } = event;
    const ends = { finished: null, error: null, result: null, interrupts: [] };
    const task: Task = { id, node, ns, step, triggers, attempt, started, ...ends };
    this.all.push(task);
    this.#latest.set(id, task);
    return task;
  }

  finish(event: Extract<Unnumbered, { type: "task-finish" }>): Task | undefined {
    const task = this.#latest.get(event.task);
    const { t: finished, error, result, interrupts } = event;
    return task && Object.assign(task, { finished, error, result, interrupts });
  }

  /** The latest execution under an id. */
  get(id: string | null): Task | undefined {
    return this.#latest.get(id);
  }

  /** The execution that a message came from, or null. */
  of(message: Message): Task | null {
    return this.#latest.get(message.task) ?? null;
  }
}
