/** Tells Lumino, below JupyterLab and Notebook, to leave the keyboard to an element. */
const LEAVE = "data-lm-suppress-shortcuts";

/**
 * Keep plain keys for our buttons and boxes: notebooks take Enter and single letters as
 * commands wherever the focus is. Keys with Ctrl, Alt or Meta (save, undo, …) stay theirs.
 *
 * @param root - the element whose keys to keep
 * @returns a function that ends this
 */
export function keepKeys(root: HTMLElement): () => void {
  // On the window, as the notebook listens on the document, both before we would.
  const decide = (event: KeyboardEvent) => {
    if (!event.composedPath().includes(root)) return;
    root.toggleAttribute(LEAVE, !(event.ctrlKey || event.altKey || event.metaKey));
  };
  window.addEventListener("keydown", decide, true);
  return () => window.removeEventListener("keydown", decide, true);
}
