import type { AnyModel } from "@anywidget/types";
import * as highlighter from "../../src/entries/highlighter";
import widget from "../../src/entries/widget";
import { offerHighlighter } from "../../src/highlight/loader";
import { ALL } from "../../src/model/filters";
import type { AnyEvent } from "../../src/protocol/events.gen";
import type { Traits } from "../../src/source/widgetSource";
import { frameScheduler } from "../../src/view/ui/frameScheduler";
import { frameOf } from "../log";

type Listener = (...args: unknown[]) => void;

offerHighlighter(async () => ({ ...highlighter, build: "source" }));

let uids = 0;

/** A kernel's end of a widget, in memory: its traits, and what was said either way. */
export class FakeKernel {
  readonly traits: Traits;
  /** What the front end has sent. */
  readonly heard: { kind: string; [key: string]: unknown }[] = [];
  /** Called for each message from the front end. */
  answer: (message: { kind: string; [key: string]: unknown }) => void = () => {};
  manager: unknown = {};
  #listeners = new Map<string, Set<Listener>>();
  #end = new AbortController();
  #sent = new Map<number, number>();

  constructor(traits: Partial<Traits> = {}) {
    uids += 1;
    this.traits = {
      uid: `uid-${uids}`,
      graph: { name: "joke", input: { kind: "text" } },
      form: false,
      status: "idle",
      problem: "",
      filters: ALL,
      count: 0,
      background: false,
      ...traits,
    };
  }

  /** The model as anywidget gives it to the widget. */
  get model(): AnyModel<Traits> {
    const model = {
      get: (name: keyof Traits) => this.traits[name],
      set: () => {},
      save_changes: () => {},
      on: (name: string, listener: Listener) => {
        const listeners = this.#listeners.get(name) ?? new Set();
        this.#listeners.set(name, listeners.add(listener));
      },
      off: (name: string, listener: Listener) => this.#listeners.get(name)?.delete(listener),
      send: (message: { kind: string }) => {
        const copy = JSON.parse(JSON.stringify(message));
        this.heard.push(copy);
        this.answer(copy);
      },
      widget_manager: this.manager,
    };
    return model as unknown as AnyModel<Traits>;
  }

  emit(name: string, ...args: unknown[]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(...args);
  }

  /** Change traits. */
  set(traits: Partial<Traits>): void {
    Object.assign(this.traits, traits);
    for (const name of Object.keys(traits)) this.emit(`change:${name}`);
  }

  /** Send the events that were not sent yet, in one frame. */
  send(events: readonly AnyEvent[], run = 0): void {
    const from = this.#sent.get(run) ?? 0;
    this.#sent.set(run, events.length);
    this.deliver(frameOf(events.slice(from), run));
  }

  /** Send a frame. */
  deliver({ frame, buffer }: ReturnType<typeof frameOf>, more: object = {}): void {
    // A view into a larger buffer, as it comes out of a web socket's message.
    const bytes = new Uint8Array(buffer.length + 7);
    bytes.set(buffer, 3);
    const view = new DataView(bytes.buffer, 3, buffer.length);
    this.emit("msg:custom", JSON.parse(JSON.stringify({ ...frame, ...more })), [view]);
  }

  /** Load the widget's code for this model, as the page does on `comm_open`. */
  open(): this {
    widget.initialize({ model: this.model, signal: this.#end.signal });
    return this;
  }

  /** Show a view; returns its element. */
  render(width = 900): HTMLElement {
    const el = document.createElement("div");
    el.style.width = `${width}px`;
    document.body.append(el);
    const remove = widget.render({ model: this.model, el });
    cleanups.push(() => {
      remove();
      el.remove();
    });
    return el;
  }

  /** The page drops the model. */
  close(): void {
    this.#end.abort();
  }
}

/** What to undo after each test. */
export const cleanups: (() => void)[] = [];

/** Undo what tests have put into the page. */
export function cleanUp(): void {
  for (const cleanup of cleanups.splice(0)) cleanup();
}

type Job = () => void;

/** Jobs that the scheduler has not done yet. No real page needs to know them. */
const unpainted = new Set<Job>();
const noted = new WeakMap<Job, Job>();
const { request, cancel } = frameScheduler;

function noting(job: Job): Job {
  const known = noted.get(job);
  if (known) return known;
  const made = () => {
    unpainted.delete(job);
    job();
  };
  noted.set(job, made);
  return made;
}

frameScheduler.request = (job) => {
  unpainted.add(job);
  request.call(frameScheduler, noting(job));
};
frameScheduler.cancel = (job) => {
  unpainted.delete(job);
  cancel.call(frameScheduler, noting(job));
};

/**
 * Wait for the next drawings: so many frames, and then until nothing is left to draw. How
 * much one frame draws depends on how busy the machine is.
 */
export async function drawn(frames = 3): Promise<void> {
  for (let frame = 0; frame < frames || unpainted.size > 0; frame += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** The texts of the elements that a selector finds. */
export function texts(root: ParentNode, selector: string): string[] {
  return [...root.querySelectorAll<HTMLElement>(selector)].map((each) =>
    (each.innerText || each.textContent || "").trim(),
  );
}

/** The button with a name. */
export function buttonNamed(root: ParentNode, name: string | RegExp): HTMLButtonElement {
  const found = [...root.querySelectorAll("button")].find((each) => {
    const said = (each.getAttribute("aria-label") ?? each.textContent ?? "").trim();
    return each.checkVisibility() && (typeof name === "string" ? said === name : name.test(said));
  });
  if (!found) throw new Error(`No button ${name}`);
  return found;
}
