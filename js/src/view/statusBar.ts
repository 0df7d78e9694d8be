import { computed, type ReadonlySignal, type Signal } from "@preact/signals-core";
import { duration, plural } from "../format/format";
import { describe, type Filters } from "../model/filters";
import type { RunState } from "../model/runState";
import type { Status } from "../protocol/events.gen";
import type { RunSource } from "../source/runSource";
import { button, h, setShown, setText } from "./ui/element";
import { icon } from "./ui/icon";
import type { Scope } from "./ui/scope";

/** Milliseconds between two updates of the clock during a run. */
const TICK = 100;

/** The statuses that a run's status line can show. */
export type ViewStatus = Status | "idle";

const WORDS: { readonly [status in ViewStatus]: string } = {
  idle: "Ready",
  running: "Running",
  done: "Done",
  stopped: "Stopped",
  interrupted: "Waiting for an answer",
  error: "Error",
};

/** A run's status, as far as this page knows. */
function viewStatus(source: RunSource, shownRun: RunState | undefined): ViewStatus {
  const status = shownRun?.status.value ?? source.status.value;
  const over = source.link.value === "gone" || source.link.value === "saved";
  // A run that was running when its kernel went away has stopped.
  return status === "running" && over ? "stopped" : status;
}

function linkNote(source: RunSource): string {
  switch (source.link.value) {
    case "reconnecting":
      return "reconnecting…";
    case "gone":
      return "kernel gone";
    case "saved":
      return "saved run";
    default:
      return "";
  }
}

function chip(
  source: RunSource,
  shownRun: ReadonlySignal<RunState | undefined>,
  scope: Scope,
): HTMLElement {
  const element = h("span", { class: "status" });
  const now = computed(() => viewStatus(source, shownRun.value));
  scope.follow(() => {
    element.dataset.status = now.value;
    element.replaceChildren(icon(now.value), h("span", {}, WORDS[now.value]));
  });
  return element;
}

function figures(
  shownRun: ReadonlySignal<RunState | undefined>,
  source: RunSource,
  scope: Scope,
): HTMLElement {
  const element = h("span", { class: "number" });
  const draw = () => {
    const run = shownRun.value;
    const over = source.link.value === "gone" || source.link.value === "saved";
    const elapsed = run && (over ? (run.end?.duration ?? run.latest) : run.elapsed);
    setText(
      element,
      run && elapsed !== undefined
        ? `${duration(elapsed)} · ${plural(run.tokens.value, "token")}`
        : "",
    );
  };
  scope.paint(
    () => [shownRun.value?.tokens.value, shownRun.value?.status.value, source.link.value],
    draw,
  );
  scope.follow(() => {
    if (viewStatus(source, shownRun.value) !== "running") return;
    const timer = setInterval(draw, TICK);
    return () => clearInterval(timer);
  });
  return element;
}

function picker(source: RunSource, picked: Signal<number | null>, scope: Scope): HTMLElement {
  const select = h("select", { "aria-label": "Run" });
  select.addEventListener("change", () => {
    const newest = source.runs.value.at(-1)?.number;
    picked.value = Number(select.value) === newest ? null : Number(select.value);
  });
  scope.follow(() => {
    const numbers = source.runs.value.map((run) => run.number);
    setShown(select, numbers.length > 1);
    select.replaceChildren(
      ...numbers.map((number) => h("option", { value: number }, `Run ${number + 1}`)),
    );
    select.value = String(picked.value ?? numbers.at(-1) ?? "");
  });
  return select;
}

/** A Stop button, shown while a run can be stopped. */
export function stopButton(source: RunSource, scope: Scope): HTMLButtonElement {
  const stop = button(
    { class: "button stop", hidden: true },
    () => source.actions.stop(),
    icon("stopped"),
    "Stop",
  );
  scope.follow(() => {
    const { link, status } = source;
    setShown(
      stop,
      !source.oneway &&
        status.value === "running" &&
        link.value !== "gone" &&
        link.value !== "saved",
    );
  });
  return stop;
}

/**
 * The line above a run: the graph's name, the run's status and time, and buttons.
 *
 * @param source - where the runs come from
 * @param shownRun - the run on display, if there is one
 * @param picked - number of the run that the reader chose; null follows the newest
 * @param filters - what the view shows
 * @param tools - buttons of the view
 */
export function statusBar(
  source: RunSource,
  shownRun: ReadonlySignal<RunState | undefined>,
  picked: Signal<number | null>,
  filters: ReadonlySignal<Filters>,
  tools: readonly HTMLElement[],
  scope: Scope,
): HTMLElement {
  const name = h("span", { class: "name" });
  const note = h("span", { class: "quiet" });
  const stop = stopButton(source, scope);
  scope.follow(() => setText(name, source.graph.value.name));
  scope.follow(() => {
    const only = describe(filters.value);
    setText(note, [linkNote(source), only && `only ${only}`].filter(Boolean).join(" · "));
  });
  const place = h("span", { class: "stop-place" }, stop);
  // An input box has a Stop of its own, beside Run.
  scope.follow(() => setShown(place, !source.form.value));
  return h(
    "header",
    { class: "status-bar" },
    chip(source, shownRun, scope),
    name,
    note,
    figures(shownRun, source, scope),
    h("span", { class: "tools" }, picker(source, picked, scope), ...tools, place),
  );
}
