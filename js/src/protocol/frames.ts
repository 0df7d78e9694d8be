/**
 * Frames: parts of a run's log as small messages. `lg_notebook/wire` describes the format
 * and writes it; this reads it.
 */
import type { AnyEvent, Kind } from "./events.gen";
import { wellFormed } from "./wellFormed";

/** An event without its position, which a frame implies. */
export type Unnumbered = AnyEvent extends infer E
  ? E extends AnyEvent
    ? Omit<E, "seq">
    : never
  : never;

/** Tokens of one block, as a frame has them: message, block, kind, joined text, count. */
export type Batch = [message: number, block: number, kind: Kind, text: string, count: number];

/** A frame: the events with `first <= seq < last`. */
export interface Frame {
  kind: string;
  /** Number of the run within its widget, from 0. */
  run: number;
  first: number;
  last: number;
  /** Milliseconds since the run began, from which each batch's first gap counts. */
  t: number;
  items: (Unnumbered | Batch)[];
  /** The view that requested a snapshot. */
  client?: string;
  /** In stored frames: the binary buffer in base64. */
  buffer?: string;
}

/** Consecutive tokens of one block. */
export interface TokenBatch {
  type: "tokens";
  message: number;
  block: number;
  kind: Kind;
  /** All tokens, joined. */
  text: string;
  /** Each token's length in UTF-16 code units. */
  sizes: Uint32Array;
  /** When each token came, in nanoseconds since the run began. */
  times: Float64Array;
}

/** A step of a frame's content. */
export type Step = Unnumbered | TokenBatch;

/** The frame is broken. */
export class WireError extends Error {}

const MILLISECOND = 1_000_000;
const ESCAPED_GAP = 15;
const LONGEST_NIBBLE = 15;

class Reader {
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.#at === this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.#at];
    if (value === undefined) throw new WireError("The frame's buffer is too short.");
    this.#at += 1;
    return value;
  }

  varint(): number {
    // Multiplied, not shifted: a gap of more than 2^31 ms is unlikely, not impossible.
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
}

/**
 * Decode a frame.
 *
 * @param frame - the frame
 * @param buffer - its binary buffer
 * @returns the events and batches of tokens, in order; together `last - first` events
 * @throws WireError if the frame and its buffer do not agree
 */
export function decode(frame: Frame, buffer: Uint8Array): Step[] {
  const reader = new Reader(buffer);
  let events = 0;
  const steps = frame.items.map((item): Step => {
    if (!Array.isArray(item)) {
      if (typeof item?.type !== "string") throw new WireError("The frame has an item of no type.");
      events += 1;
      return item;
    }
    const [message, block, kind, text, count] = item;
    if (!(count > 0 && count <= buffer.length)) throw new WireError("A batch has a wrong count.");
    events += count;
    const sizes = new Uint32Array(count);
    const times = new Float64Array(count);
    let clock = frame.t;
    let length = 0;
    for (let index = 0; index < count; index += 1) {
      const head = reader.byte();
      const size = head >> 4 || reader.varint();
      const gap = head & 0x0f;
      clock += gap === ESCAPED_GAP ? reader.varint() : gap;
      sizes[index] = size;
      times[index] = clock * MILLISECOND;
      length += size;
    }
    if (length !== text.length) throw new WireError("A batch's tokens do not make up its text.");
    return { type: "tokens", message, block, kind, text, sizes, times };
  });
  if (events !== frame.last - frame.first || !reader.done) {
    throw new WireError("The frame does not hold what it announces.");
  }
  return steps;
}

function pushVarint(value: number, out: number[]): void {
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) out.push(0x80 | (rest & 0x7f));
  out.push(rest);
}

/**
 * Encode a whole log as one frame: the inverse of `decode`.
 *
 * @param steps - the log from its beginning
 * @param run - number of the run within its widget
 * @param kind - the frame's kind
 * @returns the frame, with its buffer in base64
 */
export function encode(steps: Iterable<Step>, run: number, kind = "stored"): Frame {
  const items: Frame["items"] = [];
  const bytes: number[] = [];
  let base: number | null = null;
  let last = 0;
  for (const step of steps) {
    const begins = step.type === "tokens" ? (step.times[0] ?? 0) : step.t;
    base ??= Math.floor(begins / MILLISECOND);
    if (step.type !== "tokens") {
      items.push(step);
      last += 1;
      continue;
    }
    let clock = base;
    for (const [index, size] of step.sizes.entries()) {
      const now = Math.floor((step.times[index] ?? 0) / MILLISECOND);
      const gap = Math.max(now - clock, 0);
      clock = Math.max(now, clock);
      const short = size > 0 && size <= LONGEST_NIBBLE;
      const quick = gap < ESCAPED_GAP;
      bytes.push(((short ? size : 0) << 4) | (quick ? gap : ESCAPED_GAP));
      if (!short) pushVarint(size, bytes);
      if (!quick) pushVarint(gap, bytes);
    }
    items.push([step.message, step.block, step.kind, wellFormed(step.text), step.sizes.length]);
    last += step.sizes.length;
  }
  const buffer = toBase64(Uint8Array.from(bytes));
  return { kind, run, first: 0, last, t: base ?? 0, items, buffer };
}

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  // In pieces: a spread of all bytes would overflow the stack.
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

/**
 * The bytes of a base64 text.
 *
 * @throws WireError if it is not base64
 */
export function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    throw new WireError("The frame's buffer is not base64.");
  }
}
