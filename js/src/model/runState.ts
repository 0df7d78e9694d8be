import { batch, signal } from "@preact/signals-core";
import type {
  AnyEvent,
  Checkpoint,
  Delta,
  Payload,
  RunEnd,
  RunStart,
  Status,
  Usage,
} from "../protocol/events.gen";
import { decode, encode, type Frame, type TokenBatch, type Unnumbered } from "../protocol/frames";
import { EventLog } from "./eventLog";
import { Message } from "./message";
import { describeRemoval } from "./removal";
import { type State, StateHistory } from "./stateHistory";
import { type Task, Tasks } from "./tasks";
import { ToolCalls } from "./toolCalls";

/** An event that is kept unchanged: its time, place and data. */
export interface Note {
  t: number;
  ns: string[];
  task: string | null;
  node: string | null;
  step: number | null;
}

export type DataNote = Note & { data: Payload };
/** A checkpoint, with the state that the events before it give. */
export type CheckpointNote = Omit<Checkpoint, "seq"> & { readonly knownState: () => State | null };
export type InterruptNote = Note & { id: string | null; value: Payload };

function noted(event: Note): Note {
  const { t, ns, task, node, step } = event;
  return { t, ns, task, node, step };
}

/**
 * The state of one run, built from its events. Python's `RunState` gives the same state for
 * the same log. Views follow its signals; a token touches only the signals of its own block.
 */
export class RunState {
  /** Number of events applied: the `seq` of the next one. */
  seq = 0;
  readonly status = signal<Status>("running");
  readonly messages: Message[] = [];
  /** Number of messages, as a signal. */
  readonly count = signal(0);
  /** Number of streamed tokens. */
  readonly tokens = signal(0);
  /** Counts changes of anything but messages. */
  readonly changed = signal(0);
  readonly tasks = new Tasks();
  readonly tools = new ToolCalls();
  readonly #states = new StateHistory();
  /** The message that answers a tool call, by the call's id. */
  readonly toolAnswers = new Map<string, Message>();
  /** The message that requests a tool call, by the call's id. */
  readonly toolRequests = new Map<string, Message>();
  readonly custom: DataNote[] = [];
  /** Events with a row of their own among the messages: custom events and removed messages. */
  readonly notes: DataNote[] = [];
  /** The id of the tool call during which an event was written. */
  readonly writtenIn = new Map<DataNote, string>();
  readonly updates: DataNote[] = [];
  readonly interrupts: InterruptNote[] = [];
  readonly checkpoints: CheckpointNote[] = [];
  start: Omit<RunStart, "seq"> | null = null;
  end: Omit<RunEnd, "seq"> | null = null;
  /** When the newest event happened, in ns since the run began. */
  latest = 0;
  /** When it was received, in milliseconds of the page's clock. */
  receivedAt = performance.now();

  /** For each sentence about something unreadable, how often it happened. */
  readonly #unreadable = new Map<string, number>();
  #messages = new Map<number, Message>();
  #log = new EventLog();
  /** Frames that came too early, by their first event's number. */
  #early = new Map<number, [Frame, Uint8Array]>();

  constructor(
    /** Number of the run within its widget, from 0. */
    readonly number = 0,
  ) {}

  /** Whether frames are known to be missing. */
  get gap(): boolean {
    return this.#early.size > 0;
  }

  /** Apply an event; one that was already applied changes nothing. */
  applyEvent(event: AnyEvent): void {
    if (event.seq < this.seq) return;
    const { seq: _, ...rest } = event;
    batch(() => this.#apply(rest as Unnumbered));
  }

  /**
   * Apply a frame. A known one changes nothing; one that comes too early is kept until the
   * frames between are here.
   *
   * @throws WireError if the frame is broken; then nothing has changed
   */
  applyFrame(frame: Frame, buffer: Uint8Array): void {
    if (frame.last <= this.seq) return;
    if (frame.first !== this.seq) {
      this.#early.set(frame.first, [frame, buffer]);
      return;
    }
    const steps = decode(frame, buffer);
    batch(() => {
      for (const step of steps) {
        if (step.type === "tokens") this.#extend(step);
        else this.#apply(step);
      }
    });
    for (const [first, [early]] of this.#early)
      if (early.last <= this.seq) this.#early.delete(first);
    const next = this.#early.get(this.seq);
    if (next) this.applyFrame(...next);
  }

  /** How long the run has taken so far, in ns: as of its last event, and the time since. */
  get elapsed(): number {
    return this.end?.duration ?? this.latest + (performance.now() - this.receivedAt) * 1_000_000;
  }

  /**
   * Build the state of a task's graph at the task's beginning, and at the end of its superstep,
   * with the task's writes. Null if it is not known, or not yet.
   */
  stateAt(task: Task): { before: State | null; after: State | null } {
    return { before: this.#states.before(task), after: this.#states.after(task) };
  }

  /** The whole log as one frame, for storage. */
  frame(): Frame {
    return encode(this.#log.steps(), this.number);
  }

  #apply(event: Unnumbered): void {
    this.seq += 1;
    this.#at(event.t);
    switch (event.type) {
      case "delta":
        this.#delta(event);
        return;
      case "message-start":
        this.#messageStart(event);
        break;
      case "message-finish":
        this.#messages.get(event.message)?.finish(event);
        break;
      case "run-start":
        this.start = event;
        break;
      case "drawing":
        if (this.start) this.start = { ...this.start, topology: event.topology };
        break;
      case "run-end":
        this.end = event;
        this.status.value = event.status;
        if (event.status === "done") this.#states.finish();
        break;
      case "task-start":
        this.#states.startTask(this.tasks.start(event));
        break;
      case "task-finish": {
        const task = this.tasks.finish(event);
        if (task) this.#states.finishTask(task);
        break;
      }
      case "tool":
        this.tools.note(event);
        break;
      case "custom":
        this.#custom(event);
        break;
      case "values":
        this.#states.note(event);
        break;
      case "update":
        this.#update({ ...noted(event), data: event.data });
        break;
      case "interrupt":
        this.interrupts.push({ ...noted(event), id: event.id, value: event.value });
        break;
      case "unreadable": {
        const sentence = `${event.what} could not be read: ${event.reason}.`;
        this.#unreadable.set(sentence, (this.#unreadable.get(sentence) ?? 0) + 1);
        break;
      }
      case "checkpoint":
        this.checkpoints.push({ ...event, knownState: this.#states.now(event) });
        break;
    }
    this.#log.event(event);
    this.changed.value += 1;
  }

  #at(time: number): void {
    this.latest = Math.max(this.latest, time);
    this.receivedAt = performance.now();
  }

  #delta(event: Omit<Delta, "seq">): void {
    const block = this.#messages.get(event.message)?.block(event.block, event.kind);
    if (!block) {
      this.#log.event(event);
      return;
    }
    const from = block.tokens.length;
    const plain = !("call_id" in event || "name" in event || "data" in event);
    block.callId = event.call_id || block.callId;
    if (event.call_id) this.toolRequests.set(event.call_id, block.message);
    block.name = event.name || block.name;
    if (event.data !== undefined) block.data.push(event.data);
    block.push(event.text, event.t);
    if (block.message.origin === "streamed") this.tokens.value += 1;
    if (plain) this.#log.tokens(block, from);
    else this.#log.event(event);
  }

  #extend({ message, block: index, kind, text, sizes, times }: TokenBatch): void {
    this.seq += sizes.length;
    this.#at(times.at(-1) ?? 0);
    const block = this.#messages.get(message)?.block(index, kind);
    if (!block) {
      // Not in the state, but in the log: its positions must stay right.
      const place = { ns: [], task: null, node: null, step: null };
      let at = 0;
      for (const [token, size] of sizes.entries()) {
        const piece = text.slice(at, at + size);
        const t = times[token] ?? 0;
        this.#log.event({ type: "delta", t, ...place, message, block: index, kind, text: piece });
        at += size;
      }
      return;
    }
    const from = block.tokens.length;
    block.extend(text, sizes, times);
    if (block.message.origin === "streamed") this.tokens.value += sizes.length;
    this.#log.tokens(block, from);
  }

  #update(note: DataNote): void {
    this.updates.push(note);
    const words = describeRemoval(note.data, this.messages);
    if (words !== null) this.notes.push({ ...note, data: words });
  }

  #custom(event: Extract<Unnumbered, { type: "custom" }>): void {
    const note = { ...noted(event), data: event.data };
    this.custom.push(note);
    this.notes.push(note);
    if (event.call_id) this.writtenIn.set(note, event.call_id);
    this.tools.applyCustom(event);
  }

  #messageStart(event: Extract<Unnumbered, { type: "message-start" }>): void {
    if (event.origin === "resent") {
      const { ns, task, node } = event;
      this.#messages.get(event.of ?? -1)?.resend({ ns, task, node });
      return;
    }
    const message = new Message(event);
    this.#messages.set(message.key, message);
    this.messages.push(message);
    if (message.toolCallId) this.toolAnswers.set(message.toolCallId, message);
    const task = this.tasks.of(message);
    if (task) task.step ??= message.step;
    this.count.value = this.messages.length;
  }

  /** Hints about missing tokens, a line per cause; empty if nothing is wrong. */
  get diagnosis(): readonly string[] {
    const lines: unknown = this.end?.diagnosis;
    return Array.isArray(lines) ? lines : [];
  }

  /** Whether secrets were masked. */
  get masked(): boolean {
    return this.start?.masked !== false;
  }

  /** Parts of the run that could not be read, a sentence each. */
  get unreadable(): string[] {
    return [...this.#unreadable].map(([sentence, times]) =>
      times === 1 ? sentence : `${sentence} (${times.toLocaleString("en")} times)`,
    );
  }

  /** The sum of the providers' token counts; null if none counted. */
  get usage(): Usage | null {
    const counts = this.messages.map((message) => message.usage).filter((usage) => usage !== null);
    if (counts.length === 0) return null;
    const sum = (key: keyof Usage) => counts.reduce((total, usage) => total + usage[key], 0);
    return {
      input_tokens: sum("input_tokens"),
      output_tokens: sum("output_tokens"),
      total_tokens: sum("total_tokens"),
    };
  }
}
