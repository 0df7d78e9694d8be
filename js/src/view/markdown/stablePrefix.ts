import type { Token } from "marked";

/** The part of a growing text's tail that will not change any more. */
export interface StablePrefix {
  /** Number of tokens from the first on. */
  tokens: number;
  /** Number of their code units. */
  length: number;
}

/** Whether a text has a complete line that is not blank. */
function hasWholeLine(text: string): boolean {
  return /\S[^\n]*\n/.test(text);
}

/**
 * Find the top-level blocks that later text cannot change.
 *
 * A block is stable when a line after it is complete. Until then the line might continue the
 * block (a list's next item, a setext underline, …). The last block is never stable.
 *
 * @param tail - the text that was lexed
 * @param tokens - its top-level tokens
 */
export function stablePrefix(tail: string, tokens: readonly Token[]): StablePrefix {
  const stable = { tokens: 0, length: 0 };
  let length = 0;
  for (const [index, token] of tokens.entries()) {
    length += token.raw.length;
    if (index === tokens.length - 1 || !hasWholeLine(tail.slice(length))) break;
    // Blank lines belong to the block before them.
    if (tokens[index + 1]?.type !== "space") {
      stable.tokens = index + 1;
      stable.length = length;
    }
  }
  // The lexer rewrites some texts first; then its lengths are not those of the text.
  const sum = tokens.reduce((total, token) => total + token.raw.length, 0);
  return sum === tail.length ? stable : { tokens: 0, length: 0 };
}

/** A text as the lexer reads it: with `\n` at the end of each line. */
export function unified(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** How many code units of `text` became the first `length` of its unified form. */
export function lengthBefore(text: string, length: number): number {
  let extra = 0;
  for (const { index } of text.matchAll(/\r\n/g)) {
    if (index - extra >= length) break;
    extra += 1;
  }
  return length + extra;
}
