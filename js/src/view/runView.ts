import { computed, type Signal, signal } from "@preact/signals-core";
import type { Filters } from "../model/filters";
import type { RunState } from "../model/runState";
import type { RunSource } from "../source/runSource";
import { announce } from "./announcer";
import { findBar } from "./find/findBar";
import { tokenPicker } from "./find/tokenPicker";
import { graphPane } from "./graph/graphPane";
import { inputForm } from "./inputForm";
import { guardKeys } from "./keyboardGuard";
import { shortcuts } from "./shortcuts";
import { resizer } from "./sidebar/resizer";
import { sidebar } from "./sidebar/sidebar";
import type { ViewContext } from "./state/context";
import { Panes } from "./state/panes";
import { messageOf, type Selection } from "./state/selection";
import { statusBar } from "./statusBar";
import { transcript } from "./transcript/transcript";
import { button, h, setShown, setText, toggle } from "./ui/element";
import { icon } from "./ui/icon";
import { Scope } from "./ui/scope";
import { ensureStyle } from "./ui/styles";
import { Virtualizer } from "./ui/virtualizer";

/** Draw one run: its transcript, and beside it the details of the selection. */
function drawRun(
  run: RunState,
  filters: Signal<Filters>,
  panes: Panes,
  scope: Scope,
): [ViewContext, HTMLElement[]] {
  const { raw, details, find, width } = panes;
  const selection = signal<Selection | null>(null);
  const current = computed(() => messageOf(selection.value));
  const scroller = h("div", {
    class: "scroller",
    role: "region",
    "aria-label": "Messages",
    tabindex: 0,
  });
  const virtualizer = new Virtualizer(scroller);
  scope.onClose(() => virtualizer.clear());
  const blocks = new WeakMap();
  const context: ViewContext = {
    run,
    virtualizer,
    filters,
    raw,
    selection,
    blocks,
    current,
  };
  tokenPicker(scroller, context, scope);
  const about = h("div");
  const side = h("div", { class: "sidebar-pane" }, about);
  scope.follow(() => {
    setShown(side, details.value);
    side.style.setProperty("--lgn-sidebar-pane", `${width.value}px`);
  });
  scope.renew(
    () => details.value,
    (shown, part) => {
      if (!shown) return;
      const edge = resizer(width, part);
      side.prepend(edge);
      part.onClose(() => edge.remove());
      about.replaceChildren(sidebar(context, part));
    },
  );
  const bar = h("div", { class: "find-pane" });
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
function ownFilters(source: RunSource, scope: Scope): Signal<Filters> {
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
 * @param element - the element to draw into; its content stays
 * @returns a function that removes the view
 */
export function mount(source: RunSource, element: HTMLElement): () => void {
  const scope = new Scope();
  const root = h("section", { "aria-label": "LangGraph run" });
  root.className = "lgn";
  const picked = signal<number | null>(null);
  const panes = new Panes(scope);
  const filters = ownFilters(source, scope);
  const shownRun = computed(() => {
    const runs = source.runs.value;
    return runs.find((run) => run.number === picked.value) ?? runs.at(-1);
  });
  // Show a new run, even if the reader picked an older one before.
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
  const shown = signal<ViewContext | null>(null);
  const waiting = h("p", { class: "empty" }, "Reconnecting…");
  scope.renew(
    () => shownRun.value,
    (run, part) => {
      const [context, elements] = run ? drawRun(run, filters, panes, part) : [null, [waiting]];
      shown.value = context;
      main.replaceChildren(...elements);
    },
  );
  scope.follow(() => setShown(waiting, source.link.value === "reconnecting"));

  const liveRegion = h("div", { class: "announcements", role: "status", "aria-live": "polite" });
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
    statusBar(source, shownRun, picked, filters, tools, scope),
    notice,
    pane,
    main,
    inputForm(source, scope),
    liveRegion,
  );
  element.append(root);
  scope.onClose(ensureStyle(root));
  scope.onClose(guardKeys(root));
  graphPane(pane, opener, source, shownRun, filters, panes, root, scope);
  announce(liveRegion, shownRun, filters, root, scope);
  shortcuts(root, source, panes, opener, keys, shown, scope);
  scope.onClose(() => root.remove());
  return () => scope.close();
}
