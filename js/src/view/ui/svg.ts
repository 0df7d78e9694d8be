type Attributes = { readonly [name: string]: string | number | boolean | null };

/**
 * Make an SVG element. Text becomes text nodes, never markup.
 *
 * @param tag - its tag
 * @param attributes - its attributes; null sets none. A `class` has its prefix
 * @param children - nodes and texts to put into it
 */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}
