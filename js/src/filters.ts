import { pathOf, place } from "./figures";
import type { Message } from "./message";

/** A choice of messages; a name that begins with `!` excludes. Empty lists choose all. */
export interface Filters {
  node: string[];
  tag: string[];
  /** The drawn node, by its id in the topology, whose messages and subgraphs' to show. */
  at?: string;
}

export const ALL: Filters = { node: [], tag: [] };

function passes(patterns: readonly string[], names: readonly string[]): boolean {
  const wanted = patterns.filter((pattern) => !pattern.startsWith("!"));
  const unwanted = patterns.filter((pattern) => pattern.startsWith("!"));
  return (
    !unwanted.some((pattern) => names.includes(pattern.slice(1))) &&
    (wanted.length === 0 || wanted.some((pattern) => names.includes(pattern)))
  );
}

/** Whether the filters show a message; the same rule as Python's `Filters.shows`. */
export function shows(filters: Filters, message: Message): boolean {
  return (
    passes(filters.node, message.node === null ? [] : [message.node]) &&
    passes(filters.tag, message.tags) &&
    (filters.at === undefined ||
      `${pathOf(message.ns, message.node)}|`.startsWith(`${filters.at}|`))
  );
}

/** The filters in words, or an empty text if they show everything. */
export function describe(filters: Filters): string {
  const say = (what: string, patterns: string[]) =>
    patterns.map((pattern) =>
      pattern.startsWith("!") ? `not ${what} ${pattern.slice(1)}` : `${what} ${pattern}`,
    );
  const at = filters.at === undefined ? [] : [place(filters.at.split("|"), null)];
  return [...say("node", filters.node), ...say("tag", filters.tag), ...at].join(", ");
}

/** Filters from a trait or a notebook, whatever is in there. */
export function readFilters(value: unknown): Filters {
  const { node, tag } = (value ?? {}) as Partial<Record<keyof Filters, unknown>>;
  const list = (names: unknown) => (Array.isArray(names) ? names.map(String) : []);
  return { node: list(node), tag: list(tag) };
}
