import { pathOf, place } from "../format/format";
import type { Kind } from "../protocol/events.gen";
import type { Message } from "./message";

/** The values of `kind`. A tool call and its message are `tool`; media are `text`. */
export const KINDS = ["text", "tool", "reasoning"] as const;

/** Filters for messages; a name that begins with `!` excludes. Empty lists include all. */
export interface Filters {
  node: string[];
  tag: string[];
  agent: string[];
  /** Parts of messages, of `KINDS`. */
  kind: string[];
  /** Id of a node in the topology: show its messages, and those of its subgraph. */
  at?: string;
}

export const ALL: Filters = { node: [], tag: [], agent: [], kind: [] };

function passes(patterns: readonly string[], names: readonly string[]): boolean {
  const wanted = patterns.filter((pattern) => !pattern.startsWith("!"));
  const unwanted = patterns.filter((pattern) => pattern.startsWith("!"));
  return (
    !unwanted.some((pattern) => names.includes(pattern.slice(1))) &&
    (wanted.length === 0 || wanted.some((pattern) => names.includes(pattern)))
  );
}

const TOOLS = new Set<Kind>(["tool_call", "server_tool_call", "server_tool_result"]);

/** Whether the filters show the parts of a kind, of messages with a role. */
export function showsPart({ kind }: Filters, role: string, part: Kind): boolean {
  if (role === "tool" || TOOLS.has(part)) return passes(kind, ["tool"]);
  return passes(kind, [part === "reasoning" ? part : "text"]);
}

/**
 * Whether the filters show a message; the same rule as Python's `Filters.shows`. With kinds
 * chosen it depends on the message's parts so far: then it reads `message.changed`.
 */
export function shows(filters: Filters, message: Message): boolean {
  return belongs(filters, message) && (filters.kind.length === 0 || hasPart(filters, message));
}

function hasPart(filters: Filters, message: Message): boolean {
  message.changed.value;
  return (
    message.blocks.some((block) => showsPart(filters, message.role, block.kind)) ||
    (Boolean(message.final) && showsPart(filters, message.role, "text"))
  );
}

/** Whether the filters other than `kind` show a message. */
export function belongs(filters: Filters, message: Message): boolean {
  return (
    passes(filters.node, message.node === null ? [] : [message.node]) &&
    passes(filters.tag, message.tags) &&
    passes(filters.agent, message.agent === null ? [] : [message.agent]) &&
    (filters.at === undefined ||
      `${pathOf(message.ns, message.node)}|`.startsWith(`${filters.at}|`))
  );
}

/** Whether the filters show a node's custom event, which has no tag, agent or kind. */
export function showsNote(filters: Filters, ns: readonly string[], node: string | null): boolean {
  return (
    passes(filters.node, node === null ? [] : [node]) &&
    [filters.tag, filters.agent, filters.kind].every((patterns) => passes(patterns, [])) &&
    (filters.at === undefined || `${pathOf(ns, node)}|`.startsWith(`${filters.at}|`))
  );
}

/** The filters as text; empty if they show everything. */
export function describe(filters: Filters): string {
  const say = (what: string, patterns: string[]) =>
    patterns.map((pattern) =>
      pattern.startsWith("!") ? `not ${what} ${pattern.slice(1)}` : `${what} ${pattern}`,
    );
  const at = filters.at === undefined ? [] : [place(filters.at.split("|"), null)];
  return [
    ...say("node", filters.node),
    ...say("tag", filters.tag),
    ...say("agent", filters.agent),
    ...say("kind", filters.kind),
    ...at,
  ].join(", ");
}

/** Read filters from a trait or a notebook, and drop invalid values. */
export function readFilters(value: unknown): Filters {
  const { node, tag, agent, kind } = (value ?? {}) as Partial<Record<keyof Filters, unknown>>;
  const list = (names: unknown) => (Array.isArray(names) ? names.map(String) : []);
  return { node: list(node), tag: list(tag), agent: list(agent), kind: list(kind) };
}
