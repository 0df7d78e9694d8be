import { button, setShown } from "../ui/element";
import { icon } from "../ui/icon";
import type { Scope } from "../ui/scope";

/** CSS pixels from the end that count as the end. */
const NEAR = 32;

/**
 * Keeps a scroller at its end while the reader is there, and leaves it alone otherwise.
 *
 * @param scroller - the element that scrolls
 * @param content - its growing content
 * @returns a button that leads back to the end, shown when the reader is elsewhere
 */
export function autoScroll(
  scroller: HTMLElement,
  content: HTMLElement,
  scope: Scope,
): HTMLButtonElement {
  let following = true;
  let before = 0;
  let away = false;
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
    before = scroller.scrollTop;
  };
  // Growing content leaves the reader behind without a scroll upwards: only that one is
  // the reader's own.
  const look = () => {
    if (away) return;
    const top = scroller.scrollTop;
    if (scroller.scrollHeight - top - scroller.clientHeight <= NEAR) following = true;
    else if (top < before) following = false;
    before = top;
    setShown(back, !following);
  };
  const back = button(
    { class: "to-end", hidden: true },
    () => {
      toEnd();
      look();
      scroller.focus({ preventScroll: true });
    },
    icon("down"),
    "Latest",
  );
  scroller.addEventListener("scroll", look, { passive: true });
  const observer = new ResizeObserver(() => {
    // Notebooks take cells out of the page while they are out of sight; that forgets
    // where they were scrolled to.
    if (scroller.clientHeight === 0) {
      away = true;
      return;
    }
    if (away) {
      away = false;
      scroller.scrollTop = before;
    }
    look();
    if (following) toEnd();
  });
  observer.observe(content);
  observer.observe(scroller);
  scope.onClose(() => observer.disconnect());
  return back;
}
