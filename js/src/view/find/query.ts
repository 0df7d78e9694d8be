import { ALL, belongs, type Filters } from "../../model/filters";
import type { Message } from "../../model/message";

/** The content of the find bar: filters, and a text to search for. */
export interface Query {
  filters: Filters;
  text: string;
}

/** The filters that are lists of names. */
export type FilterKey = Exclude<keyof Filters, "at">;

export const KEYS = Object.keys(ALL) as FilterKey[];

/** A word; quotes include spaces in it. */
const WORD = /"(?:[^"\\]|\\.)*"?|\S(?:[^\s"]|"(?:[^"\\]|\\.)*"?)*/g;

function bare(word: string): string {
  if (!word.startsWith('"')) return word;
  return word.replace(/^"|"$/g, "").replace(/\\(.)/g, "$1");
}

function quoted(name: string): string {
  return /^[^\s"]+$/.test(name) ? name : `"${name.replace(/["\\]/g, "\\$&")}"`;
}

/**
 * Parse the typed query: `node:write !tag:draft "free text"`, the words of the magic's
 * options. Words that are not a filter are text.
 *
 * @param words - the typed text
 * @param before - the filters so far; those that cannot be typed are kept
 */
export function readQuery(words: string, before: Filters): Query {
  const filters: Filters = { ...before };
  for (const key of KEYS) filters[key] = [];
  const text: string[] = [];
  for (const [word] of words.matchAll(WORD)) {
    const found = /^(!?)(\w+):(!?)(.+)$/s.exec(word);
    const key = KEYS.find((each) => each === found?.[2]);
    if (!found || !key) {
      text.push(bare(word));
      continue;
    }
    const [, not, , inner, value = ""] = found;
    // As with the magic's `--kind text,tool`.
    const names = found[2] === "kind" ? value.split(",").filter(Boolean) : [bare(value)];
    filters[key] = [...filters[key], ...names.map((name) => (not || inner ? `!${name}` : name))];
  }
  return { filters, text: text.join(" ") };
}

/** A query as typed text: the inverse of `readQuery`. */
export function writeQuery({ filters, text }: Query): string {
  const words = KEYS.flatMap((key) =>
    filters[key].map((name) =>
      name.startsWith("!") ? `!${key}:${quoted(name.slice(1))}` : `${key}:${quoted(name)}`,
    ),
  );
  // Quote a text that `readQuery` would change or take for a filter.
  const plain = readQuery(text, ALL);
  const same = plain.text === text && KEYS.every((key) => plain.filters[key].length === 0);
  return [...words, ...(text ? [same ? text : `"${text.replace(/["\\]/g, "\\$&")}"`] : [])].join(
    " ",
  );
}

/** Add a name to a filter, or remove it if it is there. */
export function toggleName(filters: Filters, key: FilterKey, name: string): Filters {
  const names = filters[key];
  const rest = names.filter((each) => each !== name && each !== `!${name}`);
  return { ...filters, [key]: names.includes(name) ? rest : [...rest, name] };
}

/**
 * The filters that leave only the answer: the text of the node that wrote the last message.
 * A message of the outermost graph goes first.
 *
 * @param messages - the run's messages
 * @param before - the filters so far; those by name are replaced, a chosen place is kept
 */
export function answerOnly(messages: readonly Message[], before: Filters): Filters {
  // A node chosen in the graph stays chosen: its answer is wanted then.
  const { at } = before;
  const within: Filters = at === undefined ? ALL : { ...ALL, at };
  const spoken = messages.filter(
    (each) =>
      each.role === "ai" && each.origin !== "input" && belongs(within, each) && each.text !== "",
  );
  const last = spoken.filter(({ ns }) => ns.length === 0).at(-1) ?? spoken.at(-1);
  if (!last?.node) return before;
  return {
    ...within,
    node: [last.node],
    agent: last.agent === null ? [] : [last.agent],
    kind: ["text"],
  };
}
