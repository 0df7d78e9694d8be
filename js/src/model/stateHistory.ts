import type { Payload, Values } from "../protocol/events.gen";

/** A graph's state: channel → value, cut and masked. */
export type State = Record<string, Payload>;

/** A task among its graph's states. */
interface Span {
  ns: string;
  first: number;
  last: number;
}

type Change = Pick<Values, "ns" | "set" | "append" | "removed">;

/**
 * Every graph's changes of state, as Python's `StateHistory` has them. A state is built when
 * it is read.
 */
export class StateHistory {
  #changes = new Map<string, Change[]>();
  #spans = new Map<object, Span>();
  #ended = new Map<string, Span[]>();

  /** Apply a change of a graph's state. */
  note(event: Change): void {
    const ns = event.ns.join("|");
    const known = this.#changes.get(ns);
    if (known) known.push(event);
    else this.#changes.set(ns, [event]);
  }

  /** Note that a task begins: the supersteps of all tasks that ended before are over. */
  startTask(task: { ns: string[] }): void {
    const ns = task.ns.join("|");
    const first = this.#count(ns);
    for (const span of this.#ended.get(ns) ?? []) span.last = Math.min(span.last, first);
    this.#ended.delete(ns);
    this.#spans.set(task, { ns, first, last: 0 });
  }

  /** Note that the run is done: tasks that ended without a new state changed nothing. */
  finish(): void {
    for (const [ns, spans] of this.#ended)
      for (const span of spans) span.last = Math.min(span.last, this.#count(ns));
    this.#ended.clear();
  }

  /** Note that a task has ended: the next state is that of its superstep. */
  finishTask(task: object): void {
    const span = this.#spans.get(task);
    if (!span) return;
    span.last = this.#count(span.ns) + 1;
    this.#ended.set(span.ns, [...(this.#ended.get(span.ns) ?? []), span]);
  }

  /** The state that a task began with; null if the graph reported none before. */
  before(task: object): State | null {
    const span = this.#spans.get(task);
    return span ? this.#at(span.ns, span.first) : null;
  }

  /** The state at the end of a task's superstep; null while that is running. */
  after(task: object): State | null {
    const span = this.#spans.get(task);
    return span && this.#count(span.ns) >= span.last ? this.#at(span.ns, span.last) : null;
  }

  /** A reader of a graph's current state, which builds it when it is called. */
  now({ ns }: { ns: string[] }): () => State | null {
    const name = ns.join("|");
    const count = this.#count(name);
    return () => this.#at(name, count);
  }

  #count(ns: string): number {
    return this.#changes.get(ns)?.length ?? 0;
  }

  #at(ns: string, count: number): State | null {
    if (count === 0) return null;
    const state = new Map<string, Payload>();
    for (const { set, append, removed } of (this.#changes.get(ns) ?? []).slice(0, count)) {
      for (const [channel, value] of Object.entries(set)) state.set(channel, value);
      for (const [channel, items] of Object.entries(append)) {
        const known = state.get(channel);
        state.set(channel, [...(Array.isArray(known) ? known : []), ...items]);
      }
      for (const channel of removed) state.delete(channel);
    }
    return Object.fromEntries(state);
  }
}
