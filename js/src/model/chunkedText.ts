const CHUNK = 16_384;

/**
 * A text that grows at its end.
 *
 * Reading the end of one long JavaScript string after each append copies all of it. This class
 * touches only the requested chunks, so that a stream stays linear.
 */
export class ChunkedText {
  /** Length in UTF-16 code units. */
  length = 0;
  #closed: string[] = [];
  /** Offset of each closed chunk. */
  #starts: number[] = [];
  #open = "";
  #openStart = 0;

  /** Add a piece to the end. */
  append(piece: string): void {
    this.#open += piece;
    this.length += piece.length;
    if (this.#open.length >= CHUNK) {
      this.#closed.push(this.#open);
      this.#starts.push(this.#openStart);
      this.#open = "";
      this.#openStart = this.length;
    }
  }

  /**
   * A part of the text.
   *
   * @param from - offset of its first code unit
   * @param to - offset behind its last; the end of the text by default
   */
  slice(from: number, to: number = this.length): string {
    let at = this.#closed.length;
    let start = this.#openStart;
    let out = to > start ? this.#open.slice(Math.max(from - start, 0), to - start) : "";
    while (at > 0 && from < start) {
      at -= 1;
      start = this.#starts[at] ?? 0;
      const chunk = this.#closed[at] ?? "";
      if (to > start) out = chunk.slice(Math.max(from - start, 0), to - start) + out;
    }
    return out;
  }

  toString(): string {
    return this.slice(0);
  }
}
