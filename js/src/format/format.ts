/** Numbers and values as text. Times are in nanoseconds unless a name says otherwise. */
import type { Payload } from "../protocol/events.gen";

const MILLISECOND = 1_000_000;
const SECOND = 1_000_000_000;

/** A duration: `340 ms`, `3.2 s`, `2 min 05 s`. */
export function duration(ns: number): string {
  const ms = Math.max(ns, 0) / MILLISECOND;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ns / SECOND;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** A number with its digits in groups of three. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** A number with its noun: `1 token`, `2 tokens`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** A payload in one line; texts without quotes. */
export function brief(value: Payload | undefined): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** A payload as indented JSON. */
export function pretty(value: Payload | undefined): string {
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}

/** JSON text with indentation, or null if it is not (yet) JSON. */
export function prettyJson(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

/** The names in a namespace, without task ids and without the numbers of repeated calls. */
function names(ns: readonly string[]): string[] {
  return ns.filter((each) => !/^\d+$/.test(each)).map((each) => each.split(":", 1)[0] ?? each);
}

/** A namespace without its task ids, with the node, as people read it: `team › expert`. */
export function place(ns: readonly string[], node: string | null): string {
  return [...names(ns), node].filter((part) => part !== null && part !== "").join(" › ");
}

/** A node's id in the topology: the names that lead to it. */
export function pathOf(ns: readonly string[], node: string | null): string {
  return [...names(ns), node ?? ""].join("|");
}
