import type { AnyEvent } from "../protocol/events.gen";
import { encode, type Frame, fromBase64, type Step, type Unnumbered } from "../protocol/frames";
import { allWellFormed } from "../protocol/wellFormed";

type Place = Pick<AnyEvent, "ns" | "task" | "node" | "step">;

/** The root graph as a whole. */
export const ROOT: Place = { ns: [], task: null, node: null, step: null };

/** A run's log as it grows: events in, frames out. */
export class RunLog {
  /** All steps so far; consecutive deltas that have only text are joined. */
  readonly steps: Step[] = [];
  /** Number of events so far. */
  length = 0;
  #sent = 0;
  #kept = 0;
  #open: { step: Extract<Step, { type: "tokens" }>; sizes: number[]; times: number[] } | null =
    null;

  /** Add an event. */
  add(event: Unnumbered): void {
    this.#close();
    this.steps.push(allWellFormed(event));
    this.length += 1;
  }

  /** Add a token: a delta that has only text. */
  token(
    message: number,
    block: number,
    kind: "text" | "reasoning" | "tool_call",
    text: string,
    t: number,
  ): void {
    const known = this.#open?.step;
    if (known?.message !== message || known.block !== block) {
      this.#close();
      const [sizes, times] = [new Uint32Array(), new Float64Array()];
      this.#open = {
        step: { type: "tokens", message, block, kind, text: "", sizes, times },
        sizes: [],
        times: [],
      };
      this.steps.push(this.#open.step);
    }
    const open = this.#open;
    if (!open) return;
    open.step.text += text;
    open.sizes.push(text.length);
    open.times.push(t);
    this.length += 1;
  }

  /** A frame of the events since the last call, with its buffer; null if there are none. */
  frame(): { frame: Frame; buffer: Uint8Array } | null {
    this.#close();
    if (this.length === this.#sent) return null;
    const { buffer, ...frame } = encode(this.steps.slice(this.#kept), 0, "frame");
    const first = this.#sent;
    this.#sent = this.length;
    this.#kept = this.steps.length;
    return { frame: { ...frame, first, last: this.length }, buffer: fromBase64(buffer ?? "") };
  }

  /** The whole log as one frame. */
  whole(): Frame {
    this.#close();
    return encode(this.steps, 0);
  }

  #close(): void {
    if (!this.#open) return;
    const { step, sizes, times } = this.#open;
    step.sizes = Uint32Array.from(sizes);
    step.times = Float64Array.from(times);
    this.#open = null;
  }
}
