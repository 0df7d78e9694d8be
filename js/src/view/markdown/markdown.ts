import { Lexer, type Token } from "marked";
import type { ChunkedText } from "../../model/chunkedText";
import { h } from "../ui/element";
import type { Virtualizer } from "../ui/virtualizer";
import { type DrawnBlock, drawBlock } from "./block";
import { lengthBefore, stablePrefix, unified } from "./stablePrefix";

/** Blocks, or code units, after which a new section begins. */
const SECTION_BLOCKS = 40;
const SECTION_LENGTH = 6000;
/** Redrawing one growing text may take one part in this many of the time. */
const SHARE = 4;

/** Code units to lex in one step, which takes a fraction of a frame. */
const STRIDE = 8000;

type Links = Lexer["tokens"]["links"];

/**
 * Split a text into Markdown blocks. A text that defeats the lexer (absurdly deep
 * nesting) comes back as one plain block.
 */
function lex(text: string, links: Links): Token[] {
  const lexer = new Lexer({ gfm: true });
  lexer.tokens.links = links;
  try {
    return lexer.lex(text);
  } catch {
    return [{ type: "html", raw: text, text } as Token];
  }
}

/**
 * A text that is drawn as Markdown while it grows.
 *
 * Blocks that later text cannot change are drawn once; only the text after them is lexed
 * again. Both the work and the page stay proportional to the text.
 */
export class Markdown {
  readonly element = h("div", { class: "markdown" });
  readonly #links: Links = Object.create(null);
  /** Length of the text whose drawing is final. */
  #final = 0;
  #section = this.element.appendChild(h("div", { class: "section" }));
  #sectionFrom = 0;
  #sectionBlocks = 0;
  #open: DrawnBlock[] = [];
  #shown = -1;
  #notBefore = 0;
  #reach = STRIDE;
  #forgetSections: (() => void)[] = [];

  /**
   * @param text - the text, which may grow
   * @param virtualizer - takes the sections that are complete
   */
  constructor(
    readonly text: ChunkedText,
    readonly virtualizer: Virtualizer,
  ) {}

  /**
   * Draw the new text, or a part of it if there is much.
   *
   * @param last - whether the text is complete
   * @returns whether all is drawn; if not, call again in the next frame
   */
  update(last: boolean): boolean {
    if (this.text.length === this.#shown) return this.#close(last);
    const began = performance.now();
    if (!last && began < this.#notBefore) return false;
    const to = Math.min(this.text.length, this.#final + this.#reach);
    const source = this.text.slice(this.#final, to);
    const tail = unified(source);
    // Do not keep a reference that is still being written.
    const links: Links = Object.assign(Object.create(null), this.#links);
    const tokens = lex(tail, links);
    const stable = stablePrefix(tail, tokens);
    if (Object.keys(links).length > Object.keys(this.#links).length) {
      lex(tail.slice(0, stable.length), this.#links);
    }
    this.#draw(tokens, stable.tokens);
    this.#final += lengthBefore(source, stable.length);
    this.#shown = to;
    if (stable.tokens > 0) this.#nextSection();
    // A block that is longer than the stride has to be lexed as a whole.
    this.#reach = stable.tokens > 0 || to === this.text.length ? STRIDE : this.#reach * 2;
    this.#notBefore = performance.now() + (performance.now() - began) * (SHARE - 1);
    return to === this.text.length && this.#close(last);
  }

  /** Stop updating: the text is not shown any more. */
  close(): void {
    for (const forget of this.#forgetSections) forget();
  }

  #close(last: boolean): boolean {
    if (last && this.#sectionFrom < this.text.length) this.#keep(this.text.length);
    return true;
  }

  /** Update the open blocks; the first `stable` of them are final. */
  #draw(tokens: readonly Token[], stable: number): void {
    const shown: DrawnBlock[] = [];
    let at = 0;
    for (const [index, token] of tokens.entries()) {
      const old = this.#open[at];
      const drawn = old?.update?.(token) ? old : drawBlock(token);
      if (!drawn) continue;
      if (old && old !== drawn) (old.node as ChildNode).replaceWith(drawn.node);
      else if (!old) this.#section.append(drawn.node);
      at += 1;
      if (index < stable) this.#sectionBlocks += 1;
      else shown.push(drawn);
    }
    for (const old of this.#open.slice(at)) (old.node as ChildNode).remove();
    this.#open = shown;
  }

  /** Begin a new section if the current one is full. */
  #nextSection(): void {
    const full =
      this.#sectionBlocks >= SECTION_BLOCKS || this.#final - this.#sectionFrom >= SECTION_LENGTH;
    if (!full) return;
    // Note its part of the text, for clicks there.
    const next = h("div", { class: "section", "data-from": this.#final });
    next.append(...this.#open.map((drawn) => drawn.node));
    this.#keep(this.#final);
    this.element.append(next);
    this.#section = next;
    this.#sectionBlocks = 0;
  }

  /** Pass the current section, which ends at `to`, to the virtualizer. */
  #keep(to: number): void {
    const from = this.#sectionFrom;
    this.#sectionFrom = to;
    const forget = this.virtualizer.add({
      element: this.#section,
      size: to - from,
      content: () =>
        lex(unified(this.text.slice(from, to)), this.#links).flatMap(
          (token) => drawBlock(token)?.node ?? [],
        ),
    });
    this.#forgetSections.push(forget);
  }
}
