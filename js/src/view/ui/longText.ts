import { count } from "../../format/format";
import { copyButton } from "./copyButton";
import { button, h, setShown, setText } from "./element";

/** Lines, and code units, that are shown at first. */
const LINES = 10;
const LENGTH = 1200;
/** Code units shown of a text that is still being written: its end is new. */
const TAIL = 600;

/** A machine's text, such as JSON: a long one is cut to its beginning, and copied as a whole. */
export class LongText {
  readonly element: HTMLElement;
  #text = "";
  #open = false;
  readonly #code = h("code");
  readonly #more = button({ class: "link more" }, () => {
    this.#open = !this.#open;
    this.#draw();
  });

  /** @param label - its label for screen readers */
  constructor(label: string) {
    this.element = h(
      "div",
      { class: "long-text" },
      copyButton(`Copy ${label.toLowerCase()}`, () => this.#text),
      h("pre", { tabindex: 0, role: "group", "aria-label": label, dir: "auto" }, this.#code),
      this.#more,
    );
  }

  /** Show the end of a text that is being written, at a cost that does not grow with it. */
  grow(tail: string, whole: boolean): void {
    setText(this.#code, whole ? tail : `…${tail}`);
    setShown(this.#more, false);
  }

  /** Code units of a growing text that `grow` needs. */
  static readonly tail = TAIL;

  /** Show a text that is complete. */
  set(text: string): void {
    this.#text = text;
    this.#draw();
  }

  #draw(): void {
    const text = this.#text;
    const cut = cutAt(text);
    const long = cut < text.length;
    setText(this.#code, this.#open || !long ? text : `${text.slice(0, cut)} …`);
    setShown(this.#more, long);
    this.#more.setAttribute("aria-expanded", String(this.#open));
    const lines = text.split("\n").length;
    const size = lines > LINES ? `${count(lines)} lines` : `${count(text.length)} characters`;
    setText(this.#more, this.#open ? "Show less" : `Show all ${size}`);
  }
}

/** The end of the part of a text that is shown at first. */
function cutAt(text: string): number {
  let at = -1;
  for (let line = 0; line < LINES; line += 1) {
    at = text.indexOf("\n", at + 1);
    if (at === -1) break;
  }
  const lines = at === -1 ? text.length : at;
  // Do not cut off a single line or a few words.
  const rest = text.length - Math.min(lines, LENGTH);
  return rest < 80 ? text.length : Math.min(lines, LENGTH);
}
