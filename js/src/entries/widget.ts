import type { AnyModel } from "@anywidget/types";
import { effect } from "@preact/signals-core";
import type { Frame } from "../protocol/frames";
import { registerLiveWidget } from "../source/liveRegistry";
import { type Traits, WidgetSource } from "../source/widgetSource";
import { mount } from "../view/runView";

/** anywidget's arguments to both entry points; older versions pass no signal. */
interface EntryArguments {
  model: AnyModel<Traits>;
  signal?: AbortSignal;
}

/**
 * The sources by the uid of their model: `initialize` comes once per model, `render` once
 * per view, and anywidget passes each its own proxy of the model.
 */
const sources = new Map<string, WidgetSource>();

function exportRuns(source: WidgetSource): Frame[] | null {
  const runs = source.runs.value;
  const over = runs.every((run) => run.status.value !== "running");
  // A run that its kernel has not finished will not continue.
  return (over && source.complete) || source.link.value === "gone"
    ? runs.map((run) => run.frame())
    : null;
}

function open(model: AnyModel<Traits>, until: AbortSignal): WidgetSource {
  const source = new WidgetSource(model, until);
  const unregister = registerLiveWidget(source.uid, {
    mount: (element) => mount(source, element),
    alive: () => source.link.value !== "gone",
    ready: () => source.complete,
    late: () => source.late,
    exportRuns: () => exportRuns(source),
    changed: (listener) =>
      effect(() => {
        source.link.value;
        source.status.value;
        for (const run of source.runs.value) run.status.value;
        listener();
      }),
  });
  sources.set(source.uid, source);
  until.addEventListener("abort", () => {
    unregister();
    if (sources.get(source.uid) === source) sources.delete(source.uid);
  });
  return source;
}

function initialize({ model, signal }: EntryArguments): () => void {
  const end = new AbortController();
  signal?.addEventListener("abort", () => end.abort());
  open(model, end.signal);
  return () => end.abort();
}

function render({ model, el }: EntryArguments & { el: HTMLElement }): () => void {
  const source = sources.get(model.get("uid")) ?? open(model, new AbortController().signal);
  return mount(source, el);
}

export default { initialize, render };
