import type { AnyEvent, Payload } from "../src/protocol/events.gen";
import type { Step, Unnumbered } from "../src/protocol/frames";
import { encode, type Frame, fromBase64 } from "../src/protocol/frames";

const MS = 1_000_000;

/** Facts about a message for `Writer.message`. */
export interface MessageOptions {
  role?: string;
  name?: string | null;
  node?: string | null;
  ns?: string[];
  origin?: "streamed" | "returned" | "input";
  id?: string | null;
  metadata?: { [key: string]: Payload };
  toolCallId?: string | null;
}

/** Writes a run's log for a test: each call adds events, a millisecond apart. */
export class Writer {
  readonly events: AnyEvent[] = [];
  #t = 0;
  #messages = 0;
  #place = { ns: [] as string[], task: "task-1", node: "call_model", step: 1 };
  #places = new Map<number, { ns: string[]; task: string; node: string | null; step: number }>();

  /** Let time pass. */
  wait(ms: number): this {
    this.#t += ms * MS;
    return this;
  }

  /** Add any event; what it does not say is filled in. */
  add(event: { type: string; [key: string]: unknown }): this {
    const seq = this.events.length;
    this.events.push({ seq, t: this.#t, ...this.#place, ...event } as unknown as AnyEvent);
    this.#t += MS;
    return this;
  }

  start(graph = "joke"): this {
    const input = { topic: "ice cream" };
    return this.add({ type: "run-start", graph, input, started_at: 1_760_000_000.5 });
  }

  /** Continue in a task that has begun before. */
  at({ node, task, ns = [] }: { node: string; task: string; ns?: string[] }): this {
    this.#place = { ns, task, node, step: 1 };
    return this;
  }

  task(node: string, id = `task-${node}`, ns: string[] = []): this {
    this.#place = { ns, task: id, node, step: 1 };
    return this.add({ type: "task-start", triggers: ["branch:to:x"], attempt: 1 });
  }

  finishTask(): this {
    return this.add({ type: "task-finish", error: null, result: null, interrupts: [] });
  }

  /** Begin a message; returns its key. */
  message(options: MessageOptions = {}): number {
    const key = this.#messages;
    this.#messages += 1;
    const place = {
      ...this.#place,
      ...(options.ns ? { ns: options.ns } : {}),
      ...(options.node === undefined ? {} : { node: options.node }),
    };
    this.#places.set(
      key,
      place as { ns: string[]; task: string; node: string | null; step: number },
    );
    this.add({
      type: "message-start",
      ...place,
      message: key,
      id: options.id === undefined ? `run-${key}` : options.id,
      role: options.role ?? "ai",
      name: options.name ?? null,
      origin: options.origin ?? "streamed",
      of: null,
      tool_call_id: options.toolCallId ?? null,
      metadata: options.metadata ?? {},
    });
    return key;
  }

  /** Add a token. */
  token(text: string, { message = 0, block = 0, kind = "text", ...more } = {}): this {
    const place = this.#places.get(message);
    return this.add({ type: "delta", ...place, message, block, kind, text, ...more });
  }

  /** Add a text, cut into tokens behind its spaces. */
  say(text: string, message = 0, kind = "text", block = 0): this {
    for (const piece of text.match(/\S*\s*/g) ?? []) {
      if (piece) this.token(piece, { message, block, kind });
    }
    return this;
  }

  finish(message = 0, more: object = {}): this {
    const ends = { usage: null, finish_reason: "stop", revised: false, text: null };
    return this.add({ type: "message-finish", message, ...ends, ...more });
  }

  end(status = "done", more: object = {}): this {
    return this.add({
      type: "run-end",
      status,
      error: null,
      duration: this.#t,
      state: null,
      ...more,
    });
  }
}

/** A frame of some consecutive events, as the kernel sends it. */
export function frameOf(
  events: readonly AnyEvent[],
  run = 0,
  kind = "frame",
): { frame: Frame; buffer: Uint8Array } {
  const steps = events.map(({ seq: _, ...event }): Step => {
    const plain =
      event.type === "delta" && !("call_id" in event) && !("name" in event) && !("data" in event);
    if (!plain) return event as Unnumbered;
    const { message, block, kind: blockKind, text, t } = event;
    const [sizes, times] = [Uint32Array.of(text.length), Float64Array.of(t)];
    return { type: "tokens", message, block, kind: blockKind, text, sizes, times };
  });
  const { buffer, ...frame } = encode(steps, run, kind);
  const first = events[0]?.seq ?? 0;
  return {
    frame: { ...frame, first, last: first + events.length },
    buffer: fromBase64(buffer ?? ""),
  };
}
