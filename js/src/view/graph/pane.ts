import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Filters } from "../../filters";
import type { Source } from "../../source";
import type { Store } from "../../store";
import type { Extra } from "../../supply";
import { button, h, setShown } from "../element";
import { icon } from "../icon";
import { fill } from "../late";
import { painter } from "../painter";
import type { Scope } from "../scope";
import type { Graph } from "./graph";

/** Width from which a view has room for the graph from the beginning. */
const WIDE = 620;

/**
 * The place for a run's graph, which comes with the second file when it is first shown.
 * A node that the reader chooses there is what the view shows alone, until it is chosen again.
 *
 * @param source - where the runs come from
 * @param store - the run on display, if there is one
 * @param filters - what the view shows
 * @param root - the view, whose width the drawing follows
 * @returns the pane, and the button that shows and hides it
 */
export function graphPane(
  source: Source,
  store: ReadonlySignal<Store | undefined>,
  filters: Signal<Filters>,
  root: HTMLElement,
  scope: Scope,
): { pane: HTMLElement; opener: HTMLElement } {
  const width = signal(0);
  const wide = signal(false);
  /** What the reader wants; null until then. */
  const wanted = signal<boolean | null>(null);
  const shown = computed(() => wanted.value ?? (source.form.value && wide.value));
  const graph = signal<Graph | null>(null);
  const holder = h("div");
  const pane = h("section", { class: "graph", "aria-label": "Graph" }, holder);
  const opener = button(
    { class: "button" },
    () => {
      wanted.value = !shown.value;
    },
    icon("graph"),
    "Graph",
  );

  let room = 0;
  const resize = () => {
    if (width.value === 0) wide.value = room >= WIDE;
    width.value = room;
  };
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.round(entry?.contentRect.width ?? 0);
    // Out of the page it has no width, which says nothing.
    if (now === 0) return;
    room = now;
    // What is drawn changes heights, which an observer is not to do.
    painter.request(resize);
  });
  observer.observe(root);
  scope.onClose(() => {
    observer.disconnect();
    painter.cancel(resize);
  });

  const choose = (at: string) => {
    const { at: before, ...rest } = filters.value;
    filters.value = before === at ? rest : { ...rest, at };
  };
  const topology = computed(() => {
    store.value?.changed.value;
    return store.value?.start?.topology ?? source.graph.value.topology;
  });
  const some = computed(() => {
    const run = store.value;
    run?.changed.value;
    return Boolean(topology.value?.nodes?.length || run?.tasks.all.length);
  });

  scope.follow(() => {
    setShown(opener, some.value);
    opener.setAttribute("aria-pressed", String(shown.value));
    setShown(pane, shown.value && some.value);
  });
  scope.renew(
    () => shown.value && some.value,
    (wanted, part) => {
      if (!wanted || graph.value) return;
      const draw = ({ Graph }: Pick<Extra, "Graph">) => {
        graph.value = new Graph(choose);
        return graph.value.element;
      };
      fill(holder, draw, part);
    },
  );
  scope.paint(
    () => [
      ...[store.value?.changed.value, store.value?.status.value, source.link.value],
      ...[graph.value, topology.value, shown.value, width.value, filters.value],
    ],
    () => {
      if (!shown.value || width.value === 0) return;
      const run = store.value;
      const status = run?.status.value;
      graph.value?.show({
        topology: topology.value,
        tasks: run?.tasks.all ?? [],
        asks: status === "interrupted",
        over: status !== "running" || ["gone", "saved"].includes(source.link.value),
        width: width.value,
        at: filters.value.at,
      });
    },
  );
  return { pane, opener };
}
