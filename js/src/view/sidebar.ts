import { facts } from "../facts";
import { place } from "../figures";
import type { Context } from "./context";
import { copyButton } from "./copy";
import { button, h, setShown, setText } from "./element";
import type { Scope } from "./scope";

/** A row that is on display. */
interface Row {
  readonly element: HTMLElement;
  set(value: string): void;
}

function row(label: string): Row {
  const text = h("span", { class: "value" });
  const copy = copyButton(`Copy ${label}`, () => text.textContent ?? "");
  return {
    element: h("div", { class: "row" }, h("dt", {}, label), h("dd", {}, text, copy)),
    set: (value) => setText(text, value),
  };
}

/**
 * What is known about the message that the reader has chosen, or about the newest one.
 * Rows that stay are changed in place, so that a streaming message does not take the
 * keyboard's focus or a selection away.
 */
export function sidebar(context: Context, scope: Scope): HTMLElement {
  const { current, choice, store } = context;
  const title = h("p", { class: "side-title" });
  const hint = h("p", { class: "quiet" }, "Choose a message to see where it came from.");
  const groups = h("div", { class: "groups" });
  const newest = button(
    { class: "link" },
    () => {
      choice.value = null;
    },
    "Follow the latest",
  );
  let rows = new Map<string, Row>();
  let shape = "";

  const draw = () => {
    const message = current.value;
    const known = message ? facts(message, store) : [];
    setText(title, message ? place(message.ns, message.node) || message.role : "Message");
    setShown(hint, !message);
    setShown(newest, choice.value !== null);
    const next = JSON.stringify(
      known.map((group) => [group.title, group.facts.map((f) => f.label)]),
    );
    if (next !== shape) {
      shape = next;
      const old = rows;
      rows = new Map();
      groups.replaceChildren(
        ...known.map((group) => {
          const id = ({ label }: { label: string }) => `${group.title}/${label}`;
          for (const each of group.facts) rows.set(id(each), old.get(id(each)) ?? row(each.label));
          const list = group.facts.map((each) => rows.get(id(each))?.element);
          return h(
            "section",
            { class: "group", "aria-label": group.title },
            h("p", { class: "group-title" }, group.title),
            h("dl", {}, ...list),
          );
        }),
      );
    }
    for (const group of known) {
      for (const { label, value } of group.facts) rows.get(`${group.title}/${label}`)?.set(value);
    }
  };
  scope.paint(
    () => [
      current.value?.tokens.value,
      current.value?.changed.value,
      choice.value,
      store.changed.value,
    ],
    draw,
  );
  return h(
    "aside",
    { class: "sidebar", "aria-label": "Message details", tabindex: 0 },
    h("div", { class: "side-head" }, title, newest),
    hint,
    groups,
  );
}
