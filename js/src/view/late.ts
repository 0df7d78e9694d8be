import { type Extra, loadExtra } from "../supply";
import { button, h } from "./element";
import type { Scope } from "./scope";
import { ensureStyle } from "./style";

/** Milliseconds after which what did not come is asked for once more. */
const AGAIN = 10_000;

/**
 * Do something with the second file once it is there, unless the scope has ended by then.
 *
 * @param use - does it
 * @param failed - called where the file cannot be had, or has not come in time
 */
export function whenLoaded(use: (extra: Extra) => void, scope: Scope, failed = () => {}): void {
  let wanted = true;
  scope.onClose(() => {
    wanted = false;
  });
  loadExtra().then(
    (extra) => wanted && use(extra),
    () => wanted && failed(),
  );
}

/**
 * Fill an element with a part that is in the second file. Until that has come it says
 * nothing, as it comes at once where it can; where it does not, one may try again, and what
 * comes late, as from a busy kernel, is shown all the same.
 *
 * @param holder - what to fill; it keeps its place
 * @param build - builds the part
 */
export function fill(
  holder: HTMLElement,
  build: (extra: Extra, scope: Scope) => Node,
  scope: Scope,
): void {
  const part = scope.child();
  let timer: ReturnType<typeof setTimeout> | undefined;
  scope.onClose(() => clearTimeout(timer));
  const load = () => {
    clearTimeout(timer);
    const show = (extra: Extra) => {
      holder.replaceChildren(build(extra, part));
      part.onClose(ensureStyle(holder, extra.css));
    };
    whenLoaded(show, scope, () => {
      const words = "This part of the view has not come: the kernel may be busy. ";
      const again = button({ class: "link" }, load, "Try again");
      if (!holder.querySelector(".lgn-late")) {
        holder.replaceChildren(h("p", { class: "empty late", role: "status" }, words, again));
      }
      timer = setTimeout(load, AGAIN);
    });
  };
  load();
}
