import type { AnyModel } from "@anywidget/types";
import { effect } from "@preact/signals-core";
import type { Frame } from "../protocol/frames";
import { register } from "../source/liveRegistry";
import { Session, type Traits } from "../source/widgetSource";
import { mount } from "../view/runView";

/** What anywidget gives to both entry points; older versions give no signal. */
interface Given {
  model: AnyModel<Traits>;
  signal?: AbortSignal;
}

/**
 * The sessions by the uid of their model: `initialize` comes once per model, `render` once
 * per view, and anywidget gives each a proxy of the model of its own.
 */
const sessions = new Map<string, Session>();

function exportRuns(session: Session): Frame[] | null {
  const runs = session.runs.value;
  const over = runs.every((run) => run.status.value !== "running");
  // What a kernel left unfinished is all that there will be.
  return (over && session.complete) || session.link.value === "gone"
    ? runs.map((run) => run.frame())
    : null;
}

function open(model: AnyModel<Traits>, until: AbortSignal): Session {
  const session = new Session(model, until);
  const unregister = register(session.uid, {
    mount: (element) => mount(session, element),
    alive: () => session.link.value !== "gone",
    ready: () => session.complete,
    late: () => session.late,
    exportRuns: () => exportRuns(session),
    changed: (listener) =>
      effect(() => {
        session.link.value;
        session.status.value;
        for (const run of session.runs.value) run.status.value;
        listener();
      }),
  });
  sessions.set(session.uid, session);
  until.addEventListener("abort", () => {
    unregister();
    if (sessions.get(session.uid) === session) sessions.delete(session.uid);
  });
  return session;
}

function initialize({ model, signal }: Given): () => void {
  const end = new AbortController();
  signal?.addEventListener("abort", () => end.abort());
  open(model, end.signal);
  return () => end.abort();
}

function render({ model, el }: Given & { el: HTMLElement }): () => void {
  const session = sessions.get(model.get("uid")) ?? open(model, new AbortController().signal);
  return mount(session, el);
}

export default { initialize, render };
