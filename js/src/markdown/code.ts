import { copyButton } from "../view/copy";
import { h } from "../view/element";

/** Code units after which a new part begins: the browser lays out each part by itself. */
const PART = 4000;

/** A code block that can grow at its end without being laid out anew. */
export class Code {
  readonly element: HTMLElement;
  #text = "";
  readonly #code = h("code");
  #part = this.#code.appendChild(h("span", { class: "lines" }));
  #length = 0;
  #full = false;

  /** @param language - what the block says its language is; may be empty */
  constructor(language: string) {
    const name = language.split(/\s/, 1)[0] ?? "";
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
    if (!text.startsWith(this.#text)) {
      this.#text = "";
      this.#code.replaceChildren();
      this.#begin();
    }
    let rest = text.slice(this.#text.length);
    this.#text = text;
    while (rest) {
      if (this.#full) this.#begin();
      const line = rest.indexOf("\n", Math.max(PART - this.#length, 0));
      const piece = line === -1 ? rest : rest.slice(0, line + 1);
      this.#append(piece);
      this.#full = line !== -1;
      rest = rest.slice(piece.length);
    }
  }

  #begin(): void {
    this.#part = this.#code.appendChild(h("span", { class: "lines" }));
    this.#length = 0;
    this.#full = false;
  }

  #append(piece: string): void {
    const last = this.#part.lastChild;
    if (last instanceof Text) last.appendData(piece);
    else this.#part.append(piece);
    this.#length += piece.length;
  }
}
