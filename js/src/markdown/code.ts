import type { Piece } from "../extra";
import { type Extra, loadExtra } from "../supply";
import { copyButton } from "../view/copy";
import { h } from "../view/element";
import { painter } from "../view/painter";
import { isColoured } from "./languages";

/** Code units after which a new part begins: the browser lays out each part by itself. */
const PART = 4000;
/** Code units up to which a block is coloured: reading it again is all that colours allow. */
const COLOURED = 20_000;
/** Share of the time that colouring a growing block may take: one part in this many. */
const SHARE = 10;
/** Milliseconds between two colourings at least. */
const PAUSE = 80;

/** Some lines of the code, and what of them is coloured; what follows that is one text. */
interface Part {
  readonly element: HTMLElement;
  length: number;
  pieces: Piece[];
  tail: Text | null;
}

/** A code block that can grow at its end without being laid out anew. */
export class Code {
  readonly element: HTMLElement;
  readonly #language: string;
  readonly #code = h("code");
  #text = "";
  #parts: Part[] = [];
  #full = true;
  #waits = false;
  #notBefore = 0;
  #tinted = false;
  #extra: Extra | undefined;

  /** @param info - what the block says its language is, first; may be empty */
  constructor(info: string) {
    const name = info.split(/\s/, 1)[0] ?? "";
    this.#language = isColoured(name) ? name : "";
    this.element = h(
      "div",
      { class: "code" },
      h(
        "div",
        { class: "code-head" },
        h("span", {}, name),
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

  /** The part that takes what comes next. */
  #open(): Part {
    const last = this.#parts.at(-1);
    if (last && !this.#full) return last;
    const element = this.#code.appendChild(h("span", { class: "lines" }));
    const part: Part = { element, length: 0, pieces: [], tail: null };
    this.#parts.push(part);
    return part;
  }

  /** Have the text coloured soon, and not too often. */
  #plan(): void {
    if (this.#waits || (this.#text.length > COLOURED && !this.#tinted)) return;
    this.#waits = true;
    const soon = (extra: Extra) => {
      this.#extra = extra;
      const pause = this.#notBefore - performance.now();
      if (pause > 0) setTimeout(() => painter.request(this.#colour), pause);
      else painter.request(this.#colour);
    };
    if (this.#extra) soon(this.#extra);
    else {
      // Where the second file cannot be had, the code stays as it is.
      loadExtra().then(soon, () => {
        this.#waits = false;
      });
    }
  }

  readonly #colour = (): void => {
    this.#waits = false;
    const began = performance.now();
    const long = this.#text.length > COLOURED;
    // A block that outgrows its colours loses them: half of them would look like a mistake.
    const pieces: Piece[] = long
      ? [[this.#text, ""]]
      : (this.#extra?.highlight(this.#text, this.#language) ?? []);
    const rest = pieces[Symbol.iterator]();
    let left: Piece | undefined = rest.next().value;
    for (const part of this.#parts) {
      const own: Piece[] = [];
      for (let room = part.length; room > 0 && left; ) {
        const [text, ink]: Piece = left;
        own.push([text.slice(0, room), ink]);
        left = text.length > room ? [text.slice(room), ink] : rest.next().value;
        room -= text.length;
      }
      if (own.length > 0) paint(part, own);
    }
    this.#tinted = !long;
    const now = performance.now();
    this.#notBefore = now + Math.max(PAUSE, (now - began) * (SHARE - 1));
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

/** Colour a part as a whole; pieces that are as they were keep their nodes. */
function paint(part: Part, pieces: Piece[]): void {
  const { element } = part;
  const old = part.pieces;
  let same = 0;
  const kept = (piece: Piece | undefined, before: Piece | undefined) =>
    piece && before && piece[0] === before[0] && piece[1] === before[1];
  while (kept(pieces[same], old[same])) same += 1;
  while (element.childNodes.length > same) element.lastChild?.remove();
  element.append(
    ...pieces
      .slice(same)
      .map(([text, ink]) => (ink ? h("span", { class: `ink-${ink}` }, text) : text)),
  );
  part.pieces = pieces;
  part.tail = null;
}
