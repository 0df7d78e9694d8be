const FIRST_CAPACITY = 16;

/**
 * The end and the time of each token of a block, in two growing columns.
 *
 * Typed arrays keep 100,000 tokens at 12 bytes each; an object per token would take ten
 * times that and make the garbage collector pause.
 */
export class TokenTimes {
  /** Number of tokens. */
  length = 0;
  #ends = new Uint32Array(FIRST_CAPACITY);
  #times = new Float64Array(FIRST_CAPACITY);

  /**
   * Add a token.
   *
   * @param size - its length in UTF-16 code units
   * @param time - when it came, in nanoseconds since the run began
   */
  push(size: number, time: number): void {
    if (this.length === this.#ends.length) this.#grow();
    this.#ends[this.length] = this.start(this.length) + size;
    this.#times[this.length] = time;
    this.length += 1;
  }

  /** Offset of a token's first code unit within its block's text. */
  start(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
  }

  /** Offset behind a token's last code unit within its block's text. */
  end(index: number): number {
    return this.#ends[index] ?? 0;
  }

  /** When a token came, in nanoseconds since the run began. */
  time(index: number): number {
    return this.#times[index] ?? 0;
  }

  /** When the first and the last token came, or null without tokens. */
  get span(): readonly [first: number, last: number] | null {
    return this.length === 0 ? null : [this.time(0), this.time(this.length - 1)];
  }

  #grow(): void {
    const capacity = this.#ends.length * 2;
    const ends = new Uint32Array(capacity);
    const times = new Float64Array(capacity);
    ends.set(this.#ends);
    times.set(this.#times);
    this.#ends = ends;
    this.#times = times;
  }
}
