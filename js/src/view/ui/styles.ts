import contrast from "../theme/contrast.css?inline";
import find from "../theme/find.css?inline";
import graph from "../theme/graph.css?inline";
import panel from "../theme/panel.css?inline";
import style from "../theme/style.css?inline";
import transcript from "../theme/transcript.css?inline";

const css = style + transcript + panel + find + graph + contrast;

function add(root: Document | ShadowRoot): void {
  const parent = root instanceof Document ? root.head : root;
  const there = [...parent.querySelectorAll<HTMLStyleElement>("style[data-lgn]")];
  if (there.some((style) => style.textContent === css)) return;
  const style = document.createElement("style");
  style.dataset.lgn = "";
  style.textContent = css;
  parent.append(style);
}

/**
 * Give an element our styles, once per document or shadow root.
 *
 * @param element - the element, in the page or not yet
 * @returns a function that stops waiting for the element to be in the page
 */
export function ensureStyle(element: Element): () => void {
  const root = element.getRootNode();
  if (root instanceof Document || root instanceof ShadowRoot) {
    add(root);
    return () => {};
  }
  // Not in the page yet: most likely it will be in this document; else the observer sees it.
  add(document);
  const observer = new ResizeObserver(() => {
    const home = element.getRootNode();
    if (!(home instanceof Document || home instanceof ShadowRoot)) return;
    add(home);
    observer.disconnect();
  });
  observer.observe(element);
  return () => observer.disconnect();
}
