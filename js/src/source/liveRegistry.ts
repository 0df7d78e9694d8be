import type { Frame } from "../protocol/frames";

/**
 * A live widget of this page, for the MIME renderer. Widget and renderer have bundles of their
 * own, perhaps of different versions: they share only this.
 */
export interface LiveWidget {
  /** Draw the view into an element; the returned function removes it. */
  mount(element: HTMLElement): () => void;
  /** Whether the widget still has its kernel. */
  alive(): boolean;
  /** Whether all events that the kernel has sent are here. */
  ready(): boolean;
  /** Whether the page was loaded in the middle of a run, and so missed updates of its outputs. */
  late(): boolean;
  /** All runs as they are stored in a notebook; null while a run is running or incomplete. */
  exportRuns(): Frame[] | null;
  /** Call a listener when any of these values may have changed; returns its removal. */
  changed(listener: () => void): () => void;
}

const KEY = Symbol.for("lg_notebook.live");
const EVENT = "lg_notebook.live";

function entries(): Map<string, LiveWidget> {
  const holder = globalThis as unknown as Record<symbol, Map<string, LiveWidget> | undefined>;
  holder[KEY] ??= new Map();
  return holder[KEY];
}

/** The live widget with a uid, or undefined. */
export function findLiveWidget(uid: string): LiveWidget | undefined {
  return entries().get(uid);
}

/** Register a live widget; returns its removal. */
export function registerLiveWidget(uid: string, live: LiveWidget): () => void {
  entries().set(uid, live);
  globalThis.dispatchEvent(new Event(EVENT));
  return () => {
    // A page that restores its widgets may have registered a newer one since.
    if (entries().get(uid) === live) entries().delete(uid);
    globalThis.dispatchEvent(new Event(EVENT));
  };
}

/** Call a listener whenever a widget appears or goes; returns its removal. */
export function onLiveWidgets(listener: () => void): () => void {
  globalThis.addEventListener(EVENT, listener);
  return () => globalThis.removeEventListener(EVENT, listener);
}
