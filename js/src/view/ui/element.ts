import type { Signal } from "@preact/signals-core";
import type { Scope } from "./scope";

type Child = Node | string | null | undefined;
type Attributes = { readonly [name: string]: string | number | boolean | null | undefined };

/**
 * Make an element. Text becomes text nodes, never markup.
 *
 * @param tag - its tag
 * @param attributes - its attributes; `true` sets an empty one, null and false none. A
 *   `class` lacks its `lgn-` prefix; several are separated by spaces
 * @param children - nodes and texts to put into it
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = prefixed(String(value));
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function prefixed(names: string): string {
  return names
    .split(" ")
    .filter(Boolean)
    .map((name) => `lgn-${name}`)
    .join(" ");
}

/** A button that does not submit its form. */
export function button(
  attributes: Attributes,
  onClick: (event: MouseEvent) => void,
  ...children: Child[]
): HTMLButtonElement {
  const element = h("button", { type: "button", ...attributes }, ...children);
  element.addEventListener("click", onClick);
  return element;
}

/**
 * A button that switches something on and off.
 *
 * @param name - what it shows or does, for screen readers and as a tooltip
 * @param on - whether it is on
 */
export function toggle(
  name: string,
  on: Signal<boolean>,
  scope: Scope,
  ...children: Child[]
): HTMLButtonElement {
  const element = button(
    // A button's own text is its name.
    { class: "button", title: name, "aria-label": typeof children[0] === "string" ? null : name },
    () => {
      on.value = !on.value;
    },
    ...children,
  );
  scope.follow(() => {
    element.ariaPressed = String(on.value);
  });
  return element;
}

/** Set an element's text, unless it is the same: an unchanged text keeps its selection. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Show or hide an element. */
export function setShown(element: HTMLElement, shown: boolean): void {
  if (element.hidden === shown) element.hidden = !shown;
}
