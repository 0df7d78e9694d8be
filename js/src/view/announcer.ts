import type { ReadonlySignal } from "@preact/signals-core";
import { duration, place } from "../format/format";
import { finishedEnd, spoken } from "../format/sentences";
import { type Filters, shows, showsPart } from "../model/filters";
import type { Block, Message } from "../model/message";
import type { RunState } from "../model/runState";
import { frameScheduler } from "./ui/frameScheduler";
import type { Scope } from "./ui/scope";

/** Least milliseconds between two announcements: one that changes while it is read is lost. */
const PAUSE = 1000;

/** Tracks the announcements of one run. */
class Announcements {
  status: string;
  /** The message of the last announced sentence. */
  #speaker: Message | undefined;
  readonly #complete = new Set<Message>();
  /** The messages of which a part was read aloud: their end is not announced. */
  readonly #spoken = new Set<Message>();
  /** The end of the announced or skipped part of each text. */
  readonly #read = new Map<Block, number>();

  /** A run that has begun before is not announced. */
  constructor(
    readonly run: RunState,
    readonly filters: ReadonlySignal<Filters>,
  ) {
    this.status = run.status.peek();
    for (const message of run.messages) if (message.done) this.#complete.add(message);
    this.skip();
  }

  /** Skip all text up to now. */
  skip(): void {
    for (const message of this.run.messages) {
      if (this.#complete.has(message)) continue;
      for (const block of message.blocks) this.#read.set(block, block.text.length);
    }
  }

  /**
   * The next announcement.
   *
   * @param aloud - whether to read the messages' text, and not only their sources
   */
  news(aloud: boolean): string[] {
    const { messages, status, elapsed } = this.run;
    const news: string[] = [];
    for (const message of messages) {
      if (this.#complete.has(message)) continue;
      if (message.done) this.#complete.add(message);
      if (!shows(this.filters.peek(), message)) continue;
      const from = place(message.ns, message.node) || message.role;
      const said = aloud ? this.#sentences(message) : [];
      if (said.length > 0) {
        if (this.#speaker !== message) news.push(`${from}:`);
        this.#speaker = message;
        this.#spoken.add(message);
        news.push(...said);
      } else if (message.done && !this.#spoken.has(message)) {
        news.push(`Message from ${from}.`);
      }
    }
    const now = status.peek();
    if (now !== this.status) news.push(`The run is ${now}, after ${duration(elapsed)}.`);
    this.status = now;
    return news;
  }

  /** The new complete sentences of a message. */
  #sentences(message: Message): string[] {
    if (message.role !== "ai" || !showsPart(this.filters.peek(), "ai", "text")) return [];
    return message.blocks.flatMap((block) => {
      if (block.kind !== "text") return [];
      const from = this.#read.get(block) ?? 0;
      const rest = block.text.slice(from);
      const said = message.done ? rest : rest.slice(0, finishedEnd(rest));
      const words = spoken(said);
      if (said) this.#read.set(block, from + said.length);
      return words || [];
    });
  }
}

/**
 * Announces to screen readers that a run began, that a message is complete, and how the run
 * ended. While the focus is in the view it reads the messages, in finished sentences, never
 * in tokens.
 *
 * @param element - the live region to write into
 * @param shownRun - the run on display, if there is one
 * @param filters - what the view shows: nothing else is read
 * @param root - the view: if the focus is elsewhere, reading a stream aloud would disturb
 */
export function announce(
  element: HTMLElement,
  shownRun: ReadonlySignal<RunState | undefined>,
  filters: ReadonlySignal<Filters>,
  root: HTMLElement,
  scope: Scope,
): void {
  let announcements: Announcements | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let notBefore = 0;
  const announceNews = () => {
    timer = undefined;
    notBefore = performance.now() + PAUSE;
    const news = announcements?.news(root.matches(":focus-within")) ?? [];
    if (news.length > 0) element.textContent = news.join(" ");
  };
  const soon = () => {
    timer ??= setTimeout(announceNews, Math.max(notBefore - performance.now(), 0));
  };
  scope.renew(
    () => shownRun.value,
    (run, part) => {
      clearTimeout(timer);
      timer = undefined;
      if (!run) return;
      announcements = new Announcements(run, filters);
      notBefore = 0;
      if (announcements.status === "running" && run.messages.length === 0) {
        // Screen readers announce a live region only if it was in the page before its text.
        const say = () => {
          if (run.messages.length === 0) element.textContent = "Running.";
        };
        frameScheduler.request(say);
        part.onClose(() => frameScheduler.cancel(say));
      }
      part.follow(() => {
        run.changed.value;
        run.tokens.value;
        soon();
      });
    },
  );
  const enter = ({ relatedTarget }: FocusEvent) => {
    if (!root.contains(relatedTarget as Node | null)) announcements?.skip();
  };
  root.addEventListener("focusin", enter);
  scope.onClose(() => {
    root.removeEventListener("focusin", enter);
    clearTimeout(timer);
  });
}
