import { computed, type Signal, signal } from "@preact/signals-core";
import type { Filters } from "../model/filters";
import type { Store } from "../model/runState";
import type { Source } from "../source/runSource";
import { announce } from "./announcer";
import { findBar } from "./find/findBar";
import { pointer } from "./find/tokenPicker";
import { graphPane } from "./graph/graphPane";
import { input } from "./inputForm";
import { keepKeys } from "./keyboardGuard";
import { commands } from "./shortcuts";
import { divider } from "./sidebar/resizer";
import { sidebar } from "./sidebar/sidebar";
import type { Context } from "./state/context";
import { Panes } from "./state/panes";
import { type Choice, messageOf } from "./state/selection";
import { statusLine } from "./statusBar";
import { transcript } from "./transcript/transcript";
import { button, h, setShown, setText, toggle } from "./ui/element";
import { icon } from "./ui/icon";
import { Scope } from "./ui/scope";
import { ensureStyle } from "./ui/styles";
import { Shelf } from "./ui/virtualizer";

/** Draw one run: its transcript, and beside it what is known about what one chooses. */
function drawRun(
  store: Store,
  filters: Signal<Filters>,
  panes: Panes,
  scope: Scope,
): [Context, HTMLElement[]] {
  const { raw, details, find, width } = panes;
  const choice = signal<Choice | null>(null);
  const current = computed(() => messageOf(choice.value));
  const scroller = h("div", {
    class: "scroller",
    role: "region",
    "aria-label": "Messages",
    tabindex: 0,
  });
  const shelf = new Shelf(scroller);
  scope.onClose(() => shelf.clear());
  const places = new WeakMap();
  const context: Context = { store, shelf, filters, raw, choice, places, current };
  pointer(scroller, context, scope);
  const about = h("div");
  const side = h("div", { class: "side" }, about);
  scope.follow(() => {
    setShown(side, details.value);
    side.style.setProperty("--lgn-side", `${width.value}px`);
  });
  scope.renew(
    () => details.value,
    (shown, part) => {
      if (!shown) return;
      const edge = divider(width, part);
      side.prepend(edge);
      part.onClose(() => edge.remove());
      about.replaceChildren(sidebar(context, part));
    },
  );
  const bar = h("div", { class: "find-place" });
  scope.renew(
    () => find.value,
    (shown, part) => {
      setShown(bar, shown);
      if (shown) bar.replaceChildren(findBar(context, panes, scroller, part));
    },
  );
  return [context, [bar, transcript(scroller, filters, context, scope), side]];
}

/** The filters of one view: the source's, until the reader changes them. */
function ownFilters(source: Source, scope: Scope): Signal<Filters> {
  let given = source.filters.peek();
  const own = signal(given);
  scope.follow(() => {
    const { value } = source.filters;
    if (own.peek() === given) own.value = value;
    given = value;
  });
  return own;
}

/**
 * Draw a source's runs into an element: the newest one, or the one that the reader picks.
 *
 * Any number of views may draw the same source; each has its own selection, filters and scroll.
 *
 * @param source - where the runs come from
 * @param element - where to draw; what is in it stays
 * @returns a function that removes the view
 */
export function mount(source: Source, element: HTMLElement): () => void {
  const scope = new Scope();
  const root = h("section", { "aria-label": "LangGraph run" });
  root.className = "lgn";
  const picked = signal<number | null>(null);
  const panes = new Panes(scope);
  const filters = ownFilters(source, scope);
  const store = computed(() => {
    const runs = source.runs.value;
    return runs.find((run) => run.number === picked.value) ?? runs.at(-1);
  });
  // A new run is what one wants to see, whichever one was picked before.
  let known = source.runs.value.at(-1);
  scope.follow(() => {
    const newest = source.runs.value.at(-1);
    if (newest !== known) picked.value = null;
    known = newest;
  });

  const main = h("div", { class: "main" });
  const notice = h("p", { class: "notice", role: "status" });
  scope.follow(() => {
    setText(notice, source.notice.value);
    setShown(notice, source.notice.value !== "");
  });
  const shown = signal<Context | null>(null);
  const waiting = h("p", { class: "empty" }, "Reconnecting…");
  scope.renew(
    () => store.value,
    (run, part) => {
      const [context, elements] = run ? drawRun(run, filters, panes, part) : [null, [waiting]];
      shown.value = context;
      main.replaceChildren(...elements);
    },
  );
  scope.follow(() => setShown(waiting, source.link.value === "reconnecting"));

  const heard = h("div", { class: "heard", role: "status", "aria-live": "polite" });
  const pane = h("section", { class: "graph", "aria-label": "Graph", hidden: true });
  const opener = button({ class: "button", hidden: true }, () => {});
  const keys = button(
    { class: "button", title: "Keys", "aria-label": "Keys" },
    () => {},
    icon("help"),
  );
  const tools = [
    opener,
    toggle("Show where each token ends", panes.raw, scope, "Raw"),
    toggle("Find and filter", panes.find, scope, icon("find")),
    toggle("Details", panes.details, scope, icon("details")),
    keys,
  ];
  root.append(
    statusLine(source, store, picked, filters, tools, scope),
    notice,
    pane,
    main,
    input(source, scope),
    heard,
  );
  element.append(root);
  scope.onClose(ensureStyle(root));
  scope.onClose(keepKeys(root));
  graphPane(pane, opener, source, store, filters, panes, root, scope);
  announce(heard, store, filters, root, scope);
  commands(root, source, panes, opener, keys, shown, scope);
  scope.onClose(() => root.remove());
  return () => scope.close();
}
