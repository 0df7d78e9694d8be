import type { Step, Unnumbered } from "../protocol/frames";
import type { Block } from "./message";

/** Tokens `from` to `to` of a block. */
interface Run {
  block: Block;
  from: number;
  to: number;
}

/**
 * A run's whole log, without a second copy of its tokens: they stay in their blocks.
 *
 * Between two other events, tokens are grouped by block, as on the wire; the state that the
 * log gives is the same.
 */
export class EventLog {
  #entries: (Unnumbered | Run)[] = [];
  #open = new Map<Block, Run>();

  /** Note an event that is not a plain token. */
  event(event: Unnumbered): void {
    this.#open.clear();
    this.#entries.push(event);
  }

  /** Note a block's new tokens, from number `from` to its current end. */
  tokens(block: Block, from: number): void {
    const run = this.#open.get(block);
    if (run) {
      run.to = block.tokens.length;
      return;
    }
    const entry = { block, from, to: block.tokens.length };
    this.#open.set(block, entry);
    this.#entries.push(entry);
  }

  /** The steps of the log from its beginning, as the wire has them. */
  *steps(): Generator<Step> {
    for (const entry of this.#entries) {
      if (!("block" in entry && typeof entry.block === "object")) {
        yield entry as Unnumbered;
        continue;
      }
      const { block, from, to } = entry as Run;
      const { tokens } = block;
      const sizes = new Uint32Array(to - from);
      const times = new Float64Array(to - from);
      for (let index = from; index < to; index += 1) {
        sizes[index - from] = tokens.end(index) - tokens.start(index);
        times[index - from] = tokens.time(index);
      }
      yield {
        type: "tokens",
        message: block.message.key,
        block: block.index,
        kind: block.kind,
        text: block.text.slice(tokens.start(from), tokens.end(to - 1)),
        sizes,
        times,
      };
    }
  }
}
