import type { ReadonlySignal } from "@preact/signals-core";
import type { RunSource } from "../source/runSource";
import { showShortcuts } from "./shortcutHelp";
import type { ViewContext } from "./state/context";
import type { Panes } from "./state/panes";
import { tokenFrom } from "./state/selection";
import type { Scope } from "./ui/scope";

/** Elements where left and right arrows move by a token: nothing else there uses them. */
const TOKEN_STEPS = ".lgn-select, .lgn-scroller, .lgn-sidebar, .lgn-sidebar button";

/** Move the focus on by a number of messages. */
function move(root: HTMLElement, by: number): void {
  const heads = [...root.querySelectorAll<HTMLElement>(".lgn-select")].filter((head) =>
    head.checkVisibility(),
  );
  const { activeElement } = root.getRootNode() as Document | ShadowRoot;
  const article = activeElement?.closest("article");
  const at = heads.findIndex((head) => article?.contains(head));
  // From anywhere else, begin with the newest message.
  const next =
    heads[at === -1 ? heads.length - 1 : Math.min(Math.max(at + by, 0), heads.length - 1)];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

/**
 * Handle single keys while the focus is in the view and not in a box.
 *
 * @param graph - the button that shows and hides the graph
 * @param help - the button that lists the keys
 * @param context - the run on display, if there is one
 */
export function shortcuts(
  root: HTMLElement,
  source: RunSource,
  panes: Panes,
  graph: HTMLElement,
  help: HTMLElement,
  context: ReadonlySignal<ViewContext | null>,
  scope: Scope,
): void {
  const flip = (on: { value: boolean }) => {
    on.value = !on.value;
  };
  const step = (by: number) => {
    const selection = context.value?.selection;
    const token = tokenFrom(selection?.value ?? null, by);
    if (!selection || !token) return false;
    selection.value = token;
    return true;
  };
  /** Do what a key means; false if it means nothing here. */
  const act = (key: string, target: Element): unknown => {
    switch (key) {
      case "j":
        return move(root, 1);
      case "k":
        return move(root, -1);
      case "ArrowDown":
      case "ArrowUp":
        return target.matches(".lgn-select") && move(root, key === "ArrowDown" ? 1 : -1);
      case "ArrowRight":
      case "ArrowLeft":
        return target.matches(TOKEN_STEPS) && step(key === "ArrowRight" ? 1 : -1);
      case "Escape":
        if (!context.value?.selection.value) return false;
        context.value.selection.value = null;
        return true;
      case "/":
        return flip(panes.find);
      case "r":
        return flip(panes.raw);
      case "g":
        return graph.checkVisibility() && graph.click();
      case "[":
        return flip(panes.details);
      case "s":
        return source.status.value === "running" && source.actions.stop();
      case "?":
        return showShortcuts(root);
      default:
        return false;
    }
  };
  const onKey = (event: KeyboardEvent) => {
    const [target] = event.composedPath();
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (!(target instanceof Element) || target.closest("input, textarea, select, dialog")) return;
    if (act(event.key, target) !== false) event.preventDefault();
  };
  root.addEventListener("keydown", onKey);
  help.addEventListener("click", () => showShortcuts(root));
  scope.onClose(() => root.removeEventListener("keydown", onKey));
}
