import type { Frame } from "../protocol/frames";

/**
 * A widget that lives in this page, as the MIME renderer sees it. The two come in bundles
 * of their own, perhaps of different versions: this is all that they share.
 */
export interface LiveWidget {
  /** Draw the view into an element; the returned function removes it. */
  mount(element: HTMLElement): () => void;
  /** Whether the widget still has its kernel. */
  alive(): boolean;
  /** Whether everything that the kernel has said so far is here. */
  ready(): boolean;
  /** Whether the page met it in the middle of a run, and so missed updates of its outputs. */
  late(): boolean;
  /** All runs as they are stored in a notebook; null while a run is running or incomplete. */
  exportRuns(): Frame[] | null;
  /** Call a listener when any of these answers may have changed; returns its removal. */
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

/** Make a live widget known; returns the removal. */
export function registerLiveWidget(uid: string, live: LiveWidget): () => void {
  entries().set(uid, live);
  globalThis.dispatchEvent(new Event(EVENT));
  return () => {
    // A page that restores its widgets may have put a newer one in this one's place.
    if (entries().get(uid) === live) entries().delete(uid);
    globalThis.dispatchEvent(new Event(EVENT));
  };
}

/** Call a listener whenever a widget appears or goes; returns its removal. */
export function onLiveWidgets(listener: () => void): () => void {
  globalThis.addEventListener(EVENT, listener);
  return () => globalThis.removeEventListener(EVENT, listener);
}
