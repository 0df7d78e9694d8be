import { button, setShown } from "./element";
import { icon } from "./icon";
import type { Scope } from "./scope";

/** How near to the end, in CSS pixels, counts as being there. */
const NEAR = 32;

/**
 * Keeps a scroller at its end while the reader is there, and leaves it alone otherwise.
 *
 * @param scroller - what scrolls
 * @param content - what grows in it
 * @returns a button that leads back to the end, shown where the reader is elsewhere
 */
export function follow(
  scroller: HTMLElement,
  content: HTMLElement,
  scope: Scope,
): HTMLButtonElement {
  let following = true;
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  const back = button(
    { class: "to-end", hidden: true },
    () => {
      following = true;
      setShown(back, false);
      toEnd();
      scroller.focus({ preventScroll: true });
    },
    icon("down"),
    "Latest",
  );
  let before = 0;
  scroller.addEventListener(
    "scroll",
    () => {
      const top = scroller.scrollTop;
      const left = scroller.scrollHeight - top - scroller.clientHeight;
      // Growing content leaves the reader behind without a scroll upwards: only that one
      // is the reader's own.
      if (left <= NEAR) following = true;
      else if (top < before) following = false;
      before = top;
      setShown(back, !following);
    },
    { passive: true },
  );
  const observer = new ResizeObserver(() => {
    if (following) toEnd();
  });
  observer.observe(content);
  observer.observe(scroller);
  scope.onClose(() => observer.disconnect());
  return back;
}
