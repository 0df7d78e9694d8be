/** Makes Lumino, in JupyterLab and Notebook, leave the keyboard to an element. */
const SUPPRESS = "data-lm-suppress-shortcuts";

/**
 * Keep plain keys for our buttons and boxes: notebooks take Enter and single letters as
 * commands wherever the focus is. Keys with Ctrl, Alt or Meta (save, undo, …) stay theirs.
 *
 * @param root - the element whose keys to keep
 * @returns a function that ends this
 */
export function guardKeys(root: HTMLElement): () => void {
  // On the window: the notebook listens on the document, before our elements. The mark
  // has to be on the target itself: elements inside a marked one still count as the notebook's.
  const decide = (event: KeyboardEvent) => {
    const [target] = event.composedPath();
    if (!(target instanceof Element) || !root.contains(target)) return;
    target.toggleAttribute(SUPPRESS, !(event.ctrlKey || event.altKey || event.metaKey));
  };
  window.addEventListener("keydown", decide, true);
  return () => window.removeEventListener("keydown", decide, true);
}
