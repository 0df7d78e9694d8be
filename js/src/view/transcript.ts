import type { ReadonlySignal } from "@preact/signals-core";
import type { Filters } from "../filters";
import { belongs, shows } from "../filters";
import type { Message } from "../message";
import { article } from "./article";
import type { Context } from "./context";
import { h } from "./element";
import { ending } from "./ending";
import { follow } from "./follow";
import { painter } from "./painter";
import type { Scope } from "./scope";

/** Colours before they begin again; the style sheet has as many. */
const HUES = 6;
/** Milliseconds of one frame that new messages may take. */
const BUDGET = 10;

/**
 * The messages of a run, in order, which follow their own end while the reader is there.
 *
 * @param scroller - the element to draw into; it scrolls
 * @param filters - which messages to show
 * @returns the transcript with its button that leads to the end
 */
export function transcript(
  scroller: HTMLElement,
  filters: ReadonlySignal<Filters>,
  context: Context,
  scope: Scope,
): HTMLElement {
  const { store } = context;
  const messages = h("div", { class: "messages" });
  const hues = new Map<string, number>();
  const hue = ({ node, role }: Message) => {
    const name = node ?? role;
    if (!hues.has(name)) hues.set(name, hues.size % HUES);
    return hues.get(name) ?? 0;
  };

  let articles = scope.child();
  let drawn = 0;
  const draw = () => {
    const began = performance.now();
    for (; drawn < store.messages.length; drawn += 1) {
      if (performance.now() - began > BUDGET) {
        painter.request(draw);
        return;
      }
      const message = store.messages[drawn];
      if (!message || !belongs(filters.value, message)) continue;
      messages.append(article(message, hue(message), context, articles));
    }
  };
  scope.follow(() => {
    filters.value;
    articles.close();
    articles = scope.child();
    messages.replaceChildren();
    drawn = 0;
    painter.request(draw);
  });
  scope.follow(() => {
    store.count.value;
    painter.request(draw);
  });
  scope.onClose(() => painter.cancel(draw));

  const end = ending(
    store,
    () => store.messages.filter((m) => shows(filters.value, m)).length,
    scope,
  );
  const content = h("div", { class: "content" }, messages, end);
  scroller.replaceChildren(content);
  return h("div", { class: "transcript" }, scroller, follow(scroller, content, scope));
}
