import { type Extra, loadExtra } from "../supply";
import { h } from "./element";
import type { Scope } from "./scope";
import { ensureStyle } from "./style";

const MISSING = "This part of the view could not be loaded: reload the page.";

/**
 * Fill an element with a part that is in the second file. Until that has come it says
 * nothing, as it comes at once where it can.
 *
 * @param holder - what to fill; it keeps its place
 * @param build - builds the part
 */
export function fill(
  holder: HTMLElement,
  build: (extra: Extra, scope: Scope) => Node,
  scope: Scope,
): void {
  let wanted = true;
  const part = scope.child();
  scope.onClose(() => {
    wanted = false;
  });
  loadExtra().then(
    (extra) => {
      if (!wanted) return;
      holder.replaceChildren(build(extra, part));
      part.onClose(ensureStyle(holder, extra.css));
    },
    () => holder.replaceChildren(h("p", { class: "empty" }, MISSING)),
  );
}
