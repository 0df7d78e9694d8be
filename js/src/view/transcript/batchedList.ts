import type { ViewContext } from "../state/context";
import { h } from "../ui/element";
import type { Scope } from "../ui/scope";

/** Nodes per batch. The first ones go directly into the element. */
const BATCH = 40;
/** Cost of a batch, in code units of text: its elements cost more than its text. */
const COST = 8000;

/** A list of nodes, perhaps of thousands: whole batches can be detached. */
export class BatchedList {
  #place: HTMLElement;
  #count = 0;

  /** @param element - the list's element */
  constructor(
    readonly element: HTMLElement,
    readonly context: ViewContext,
    readonly scope: Scope,
  ) {
    this.#place = element;
  }

  /** The last node, or null. It has the name that elements use, so that both can be lists. */
  get lastElementChild(): Element | null {
    return this.#place.lastElementChild;
  }

  append(child: HTMLElement): void {
    if (this.#count > 0 && this.#count % BATCH === 0) {
      // Only a complete batch can be detached.
      if (this.#place !== this.element) {
        this.scope.onClose(this.context.virtualizer.add({ element: this.#place, size: COST }));
      }
      this.#place = h("div", { class: "batch" });
      this.element.append(this.#place);
    }
    this.#count += 1;
    this.#place.append(child);
  }
}
