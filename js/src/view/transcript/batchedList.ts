import type { ViewContext } from "../state/context";
import { h } from "../ui/element";
import type { Scope } from "../ui/scope";

/** What goes together, first straight into the element, and then into a batch each time. */
const BATCH = 40;
/** What a batch costs the page, in code units of text: its elements weigh more than its words. */
const COST = 8000;

/** Things below each other, of which there may be thousands: whole batches can be put away. */
export class BatchedList {
  #place: HTMLElement;
  #count = 0;

  /** @param element - what to put them into */
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
      // Only what is complete is put away.
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
