/** Text to be read aloud: where its sentences end, and the words to read. */

/** The beginning or end of a fence of code, with its indentation. */
const FENCE = /^[ \t]{0,3}(`{3,}|~{3,})(.*)$/;
/**
 * The end of a sentence: marks, perhaps with quotes or brackets, before a word that begins a
 * sentence; or a full-width mark. `e.g. this`, `3.14` and a list's `1. Item` have none.
 */
const STOP =
  /(?<!^\s*\d{1,9})[.!?…؟۔।]+["'”’»)\]*_`]{0,8}\s+(?=[^\s\p{Ll}])|[。！？｡]+["'”’）」』*_`]{0,8}/gu;

/** The offset of an open fence, or the text's length. */
function openFence(text: string): number {
  let open = "";
  let from = text.length;
  let at = 0;
  for (const line of text.split("\n")) {
    const [, marks = "", rest = ""] = FENCE.exec(line) ?? [];
    if (open ? marks.startsWith(open) && !rest.trim() : marks && !rest.includes("`")) {
      if (!open) from = at;
      open = open ? "" : marks;
    }
    at += line.length + 1;
  }
  return open ? from : text.length;
}

/**
 * How much of a growing text is finished: whole lines, whole blocks of code, and in the
 * last line all sentences but the last.
 *
 * @param text - the text, from the beginning of a sentence
 * @returns the number of code units that can be read aloud
 */
export function finishedEnd(text: string): number {
  const fence = openFence(text);
  if (fence < text.length) return fence;
  const line = text.lastIndexOf("\n") + 1;
  const last = [...text.slice(line).matchAll(STOP)].at(-1);
  return line + (last ? last.index + last[0].length : 0);
}

/** A line without Markdown's marks. No expression here backtracks far. */
function plain(line: string): string {
  return line
    .replace(/^\s*(?:>\s?)*(?:#{1,6}\s+|(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?)?/, "")
    .replace(/^[\s|:=_*-]+$/, "")
    .replace(/!\[([^[\]]{0,200})\]\([^()]{0,2000}\)/g, "$1")
    .replace(/\[([^[\]]{1,200})\]\([^()]{0,2000}\)/g, "$1")
    .replace(/<(https?:[^<>\s]*)>/g, "$1")
    .replace(/(\*{1,3}|~~|(?<!\w)_{1,3})(?=\S)(.{0,200}?\S)\1/g, "$2")
    .replace(/`{1,3}([^`]{1,200})`{1,3}/g, "$1")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .replace(/ ?\| ?/g, ", ")
    .replace(/^, |, $/g, "")
    .trim();
}

/**
 * A text as it is read aloud: without Markdown, and "Code." instead of code.
 *
 * @param text - whole sentences, lines and blocks, as `finishedEnd` cuts them
 */
export function spoken(text: string): string {
  const words: string[] = [];
  let open = "";
  for (const line of text.split("\n")) {
    const [, marks = "", rest = ""] = FENCE.exec(line) ?? [];
    if (open) {
      if (marks.startsWith(open) && !rest.trim()) open = "";
    } else if (marks && !rest.includes("`")) {
      open = marks;
      words.push("Code.");
    } else {
      words.push(plain(line));
    }
  }
  return words.filter(Boolean).join(" ");
}
