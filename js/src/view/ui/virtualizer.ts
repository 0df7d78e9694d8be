import { signal } from "@preact/signals-core";

/** A piece of a transcript that can be drawn again. */
export interface VirtualItem {
  readonly element: HTMLElement;
  /** Its cost, in code units of its text. */
  readonly size: number;
  /** Draws the content again; content without this function is kept, outside of the page. */
  content?(): Node[];
}

/** Most code units of drawn text before pieces out of sight are detached. */
const MAX_DRAWN = 120_000;
const BUSY = ":focus-within, :has(audio)";
/** CSS pixels out of sight within which pieces are drawn in advance. */
const MARGIN = 1500;

/**
 * Keeps the page small: of a very long transcript, only the pieces near the visible part are
 * in it. Short transcripts stay complete, so that the browser's own search finds everything.
 */
export class Virtualizer {
  #items = new Map<Element, VirtualItem>();
  /** Detached content of pieces: its text, for searches, or its nodes. */
  readonly away = new Map<Element, string | DocumentFragment>();
  #far = new Set<Element>();
  #drawn = 0;
  /** Counts pieces that were detached or put back. */
  readonly moved = signal(0);
  readonly #observer: IntersectionObserver;

  /** @param scroller - the element in which the transcript scrolls */
  constructor(scroller: HTMLElement) {
    this.#observer = new IntersectionObserver((entries) => this.#moved(entries), {
      root: scroller,
      rootMargin: `${MARGIN}px 0px`,
    });
  }

  /** Manage a piece, which is drawn now; returns a function that forgets it. */
  add(item: VirtualItem): () => void {
    this.#items.set(item.element, item);
    this.#drawn += item.size;
    this.#observer.observe(item.element);
    return () => this.#forget(item);
  }

  /** Forget all pieces. */
  clear(): void {
    this.#observer.disconnect();
    this.#items.clear();
    this.away.clear();
    this.#far.clear();
    this.#drawn = 0;
  }

  #forget({ element, size }: VirtualItem): void {
    this.#observer.unobserve(element);
    this.#far.delete(element);
    if (this.#items.delete(element) && !this.away.delete(element)) this.#drawn -= size;
  }

  #moved(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        this.#far.delete(target);
        if (this.away.has(target)) this.fetch(target);
      } else if (!this.away.has(target)) {
        this.#far.add(target);
      }
    }
    for (const element of this.#far) {
      if (this.#drawn <= MAX_DRAWN) break;
      this.#detach(element);
    }
  }

  #detach(element: Element): void {
    const item = this.#items.get(element);
    this.#far.delete(element);
    // Keep pieces without a layout (a closed fold): their height is unknown. Also keep pieces
    // with the keyboard's focus, or with audio.
    if (!item || item.element.offsetHeight === 0 || element.matches(BUSY)) return;
    item.element.style.height = `${item.element.offsetHeight}px`;
    const kept = document.createDocumentFragment();
    kept.append(...element.childNodes);
    this.away.set(element, item.content ? (kept.textContent ?? "") : kept);
    this.moved.value += 1;
    this.#drawn -= item.size;
  }

  /** Put a piece back into the page. */
  fetch(element: Element): void {
    const item = this.#items.get(element);
    const kept = this.away.get(element);
    if (!item || kept === undefined) return;
    element.replaceChildren(...(item.content?.() ?? [kept]));
    item.element.style.height = "";
    this.away.delete(element);
    this.#drawn += item.size;
    this.moved.value += 1;
  }
}
