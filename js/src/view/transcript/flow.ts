import type { Task } from "../../model/tasks";
import type { Context } from "../state/context";
import { h } from "../ui/element";
import type { Scope } from "../ui/scope";
import { Pile } from "./batchedList";
import { Busy, Lanes } from "./lanes";
import { Turn } from "./parallelRow";

/** What happens in one graph, in rows, in order of arrival. */
export class Flow {
  readonly element = h("div", { class: "flow" });
  /** The agent that speaks here, as far as is known. */
  agent: string | null = null;
  readonly #lanes: Lanes;
  readonly #busy: Busy;
  readonly #pile: Pile;
  #turn: Turn | null = null;
  #row = -1;

  constructor(
    readonly context: Context,
    readonly ns: readonly string[],
    readonly scope: Scope,
  ) {
    const { store } = context;
    this.#pile = new Pile(this.element, context, scope);
    this.#lanes = new Lanes((id) => store.tasks.get(id));
    this.#busy = new Busy(store.tasks.all, ns);
  }

  /** Where the next thing goes that a task says. */
  at(task: string | null): Pile {
    const spot = this.#lanes.place(task);
    if (!this.#turn || spot.row !== this.#row) {
      this.#row = spot.row;
      this.#turn = new Turn(this.context, this.scope);
      this.#pile.append(this.#turn.element);
    }
    return this.#turn.lane(spot.lane, task);
  }

  /** The tasks that were at work at a time, in ns; one that does not go back. */
  busy(t: number): readonly Task[] {
    return this.#busy.at(t);
  }

  /** Where that goes of which nobody knows which of several tasks it came from. */
  beside(): Pile {
    return this.#turn && this.#lanes.width > 1 ? this.#turn.below : this.at(null);
  }
}
