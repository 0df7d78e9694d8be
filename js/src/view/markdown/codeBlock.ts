import type { Piece } from "../../highlight/highlighter";
import { isColoured } from "../../highlight/languages";
import { loadHighlighter } from "../../highlight/loader";
import { copyButton } from "../ui/copyButton";
import { h } from "../ui/element";
import { frameScheduler } from "../ui/frameScheduler";

/** Code units after which a new part begins: the browser lays out each part by itself. */
const PART = 4000;
/** Most code units of a coloured block: each new colouring parses all of it. */
const COLOURED = 20_000;
/** Colouring a growing block may take one part in this many of the time. */
const SHARE = 3;
/** Milliseconds between two attempts to load the highlighter. */
const RETRY = 10_000;
/** Least milliseconds between two colourings. */
const PAUSE = 80;

/** Some lines of the code: first coloured pieces, then one plain text. */
interface Part {
  readonly element: HTMLElement;
  length: number;
  pieces: Piece[];
  tail: Text | null;
}

/** A code block that can grow at its end without a new layout. */
export class CodeBlock {
  readonly element: HTMLElement;
  readonly #language: string;
  readonly #code = h("code");
  #text = "";
  #parts: Part[] = [];
  #full = true;
  /** Whether a colouring is requested. */
  #waits = false;
  #coloured = false;
  #defeated = false;
  #notBefore = 0;
  /** The last colours, and their text. */
  #found: { text: string; pieces: Piece[] } | null = null;

  /** @param info - the text after the fence, which begins with the language; may be empty */
  constructor(info: string) {
    const name = info.split(/\s/, 1)[0] ?? "";
    this.#language = isColoured(name) ? name : "";
    this.element = h(
      "div",
      { class: "code" },
      h(
        "div",
        { class: "code-head" },
        h("span", {}, info),
        copyButton("Copy code", () => this.#text),
      ),
      h(
        "pre",
        { tabindex: 0, role: "group", "aria-label": name ? `Code, ${name}` : "Code" },
        this.#code,
      ),
    );
  }

  /** Show a text; cheap if it continues what is shown. */
  update(text: string): void {
    if (text === this.#text) return;
    if (!text.startsWith(this.#text)) this.#clear();
    let rest = text.slice(this.#text.length);
    this.#text = text;
    while (rest) {
      const part = this.#open();
      const line = rest.indexOf("\n", Math.max(PART - part.length, 0));
      const piece = line === -1 ? rest : rest.slice(0, line + 1);
      append(part, piece);
      this.#full = line !== -1;
      rest = rest.slice(piece.length);
    }
    if (this.#language) this.#plan();
  }

  #clear(): void {
    this.#text = "";
    this.#parts = [];
    this.#code.replaceChildren();
    this.#full = true;
  }

  /** The part that takes the next code. */
  #open(): Part {
    const last = this.#parts.at(-1);
    if (last && !this.#full) return last;
    const element = this.#code.appendChild(h("span", { class: "lines" }));
    const part: Part = { element, length: 0, pieces: [], tail: null };
    this.#parts.push(part);
    return part;
  }

  /** Colour the text soon, but not too often. */
  #plan(): void {
    const plain = this.#text.length > COLOURED && !this.#coloured;
    if (this.#waits || this.#defeated || plain) return;
    this.#waits = true;
    // Without the highlighter the code stays plain; a later attempt may load it.
    this.#find().catch(() => {
      this.#waits = false;
      setTimeout(() => this.element.isConnected && this.#plan(), RETRY);
    });
  }

  async #find(): Promise<void> {
    const highlighter = await loadHighlighter();
    const pause = this.#notBefore - performance.now();
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    const began = performance.now();
    const text = this.#text;
    // A block that is too long loses its colours: colours on half of it look like a mistake.
    const long = text.length > COLOURED;
    const pieces: Piece[] | null = long
      ? [[text, ""]]
      : await highlighter.highlight(text, this.#language);
    const now = performance.now();
    this.#notBefore = now + Math.max(PAUSE, (now - began) * (SHARE - 1));
    this.#defeated = pieces === null;
    this.#found = pieces && { text, pieces };
    this.#coloured = pieces !== null && !long;
    frameScheduler.request(this.#paint);
  }

  readonly #paint = (): void => {
    const { text, pieces } = this.#found ?? { text: "", pieces: [] };
    this.#found = null;
    this.#waits = false;
    if (text && this.#text.startsWith(text)) {
      const rest = pieces[Symbol.iterator]();
      let left: Piece | undefined = rest.next().value;
      let from = 0;
      for (const part of this.#parts) {
        const own: Piece[] = [];
        let at = from;
        for (const end = from + part.length; at < end && left; ) {
          const [piece, syntax]: Piece = left;
          const fits = piece.slice(0, end - at);
          own.push([fits, syntax]);
          at += fits.length;
          left =
            fits.length < piece.length ? [piece.slice(fits.length), syntax] : rest.next().value;
        }
        if (at > from) paint(part, own, this.#text.slice(at, from + part.length));
        from += part.length;
      }
    }
    if (text !== this.#text) this.#plan();
  };
}

function append(part: Part, text: string): void {
  part.length += text.length;
  if (part.tail) part.tail.appendData(text);
  else {
    part.tail = document.createTextNode(text);
    part.element.append(part.tail);
  }
}

/** Colour a part, except for a rest; unchanged pieces keep their nodes. */
function paint(part: Part, pieces: Piece[], rest: string): void {
  const { element } = part;
  const old = part.pieces;
  let same = 0;
  const kept = (piece: Piece | undefined, before: Piece | undefined) =>
    piece && before && piece[0] === before[0] && piece[1] === before[1];
  while (kept(pieces[same], old[same])) same += 1;
  while (element.childNodes.length > same) element.lastChild?.remove();
  const spans = pieces
    .slice(same)
    .map(([text, syntax]) => (syntax ? h("span", { class: `syntax-${syntax}` }, text) : text));
  element.append(...spans);
  part.pieces = pieces;
  part.tail = null;
  part.length -= rest.length;
  if (rest) append(part, rest);
}
