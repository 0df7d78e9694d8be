import type { Frame } from "../protocol/frames";
import { findLiveWidget, type LiveWidget, onLiveWidgets } from "../source/liveRegistry";
import { MIME, readStored, SavedSource, type Stored } from "../source/savedSource";
import { mount } from "../view/runView";
import { h } from "../view/ui/element";
import { ensureStyle } from "../view/ui/styles";

/** JupyterLab's model of an output: the used parts of `IRenderMime.IMimeModel`. */
export interface MimeModel {
  readonly data: { readonly [type: string]: unknown };
  readonly metadata: { readonly [key: string]: unknown };
  setData(options: { data?: object; metadata?: object }): void;
}

/** Milliseconds to wait for the kernel's own update of a finished output before ours. */
const UPDATE_WAIT = 1000;
/** Milliseconds before the output says that it looks for a run. */
const LOOKING_DELAY = 1000;
/** Milliseconds after that for a page to restore its widgets from a busy kernel. */
const RESTORE_WAIT = 9000;
const LOOKING = "Looking for this run in the kernel…";
const UNFINISHED =
  "This run was not finished when the notebook was saved. Run the cell again to see it.";
const UNREADABLE = "This saved run cannot be read: it may come from a newer lg_notebook.";

/**
 * Drop the oldest runs so that the stored frames stay within bounds.
 *
 * @param frames - whole runs, oldest first
 * @returns the newest runs, and a sentence about the dropped ones, or null
 */
export function fitting(frames: readonly Frame[]): Pick<Stored, "runs" | "cut"> {
  let room = 4_000_000;
  let from = frames.length;
  while (from > 0) {
    room -= JSON.stringify(frames[from - 1]).length;
    if (room < 0 && from < frames.length) break;
    from -= 1;
  }
  const cut = from > 0 ? `The first ${from} of ${frames.length} runs were too long to keep.` : null;
  return { runs: frames.slice(from), cut };
}

/**
 * One output of a notebook: the live view while its widget lives, else the stored runs.
 *
 * The display changes as rarely as possible. A view of a widget whose kernel is gone still
 * shows the events received before, and an update of the output changes nothing visible.
 */
export class NotebookOutput {
  #model: MimeModel | null = null;
  #stored: Stored | null = null;
  /** The output's live widget, if there is one. */
  #live: LiveWidget | null = null;
  #shown: "nothing" | "live" | "stored" | "words" = "nothing";
  #mounted: LiveWidget | null = null;
  #unmount = () => {};
  #unfollow = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  #unlisten = () => {};
  #hides = false;

  /** @param node - the element that the host gives us */
  constructor(readonly node: HTMLElement) {
    node.classList.add("lgn-output");
  }

  /** Show an output, or its new state. */
  show(model: MimeModel): void {
    this.#model = model;
    const { kind } = (model.data[MIME] ?? {}) as { kind?: unknown };
    if (kind !== "live") {
      this.#hides = true;
      this.attached();
      return;
    }
    const before = this.#stored;
    this.#stored = readStored(model.metadata[MIME]);
    const first = before === null || before.uid !== this.#stored?.uid;
    if (first) {
      this.#unlisten();
      this.#unlisten = onLiveWidgets(() => this.#choose());
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#look(), LOOKING_DELAY);
    }
    if (this.#shown !== "live" && !sameRuns(before, this.#stored)) this.#clear();
    this.#choose();
  }

  /** The element is in the page: remove the static fallback beside it. */
  attached(): void {
    if (!this.#hides) return;
    ensureStyle(this.node);
    this.node.closest(".jp-OutputArea-child")?.classList.add("lgn-hidden");
    this.node.classList.add("lgn-hidden");
  }

  /** Remove everything. */
  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#keeping);
    this.#live = null;
    this.#stored = null;
    this.#unlisten();
    this.#unfollow();
    this.#clear();
  }

  /** Follow the live widget, if there is one, and show the better of the two. */
  #choose(): void {
    const uid = this.#stored?.uid;
    const live = uid ? findLiveWidget(uid) : undefined;
    if (live && live !== this.#live) {
      this.#unfollow();
      this.#live = live;
      this.#unfollow = live.changed(() => queueMicrotask(() => this.#follow()));
    }
    this.#follow();
  }

  #follow(): void {
    const live = this.#live;
    const hasRuns = (this.#stored?.runs.length ?? 0) > 0;
    if (live?.alive()) {
      // A widget without its kernel's answer must not replace a complete run.
      if (this.#shown === "live" && this.#mounted === live) this.#keepSoon(live);
      else if (live.ready() || !hasRuns) this.#mount("live", (node) => live.mount(node), live);
    }
    if (this.#shown === "nothing" && hasRuns) this.#showStored();
  }

  #mount(
    kind: "live" | "stored",
    draw: (node: HTMLElement) => () => void,
    live: LiveWidget | null,
  ): void {
    this.#clear();
    this.#unmount = draw(this.node);
    this.#shown = kind;
    this.#mounted = live;
    if (live) this.#keepSoon(live);
  }

  #showStored(): void {
    const stored = this.#stored;
    if (!stored) return;
    try {
      const recording = new SavedSource(stored);
      this.#mount("stored", (node) => mount(recording, node), null);
    } catch {
      this.#say(UNREADABLE);
    }
  }

  /** Show that there is no run yet, and some time later that none will come. */
  #look(): void {
    if (this.#shown !== "nothing") return;
    const words = this.#say(LOOKING);
    this.#timer = setTimeout(() => {
      if (words.parentNode) this.#say(UNFINISHED);
    }, RESTORE_WAIT);
  }

  #say(words: string): HTMLElement {
    this.#clear();
    const text = h("p", { class: "static-text" }, words);
    this.node.append(text);
    ensureStyle(text);
    this.#unmount = () => text.remove();
    this.#shown = "words";
    return text;
  }

  #clear(): void {
    this.#unmount();
    this.#unmount = () => {};
    this.#shown = "nothing";
    this.#mounted = null;
  }

  #keepSoon(live: LiveWidget): void {
    clearTimeout(this.#keeping);
    if (live.late()) this.#keep(live);
    else this.#keeping = setTimeout(() => this.#keep(live), UPDATE_WAIT);
  }

  /**
   * Write finished runs into the output if the kernel's own last update did not reach this
   * page. That is so if the page was reloaded while the cell ran, or the view started the run.
   */
  #keep(live: LiveWidget): void {
    const model = this.#model;
    const stored = this.#stored;
    if (!model || !stored) return;
    const runs = live.exportRuns();
    if (!runs?.length) return;
    const newest = stored.runs.at(-1)?.run ?? -1;
    if (newest >= (runs.at(-1)?.run ?? -1)) return;
    this.#stored = { ...stored, ...fitting(runs) };
    model.setData({ metadata: { ...model.metadata, [MIME]: this.#stored } });
  }
}

/** Whether two outputs seem to hold the same runs, without comparing all of their content. */
function sameRuns(a: Stored | null, b: Stored | null): boolean {
  const sign = (stored: Stored | null) =>
    JSON.stringify(stored?.runs.map(({ run, last }) => [run, last]) ?? null);
  return a?.uid === b?.uid && sign(a) === sign(b);
}
