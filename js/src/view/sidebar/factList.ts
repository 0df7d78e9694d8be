import { copyButton } from "../ui/copyButton";
import { h, setText } from "../ui/element";
import type { Fact, FactGroup } from "./facts";

/** A displayed fact. */
interface Row {
  readonly element: HTMLElement;
  set(value: Fact["value"]): void;
}

function words(value: Fact["value"]): string {
  return typeof value === "string" ? value : value();
}

function row({ label, value: first }: Fact): Row {
  const short = typeof first === "string";
  let value = first;
  const text = h(short ? "span" : "pre", { class: "value", dir: "auto" });
  const copy = copyButton(`Copy ${label}`, () => words(value));
  if (short) {
    return {
      element: h("div", { class: "row" }, h("dt", {}, label), h("dd", {}, text, copy)),
      set: (next) => {
        value = next;
        setText(text, words(next));
      },
    };
  }
  text.tabIndex = 0;
  const fold = h("details", { class: "fold" }, h("summary", {}, label), text);
  const draw = () => {
    if (fold.open) setText(text, words(value));
  };
  fold.addEventListener("toggle", draw);
  return {
    element: h("div", { class: "row long" }, fold, copy),
    set: (next) => {
      value = next;
      draw();
    },
  };
}

/**
 * Displays groups of facts. Facts that stay keep their elements, so that a streaming
 * message does not take the keyboard's focus or a selection away.
 */
export class FactList {
  readonly element = h("div", { class: "groups" });
  #rows = new Map<string, Row>();
  #shape = "";

  show(groups: readonly FactGroup[]): void {
    const id = (group: FactGroup, fact: Fact) =>
      `${group.title}/${fact.label}/${typeof fact.value}`;
    const shape = groups.flatMap((group) => group.facts.map((fact) => id(group, fact))).join("\n");
    if (shape !== this.#shape) {
      this.#shape = shape;
      const old = this.#rows;
      this.#rows = new Map();
      this.element.replaceChildren(
        ...groups.map((group) => {
          const elements = (long: boolean) =>
            group.facts
              .filter((fact) => (typeof fact.value === "string") !== long)
              .map((fact) => {
                const shown = old.get(id(group, fact)) ?? row(fact);
                this.#rows.set(id(group, fact), shown);
                return shown.element;
              });
          const [short, long] = [elements(false), elements(true)];
          return h(
            "section",
            { class: "group", "aria-label": group.title },
            h("p", { class: "group-title" }, group.title),
            short.length > 0 ? h("dl", {}, ...short) : null,
            ...long,
          );
        }),
      );
    }
    for (const group of groups) {
      for (const fact of group.facts) this.#rows.get(id(group, fact))?.set(fact.value);
    }
  }
}
