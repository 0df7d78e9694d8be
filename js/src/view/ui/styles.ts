import own from "../theme/index.css?inline";

function add(root: Document | ShadowRoot, css: string): void {
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
 * @param css - other styles than those of the view as a whole
 * @returns a function that ends the wait for its being put into the page
 */
export function ensureStyle(element: Element, css = own): () => void {
  const root = element.getRootNode();
  if (root instanceof Document || root instanceof ShadowRoot) {
    add(root, css);
    return () => {};
  }
  // Not in the page yet: most likely this document's, else the observer will tell.
  add(document, css);
  const observer = new ResizeObserver(() => {
    const home = element.getRootNode();
    if (!(home instanceof Document || home instanceof ShadowRoot)) return;
    add(home, css);
    observer.disconnect();
  });
  observer.observe(element);
  return () => observer.disconnect();
}
