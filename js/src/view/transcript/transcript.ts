import type { ReadonlySignal } from "@preact/signals-core";
import { belongs, type Filters, shows, showsNote } from "../../model/filters";
import type { Message } from "../../model/message";
import type { DataNote } from "../../model/runState";
import { interruptBoxes } from "../cards/interruptBox";
import { messageCard } from "../cards/messageCard";
import type { TranscriptContext, ViewContext } from "../state/context";
import { h, setShown } from "../ui/element";
import { frameScheduler } from "../ui/frameScheduler";
import type { Scope } from "../ui/scope";
import { autoScroll } from "./autoScroll";
import { CustomEvents } from "./customEvents";
import { hostTask } from "./lanes";
import { RowList } from "./rowList";
import { runFooter } from "./runFooter";
import { SelectionMarks } from "./selectionMarks";
import { SubgraphGroup } from "./subgraphGroup";

/** Number of colours in the style sheet. */
const HUES = 6;
/** Milliseconds per frame for new messages. */
const BUDGET = 10;

/** Draws the messages and events of a run that the filters show. */
class Drawing {
  readonly #root: RowList;
  readonly #groups = new Map<string, SubgraphGroup>();
  readonly #events = new WeakMap<Element, CustomEvents>();
  readonly #hues = new Map<string, number>();
  readonly #context: TranscriptContext;
  #messages = 0;
  #notes = 0;

  constructor(
    context: ViewContext,
    readonly filters: Filters,
    marks: SelectionMarks,
    readonly scope: Scope,
  ) {
    this.#root = new RowList(context, [], scope);
    const note: TranscriptContext["note"] = (...what) => marks.note(...what);
    this.#context = { ...context, calls: new Map(), redraws: new Map(), note };
  }

  get element(): HTMLElement {
    return this.#root.element;
  }

  /** Draw new messages and events, as far as one frame allows; true if that was all. */
  draw(): boolean {
    const { messages, notes } = this.#context.run;
    const began = performance.now();
    while (this.#messages < messages.length || this.#notes < notes.length) {
      if (performance.now() - began > BUDGET) return false;
      const message = messages[this.#messages];
      const note = notes[this.#notes];
      if (message && !(note && note.t < message.started)) {
        this.#messages += 1;
        if (belongs(this.filters, message)) this.#message(message);
      } else if (note) {
        this.#notes += 1;
        if (showsNote(this.filters, note.ns, note.node)) this.#note(note);
      }
    }
    return true;
  }

  #message(message: Message): void {
    const { ns, task, node, role, toolCallId, agent } = message;
    // The card of the call shows the tool's message.
    if (this.#card(toolCallId)) return;
    const rows = this.#rows(ns);
    const name = node ?? role;
    const hue = this.#hues.get(name) ?? this.#hues.size % HUES;
    this.#hues.set(name, hue);
    rows.place(task).append(messageCard(message, hue, this.#context, this.scope));
    if (ns.length === 0 && agent !== null) rows.agent = agent;
    for (const group of this.#around(ns)) group.add(message, this.filters);
  }

  /** The groups around a namespace, outermost first. */
  #around(ns: readonly string[]): SubgraphGroup[] {
    return ns.flatMap((_, at) => this.#groups.get(ns.slice(0, at + 1).join("|")) ?? []);
  }

  #note(note: DataNote): void {
    const rows = this.#rows(note.ns);
    for (const group of this.#around(note.ns)) group.reveal();
    const busy = rows.runningTasks(note.t);
    const task = note.task ?? (busy.length === 1 ? (busy[0]?.id ?? null) : null);
    const call = this.#context.run.writtenIn.get(note) ?? null;
    const place = this.#inside(call) ?? (task === null ? rows.beside() : rows.place(task));
    const last = place.lastElementChild;
    let events = last ? this.#events.get(last) : undefined;
    if (!events) {
      events = new CustomEvents();
      this.#events.set(events.element, events);
      place.append(events.element);
    }
    events.add(note);
  }

  /** The rows of a graph; a graph inside another is a group in that one's rows. */
  #rows(ns: readonly string[]): RowList {
    if (ns.length === 0) return this.#root;
    const path = ns.join("|");
    const known = this.#groups.get(path);
    if (known) return known.rows;
    const at = hostTask(ns);
    const outer = this.#rows(at.ns);
    const group = new SubgraphGroup(this.#context, ns, at, outer, this.scope);
    this.#groups.set(path, group);
    const call = this.#context.run.tools.around(ns);
    // The graphs that it ran itself, not those inside them.
    const own = call?.children.some((child) => child.join("|") === path);
    const inside = own && call ? this.#inside(call.call_id) : null;
    (inside ?? outer.place(at.task)).append(group.element);
    return group.rows;
  }

  /** The place inside a tool call's card, if it has one; shown from now on. */
  #inside(call: string | null): HTMLElement | null {
    const inside = this.#card(call);
    if (inside) setShown(inside, true);
    return inside;
  }

  /**
   * The place inside a tool call's card, if it has one.
   *
   * A call and its results may arrive within one frame, before the message that requests the
   * call is painted again: then that is done here.
   */
  #card(call: string | null): HTMLElement | null {
    if (call === null) return null;
    const { calls, redraws, run } = this.#context;
    const asking = run.toolRequests.get(call);
    if (asking && !calls.has(call)) redraws.get(asking)?.();
    return calls.get(call) ?? null;
  }
}

/**
 * The messages and events of a run, in order. It scrolls along while the reader is at the end.
 *
 * @param scroller - the element to draw into; it scrolls
 * @param filters - which messages to show
 * @returns the transcript with its button that leads to the end
 */
export function transcript(
  scroller: HTMLElement,
  filters: ReadonlySignal<Filters>,
  context: ViewContext,
  scope: Scope,
): HTMLElement {
  const { run } = context;
  const messages = h("div", { class: "messages" });
  const marks = new SelectionMarks(context, scope);
  let drawing: Drawing;
  const draw = () => {
    if (!drawing.draw()) frameScheduler.request(draw);
  };
  scope.renew(
    () => filters.value,
    (chosen, part) => {
      marks.clear();
      drawing = new Drawing(context, chosen, marks, part);
      messages.replaceChildren(drawing.element);
      frameScheduler.request(draw);
    },
  );
  scope.follow(() => {
    run.count.value;
    run.changed.value;
    frameScheduler.request(draw);
  });
  scope.onClose(() => frameScheduler.cancel(draw));

  const end = runFooter(
    run,
    () => run.messages.filter((m) => shows(filters.value, m)).length,
    scope,
  );
  const content = h("div", { class: "content" }, interruptBoxes(run, scope), messages, end);
  scroller.replaceChildren(content);
  return h("div", { class: "transcript" }, scroller, autoScroll(scroller, content, scope));
}
