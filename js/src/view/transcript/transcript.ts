import type { ReadonlySignal } from "@preact/signals-core";
import { belongs, type Filters, shows, showsNote } from "../../model/filters";
import type { Message } from "../../model/message";
import type { DataNote } from "../../model/runState";
import { answered } from "../cards/interruptBox";
import { article } from "../cards/messageCard";
import type { Context, Sheet } from "../state/context";
import { h, setShown } from "../ui/element";
import { painter } from "../ui/frameScheduler";
import type { Scope } from "../ui/scope";
import { follow } from "./autoScroll";
import { Events } from "./customEvents";
import { Flow } from "./flow";
import { host } from "./lanes";
import { ending } from "./runFooter";
import { Marks } from "./selectionMarks";
import { Group } from "./subgraphGroup";

/** Colours before they begin again; the style sheet has as many. */
const HUES = 6;
/** Milliseconds of one frame that new messages may take. */
const BUDGET = 10;

/** The messages and events of a run that the filters show, each drawn into its place. */
class Drawing {
  readonly #root: Flow;
  readonly #groups = new Map<string, Group>();
  readonly #events = new WeakMap<Element, Events>();
  readonly #hues = new Map<string, number>();
  readonly #sheet: Sheet;
  #messages = 0;
  #notes = 0;

  constructor(
    context: Context,
    readonly filters: Filters,
    marks: Marks,
    readonly scope: Scope,
  ) {
    this.#root = new Flow(context, [], scope);
    const note: Sheet["note"] = (...what) => marks.note(...what);
    this.#sheet = { ...context, calls: new Map(), articles: new Map(), note };
  }

  get element(): HTMLElement {
    return this.#root.element;
  }

  /** Draw what has come, as far as one frame allows; answers whether that was all. */
  draw(): boolean {
    const { messages, notes } = this.#sheet.store;
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
    // The card of the call shows what the tool said.
    if (this.#card(toolCallId)) return;
    const flow = this.#flow(ns);
    const name = node ?? role;
    const hue = this.#hues.get(name) ?? this.#hues.size % HUES;
    this.#hues.set(name, hue);
    flow.at(task).append(article(message, hue, this.#sheet, this.scope));
    if (ns.length === 0 && agent !== null) flow.agent = agent;
    for (const group of this.#around(ns)) group.add(message, this.filters);
  }

  /** The groups that a namespace lies in, outermost first. */
  #around(ns: readonly string[]): Group[] {
    return ns.flatMap((_, at) => this.#groups.get(ns.slice(0, at + 1).join("|")) ?? []);
  }

  #note(note: DataNote): void {
    const flow = this.#flow(note.ns);
    for (const group of this.#around(note.ns)) group.reveal();
    const busy = flow.busy(note.t);
    const task = note.task ?? (busy.length === 1 ? (busy[0]?.id ?? null) : null);
    const call = this.#sheet.store.writtenIn.get(note) ?? null;
    const place = this.#inside(call) ?? (task === null ? flow.beside() : flow.at(task));
    const last = place.lastElementChild;
    let events = last ? this.#events.get(last) : undefined;
    if (!events) {
      events = new Events();
      this.#events.set(events.element, events);
      place.append(events.element);
    }
    events.add(note);
  }

  /** The flow of a graph; a graph inside another is a group in that one's flow. */
  #flow(ns: readonly string[]): Flow {
    if (ns.length === 0) return this.#root;
    const path = ns.join("|");
    const known = this.#groups.get(path);
    if (known) return known.flow;
    const at = host(ns);
    const outer = this.#flow(at.ns);
    const group = new Group(this.#sheet, ns, at, outer, this.scope);
    this.#groups.set(path, group);
    const call = this.#sheet.store.tools.around(ns);
    // What it ran itself, and not what runs inside that.
    const own = call?.children.some((child) => child.join("|") === path);
    const inside = own && call ? this.#inside(call.call_id) : null;
    (inside ?? outer.at(at.task)).append(group.element);
    return group.flow;
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
   * A call and what comes of it may arrive within one frame, before the message that asks
   * for the call is painted again: then that is done here.
   */
  #card(call: string | null): HTMLElement | null {
    if (call === null) return null;
    const { calls, articles, store } = this.#sheet;
    const asking = store.asks.get(call);
    if (asking && !calls.has(call)) articles.get(asking)?.();
    return calls.get(call) ?? null;
  }
}

/**
 * What was said in a run, in order, which follows its own end while the reader is there.
 *
 * @param scroller - the element to draw into; it scrolls
 * @param filters - which messages to show
 * @returns the transcript with its button that leads to the end
 */
export function transcript(
  scroller: HTMLElement,
  filters: ReadonlySignal<Filters>,
  context: Context,
  scope: Scope,
): HTMLElement {
  const { store } = context;
  const messages = h("div", { class: "messages" });
  const marks = new Marks(context, scope);
  let drawing: Drawing;
  const draw = () => {
    if (!drawing.draw()) painter.request(draw);
  };
  scope.renew(
    () => filters.value,
    (chosen, part) => {
      marks.clear();
      drawing = new Drawing(context, chosen, marks, part);
      messages.replaceChildren(drawing.element);
      painter.request(draw);
    },
  );
  scope.follow(() => {
    store.count.value;
    store.changed.value;
    painter.request(draw);
  });
  scope.onClose(() => painter.cancel(draw));

  const end = ending(
    store,
    () => store.messages.filter((m) => shows(filters.value, m)).length,
    scope,
  );
  const content = h("div", { class: "content" }, answered(store, scope), messages, end);
  scroller.replaceChildren(content);
  return h("div", { class: "transcript" }, scroller, follow(scroller, content, scope));
}
