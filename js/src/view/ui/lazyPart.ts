import { type Extra, loadExtra } from "../../lazy/lazyBundle";
import { button, h } from "./element";
import type { Scope } from "./scope";

/** Milliseconds after which what did not come is asked for once more. */
const AGAIN = 10_000;

/**
 * Do something with the second file once it is there, however late, unless the scope has
 * ended by then.
 *
 * @param use - does it
 * @param failed - called whenever the file could not be had in time, with a way to ask for
 *   it right now
 */
export function whenLoaded(
  use: (extra: Extra) => void,
  scope: Scope,
  failed: (again: () => void) => void = () => {},
): void {
  let wanted = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    wanted = false;
    clearTimeout(timer);
  };
  const load = () => {
    clearTimeout(timer);
    loadExtra().then(
      (extra) => {
        if (!wanted) return;
        end();
        use(extra);
      },
      () => {
        if (!wanted) return;
        timer = setTimeout(load, AGAIN);
        failed(load);
      },
    );
  };
  scope.onClose(end);
  load();
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
  const show = (extra: Extra) => {
    holder.replaceChildren(build(extra, part));
  };
  whenLoaded(show, scope, (again) => {
    if (holder.querySelector(".lgn-late")) return;
    const words = "This part has not come: the kernel may be busy. ";
    const retry = button({ class: "link" }, again, "Try again");
    holder.replaceChildren(h("p", { class: "empty late", role: "status" }, words, retry));
  });
}
