import type { Signal } from "@preact/signals-core";
import { count } from "../../format/format";
import type { Block } from "../../model/message";
import type { Selection } from "../state/selection";
import { button, h } from "../ui/element";

/** Most tokens shown before the reader presses "more": each is three DOM nodes. */
const MAX_TOKENS = 4000;
/** Tokens after which a new part begins, at the next line break. */
const PART = 200;

/** A block's tokens with a bar behind each, as LangGraph's streaming guide prints them. */
export class RawTokens {
  readonly element = h("div", { class: "raw" });
  #part = this.element.appendChild(h("div"));
  #inPart = 0;
  #from = 0;
  #shown = 0;

  /**
   * @param block - the block to show
   * @param selection - takes the token that the reader clicks
   */
  constructor(
    readonly block: Block,
    selection: Signal<Selection | null>,
  ) {
    this.element.addEventListener("click", (event) => {
      const token = (event.target as Element).closest(".lgn-token");
      if (!token) return;
      const place = [...this.element.querySelectorAll(".lgn-token")].indexOf(token);
      selection.value = { kind: "token", block, index: this.#from + place };
      // Otherwise the click would also select the message around it.
      event.stopPropagation();
    });
    this.#from = Math.max(block.tokens.length - MAX_TOKENS, 0);
    this.#shown = this.#from;
    if (this.#from > 0) this.element.prepend(this.#earlier());
  }

  /** Add the new tokens. */
  update(): boolean {
    const { tokens, text } = this.block;
    const { length } = tokens;
    if (this.#shown === length) return true;
    const start = tokens.start(this.#shown);
    const news = text.slice(start, tokens.end(length - 1));
    const fresh = document.createDocumentFragment();
    let target: DocumentFragment | HTMLElement = fresh;
    let part = this.#part;
    for (; this.#shown < length; this.#shown += 1) {
      const piece = news.slice(tokens.start(this.#shown) - start, tokens.end(this.#shown) - start);
      target.append(h("span", { class: "token" }, piece), h("span", { class: "bar" }, "|"));
      this.#inPart += 1;
      if (this.#inPart >= PART && piece.includes("\n")) {
        if (target === fresh) this.#part.append(fresh);
        part = h("div");
        this.element.append(part);
        target = part;
        this.#inPart = 0;
      }
    }
    if (target === fresh) this.#part.append(fresh);
    this.#part = part;
    return true;
  }

  #earlier(): HTMLElement {
    const more = button(
      { class: "link" },
      () => {
        const { tokens, text } = this.block;
        const to = this.#from;
        const from = Math.max(to - MAX_TOKENS, 0);
        const part = h("div");
        for (let index = from; index < to; index += 1) {
          const piece = text.slice(tokens.start(index), tokens.end(index));
          part.append(h("span", { class: "token" }, piece), h("span", { class: "bar" }, "|"));
        }
        this.#from = from;
        more.after(part);
        if (from === 0) more.remove();
        else more.textContent = this.#promise();
      },
      this.#promise(),
    );
    return more;
  }

  #promise(): string {
    return `Show ${count(Math.min(this.#from, MAX_TOKENS))} of ${count(this.#from)} earlier tokens`;
  }
}
