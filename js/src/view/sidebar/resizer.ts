import type { Signal } from "@preact/signals-core";
import { h } from "../ui/element";
import { savePreferences } from "../ui/preferences";
import type { Scope } from "../ui/scope";

/** Widths of the details, in CSS pixels. */
const MIN_WIDTH = 200;
const MAX_WIDTH = 640;
/** CSS pixels per press of an arrow key. */
const STEP = 16;

/**
 * The edge between transcript and details. The mouse drags it, and the arrow keys move it.
 *
 * @param width - of the details, in CSS pixels
 */
export function resizer(width: Signal<number>, scope: Scope): HTMLElement {
  const element = h("div", {
    class: "resizer",
    role: "separator",
    tabindex: 0,
    "aria-orientation": "vertical",
    "aria-label": "Width of the details",
    "aria-valuemin": MIN_WIDTH,
    "aria-valuemax": MAX_WIDTH,
  });
  const set = (to: number) => {
    width.value = Math.round(Math.min(Math.max(to, MIN_WIDTH), MAX_WIDTH));
  };
  // The details are at the line's end, which is on the left in right-to-left text.
  const outward = () => (getComputedStyle(element).direction === "rtl" ? 1 : -1);
  element.addEventListener("pointerdown", ({ pointerId, clientX }) => {
    const from = width.value;
    const move = (event: PointerEvent) => set(from + (event.clientX - clientX) * outward());
    const end = new AbortController();
    element.setPointerCapture(pointerId);
    element.addEventListener("pointermove", move, { signal: end.signal });
    element.addEventListener(
      "lostpointercapture",
      () => {
        end.abort();
        savePreferences({ width: width.value });
      },
      { signal: end.signal },
    );
  });
  element.addEventListener("keydown", (event) => {
    const to = {
      ArrowLeft: width.value - STEP * outward(),
      ArrowRight: width.value + STEP * outward(),
      Home: MIN_WIDTH,
      End: MAX_WIDTH,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(to);
    savePreferences({ width: width.value });
  });
  scope.follow(() => {
    element.ariaValueNow = String(width.value);
  });
  return element;
}
