import { Lexer, type Token } from "marked";
import type { ChunkedText } from "../../model/chunkedText";
import { h } from "../ui/element";
import type { Virtualizer } from "../ui/virtualizer";
import { type DrawnBlock, drawBlock } from "./block";
import { lengthBefore, stablePrefix, unified } from "./stablePrefix";

/** Blocks, or code units, after which a new section begins. */
const SECTION_BLOCKS = 40;
const SECTION_LENGTH = 6000;
/** Share of the time that redrawing one growing text may take: one part in this many. */
const SHARE = 4;

/** Code units that are cut up at a time: what a fraction of a frame suffices for. */
const STRIDE = 8000;

type Links = Lexer["tokens"]["links"];

/**
 * Cut a text up into Markdown blocks. A text that defeats the lexer (absurdly deep
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
 * Blocks that nothing to come can change are drawn once and left alone; only what follows
 * them is cut up again. Both the work and the page stay proportional to the text.
 */
export class Markdown {
  readonly element = h("div", { class: "markdown" });
  readonly #links: Links = Object.create(null);
  /** How much of the text is drawn for good. */
  #settled = 0;
  #section = this.element.appendChild(h("div", { class: "section" }));
  #sectionFrom = 0;
  #sectionBlocks = 0;
  #open: DrawnBlock[] = [];
  #shown = -1;
  #notBefore = 0;
  #reach = STRIDE;
  #shelved: (() => void)[] = [];

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
    const to = Math.min(this.text.length, this.#settled + this.#reach);
    const source = this.text.slice(this.#settled, to);
    const tail = unified(source);
    // A reference that is still being written must not be remembered half.
    const links: Links = Object.assign(Object.create(null), this.#links);
    const tokens = lex(tail, links);
    const settled = stablePrefix(tail, tokens);
    if (Object.keys(links).length > Object.keys(this.#links).length) {
      lex(tail.slice(0, settled.length), this.#links);
    }
    this.#draw(tokens, settled.tokens);
    this.#settled += lengthBefore(source, settled.length);
    this.#shown = to;
    if (settled.tokens > 0) this.#turn();
    // A block that is longer than the stride has to be read whole, some time.
    this.#reach = settled.tokens > 0 || to === this.text.length ? STRIDE : this.#reach * 2;
    this.#notBefore = performance.now() + (performance.now() - began) * (SHARE - 1);
    return to === this.text.length && this.#close(last);
  }

  /** Forget what is drawn, as it is shown no longer. */
  close(): void {
    for (const forget of this.#shelved) forget();
  }

  #close(last: boolean): boolean {
    if (last && this.#sectionFrom < this.text.length) this.#keep(this.text.length);
    return true;
  }

  /** Bring the open blocks up to date; the first `settled` of them are final. */
  #draw(tokens: readonly Token[], settled: number): void {
    const shown: DrawnBlock[] = [];
    let at = 0;
    for (const [index, token] of tokens.entries()) {
      const old = this.#open[at];
      const drawn = old?.update?.(token) ? old : drawBlock(token);
      if (!drawn) continue;
      if (old && old !== drawn) (old.node as ChildNode).replaceWith(drawn.node);
      else if (!old) this.#section.append(drawn.node);
      at += 1;
      if (index < settled) this.#sectionBlocks += 1;
      else shown.push(drawn);
    }
    for (const old of this.#open.slice(at)) (old.node as ChildNode).remove();
    this.#open = shown;
  }

  /** Begin a new section where the present one is full. */
  #turn(): void {
    const full =
      this.#sectionBlocks >= SECTION_BLOCKS || this.#settled - this.#sectionFrom >= SECTION_LENGTH;
    if (!full) return;
    // Which part of the text it shows, for whoever clicks there.
    const next = h("div", { class: "section", "data-from": this.#settled });
    next.append(...this.#open.map((drawn) => drawn.node));
    this.#keep(this.#settled);
    this.element.append(next);
    this.#section = next;
    this.#sectionBlocks = 0;
  }

  /** Hand the present section, which ends at `to`, to the virtualizer. */
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
    this.#shelved.push(forget);
  }
}
