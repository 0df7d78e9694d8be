import type { ReadonlySignal, Signal } from "@preact/signals-core";
import type { Filters } from "../../model/filters";
import type { RunState } from "../../model/runState";
import type { RunSource } from "../../source/runSource";
import type { Panes } from "../state/panes";
import { setShown } from "../ui/element";
import { icon } from "../ui/icon";
import type { Scope } from "../ui/scope";
import { GraphView } from "./graphView";

/** Width from which a view shows the graph from the beginning, in CSS pixels. */
const WIDE = 620;

/**
 * Fill the pane of a run's graph, which is drawn when it is first shown. Choosing a node there
 * filters the view by it, until the reader chooses it again.
 *
 * @param pane - the element to fill
 * @param opener - the button that shows and hides it
 * @param source - where the runs come from
 * @param shownRun - the run on display, if there is one
 * @param filters - what the view shows
 * @param panes - holds whether it is shown, and how wide the view is
 * @param root - the view, whose width the drawing follows
 */
export function graphPane(
  pane: HTMLElement,
  opener: HTMLElement,
  source: RunSource,
  shownRun: ReadonlySignal<RunState | undefined>,
  filters: Signal<Filters>,
  { graph: wanted, viewWidth }: Panes,
  root: HTMLElement,
  scope: Scope,
): void {
  let wide = false;
  let graph: GraphView | undefined;
  const shown = () => wanted.value ?? (source.form.value && viewWidth.value > 0 && wide);
  const topology = () => {
    shownRun.value?.changed.value;
    return shownRun.value?.start?.topology ?? source.graph.value.topology;
  };
  const some = () => Boolean(topology()?.nodes?.length || shownRun.value?.tasks.all.length);

  opener.append(icon("graph"), "Graph");
  const flip = () => {
    wanted.value = !shown();
  };
  opener.addEventListener("click", flip);
  scope.onClose(() => opener.removeEventListener("click", flip));

  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.round(entry?.contentRect.width ?? 0);
    // Outside of the page the width is 0, which means nothing.
    if (now === 0) return;
    clearTimeout(timer);
    // Drawing changes heights, which an observer must not do.
    timer = setTimeout(() => {
      if (viewWidth.value === 0) wide = now >= WIDE;
      viewWidth.value = now;
    });
  });
  observer.observe(root);
  scope.onClose(() => {
    observer.disconnect();
    clearTimeout(timer);
  });

  const choose = (at: string) => {
    const { at: before, ...rest } = filters.value;
    filters.value = before === at ? rest : { ...rest, at };
  };
  scope.follow(() => {
    const [open, any] = [shown(), some()];
    setShown(opener, any);
    opener.setAttribute("aria-pressed", String(open));
    setShown(pane, open && any);
    if (graph || !open || !any) return;
    graph = new GraphView(choose);
    pane.append(graph.element);
  });
  scope.paint(
    () => [
      ...[shownRun.value?.changed.value, shownRun.value?.status.value, source.link.value],
      ...[topology(), shown(), viewWidth.value, filters.value],
    ],
    () => {
      if (!shown() || viewWidth.value === 0) return;
      const run = shownRun.value;
      const status = run?.status.value;
      graph?.show({
        topology: topology(),
        tasks: run?.tasks.all ?? [],
        asks: status === "interrupted",
        over: status !== "running" || ["gone", "saved"].includes(source.link.value),
        width: viewWidth.value,
        at: filters.value.at,
      });
    },
  );
}
