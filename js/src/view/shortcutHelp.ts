import { button, h } from "./ui/element";

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["j  k", "Next and previous message (↓ ↑ on a message)"],
  ["Enter", "Show details of the focused message"],
  ["→  ←", "Its next and previous token"],
  ["Esc", "Show details of the whole run again"],
  ["/", "Find and filter"],
  ["r", "Where each token ends"],
  ["g", "The graph"],
  ["[", "Details"],
  ["s", "Stop the run"],
  ["?", "These keys"],
];

/**
 * List the keys in a dialog, which restores the focus when it is closed.
 *
 * @param root - the view of the keys
 */
export function showShortcuts(root: HTMLElement): void {
  const rows = KEYS.map(([keys, what]) =>
    h(
      "div",
      { class: "row" },
      h("dt", {}, ...keys.split("  ").flatMap((key) => [h("kbd", {}, key), " "])),
      h("dd", {}, what),
    ),
  );
  const dialog = h(
    "dialog",
    { class: "shortcuts", "aria-label": "Keys" },
    h("p", { class: "side-title" }, "Keys, while the focus is in this view"),
    h("dl", {}, ...rows),
    button({ class: "button" }, () => dialog.close(), "Close"),
  );
  // Notebooks use Escape themselves.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => dialog.remove());
  root.append(dialog);
  dialog.showModal();
}
