import type { Message } from "../../model/message";
import type { ViewContext } from "../state/context";
import { messageOf } from "../state/selection";
import type { Scope } from "../ui/scope";

/** Marks the message that the reader has selected, and the one that the sidebar describes. */
export class SelectionMarks {
  readonly #elements = new Map<number, HTMLElement>();
  #pinned: number | null = null;
  #current: number | null = null;

  constructor(context: ViewContext, scope: Scope) {
    // One effect for both, rather than one per message: a run may have thousands.
    scope.follow(() => {
      const before = [this.#pinned, this.#current];
      this.#pinned = messageOf(context.selection.value)?.key ?? null;
      this.#current = context.current.value?.key ?? null;
      for (const key of new Set([...before, this.#pinned, this.#current])) this.#mark(key);
    });
  }

  /** Note the element of a message. */
  note(message: Message, element: HTMLElement): void {
    this.#elements.set(message.key, element);
    this.#mark(message.key);
  }

  /** Forget all elements: the transcript is drawn again. */
  clear(): void {
    this.#elements.clear();
  }

  #mark(key: number | null): void {
    const element = key === null ? undefined : this.#elements.get(key);
    element?.toggleAttribute("data-current", key === this.#current);
    element?.toggleAttribute("data-pinned", key === this.#pinned);
    element
      ?.querySelector(".lgn-select")
      ?.setAttribute("aria-pressed", String(key === this.#pinned));
  }
}
