import type { Token } from "marked";

/** How much of a growing text's tail will not change any more. */
export interface StablePrefix {
  /** Number of tokens from the first on. */
  tokens: number;
  /** Number of code units that they take. */
  length: number;
}

/** Whether a text has a line that is not blank and has come to its end. */
function hasWholeLine(text: string): boolean {
  return /\S[^\n]*\n/.test(text);
}

/**
 * Find the top-level blocks that later text cannot change.
 *
 * A block is stable when a line after it is complete: only then is it certain that the line
 * does not continue the block (a list's next item, a setext underline, …). The last block is
 * never stable.
 *
 * @param tail - the text that was lexed
 * @param tokens - its top-level tokens
 */
export function stablePrefix(tail: string, tokens: readonly Token[]): StablePrefix {
  const settled = { tokens: 0, length: 0 };
  let length = 0;
  for (const [index, token] of tokens.entries()) {
    length += token.raw.length;
    if (index === tokens.length - 1 || !hasWholeLine(tail.slice(length))) break;
    // Blank lines belong to the block before them.
    if (tokens[index + 1]?.type !== "space") {
      settled.tokens = index + 1;
      settled.length = length;
    }
  }
  // The lexer rewrites some texts before it cuts them up; then its lengths are not ours.
  const sum = tokens.reduce((total, token) => total + token.raw.length, 0);
  return sum === tail.length ? settled : { tokens: 0, length: 0 };
}

/** A text as the lexer reads it: with `\n` at the end of each line. */
export function unified(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** How many code units of `text` the first `length` of its unified form came from. */
export function lengthBefore(text: string, length: number): number {
  let extra = 0;
  for (const { index } of text.matchAll(/\r\n/g)) {
    if (index - extra >= length) break;
    extra += 1;
  }
  return length + extra;
}
