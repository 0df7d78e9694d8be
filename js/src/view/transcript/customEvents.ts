import { brief, duration, plural, pretty } from "../../format/format";
import type { DataNote } from "../../model/runState";
import { button, h, setShown, setText } from "../ui/element";

/** Rows shown at first, and added with each press of "earlier". */
const LATEST = 4;
const STRIDE = 200;
/** Code units of a payload in its row: more than fits into any page's width. */
const LINE = 400;

function row(note: DataNote): HTMLLIElement {
  const whole = h("pre", { tabindex: 0, role: "group", "aria-label": "Payload", dir: "auto" });
  const details = h(
    "details",
    { class: "event" },
    h(
      "summary",
      {},
      note.node ? h("span", { class: "event-node" }, note.node) : null,
      h("span", { class: "event-line", dir: "auto" }, brief(note.data).slice(0, LINE)),
      h("span", { class: "number" }, duration(note.t)),
    ),
    whole,
  );
  // Built when it is opened: there may be thousands, and few are opened.
  details.addEventListener("toggle", () => setText(whole, pretty(note.data)), { once: true });
  return h("li", {}, details);
}

/**
 * The events of nodes other than messages, in order: data written to the stream, and removed
 * messages. Each has a compact row; the latest ones are shown.
 */
export class CustomEvents {
  readonly element: HTMLElement;
  readonly #list = h("ul");
  readonly #notes: DataNote[] = [];
  /** Index of the first note that has a row. */
  #from = 0;
  #asked = false;
  readonly #more = button({ class: "link more", hidden: true }, () => {
    const from = Math.max(this.#from - STRIDE, 0);
    this.#list.prepend(...this.#notes.slice(from, this.#from).map(row));
    this.#from = from;
    this.#asked = true;
    this.#promise();
  });

  constructor() {
    this.element = h(
      "div",
      { class: "events", role: "group", "aria-label": "Events" },
      this.#more,
      this.#list,
    );
  }

  add(note: DataNote): void {
    this.#notes.push(note);
    this.#list.append(row(note));
    const first = this.#list.firstElementChild;
    const busy = first?.contains(document.activeElement) || first?.querySelector("[open]");
    if (this.#asked || busy || this.#list.childElementCount <= LATEST) return;
    first?.remove();
    this.#from += 1;
    this.#promise();
  }

  #promise(): void {
    setShown(this.#more, this.#from > 0);
    setText(this.#more, `Show ${plural(this.#from, "earlier event")}`);
  }
}
