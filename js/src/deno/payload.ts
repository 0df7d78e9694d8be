import type { Payload } from "../protocol/events.gen";
import { isMessage, roleOf } from "./chunk";

/** Most characters of one payload, roughly. */
const BUDGET = 16_384;
const DEEPEST = 12;
const MASK = "[masked]";

const CREDENTIAL = new RegExp(
  "(?:^|_)(?:[a-z0-9]*api_?keys?|(?:access|secret|private|auth|signing|encryption|client|account" +
    "|subscription)_?keys?|(?!(?:max|min|num|new|next|first|last|stop|start|end|eos|bos|pad|unk|sep" +
    "|cls|mask|special|prompt|input|output|total|time_to_first)_)[a-z0-9]+_token|(?:api|access|auth" +
    "|bearer|refresh|session)token|secrets?|[a-z0-9]*passw(?:or)?d|[a-z0-9]+_pass|[a-z0-9]+_pat" +
    "|passphrase|credentials?|authorization|cookie|connection_string|dsn)(?:_value|_id_secret)?$",
);

/** Whether a key's name says that its value is a secret, as in Python's `privacy/redactor.py`. */
export function isCredential(key: string): boolean {
  const words = key.replace(/(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+/g, "_");
  return CREDENTIAL.test(words.toLowerCase());
}

/** Mask the value of a credential; empty values and flags reveal nothing and stay. */
const maskSecret = (value: unknown): unknown =>
  value === undefined || value === null || value === "" || typeof value === "boolean"
    ? value
    : MASK;

/**
 * Convert any value to plain JSON, within a budget and with masked secrets.
 *
 * @param value - the graph's value; objects of classes become their fields
 */
export function payload(value: unknown, budget = BUDGET): Payload {
  let left = budget;
  const above = new Set<unknown>();
  const text = (said: string): string => {
    const room = Math.max(left, 0);
    left -= said.length + 2;
    if (said.length <= room) return said;
    const kept = said.slice(0, room);
    return `${kept}… (${(said.length - kept.length).toLocaleString("en")} more characters)`;
  };
  const each = (list: readonly unknown[], depth: number): Payload[] => {
    const kept: Payload[] = [];
    for (const [at, item] of list.entries()) {
      if (left <= 0) {
        kept.push(`… (${list.length - at} more)`);
        break;
      }
      kept.push(convert(item, depth + 1));
    }
    return kept;
  };
  const mapping = (entries: readonly (readonly [string, unknown])[], depth: number): Payload => {
    const kept: { [key: string]: Payload } = {};
    for (const [at, [key, item]] of entries.entries()) {
      if (left <= 0) {
        kept["…"] = `${entries.length - at} more`;
        break;
      }
      left -= key.length + 4;
      kept[key] = convert(isCredential(key) ? maskSecret(item) : item, depth + 1);
    }
    return kept;
  };
  const convert = (item: unknown, depth: number): Payload => {
    if (item === null || item === undefined) return null;
    if (typeof item === "string") return text(item);
    if (typeof item === "boolean") return item;
    left -= 8;
    if (typeof item === "number") return Number.isFinite(item) ? item : String(item);
    if (typeof item !== "object") return text(String(item));
    if (depth >= DEEPEST || above.has(item)) return text("…");
    above.add(item);
    try {
      if (item instanceof Date) return item.toISOString();
      if (ArrayBuffer.isView(item) || item instanceof ArrayBuffer) {
        return text(`<${item.byteLength} bytes>`);
      }
      if (Array.isArray(item) || item instanceof Set) return each([...item], depth);
      if (item instanceof Map) {
        return mapping(
          [...item].map(([key, one]) => [String(key), one]),
          depth,
        );
      }
      if (item instanceof Error) return text(`${item.name}: ${item.message}`);
      if (isMessage(item)) {
        const { content, name, id, tool_calls, tool_call_id } = item;
        const shown = { type: roleOf(item), content, name, id, tool_calls, tool_call_id };
        const had = ([, one]: [string, unknown]) =>
          one !== undefined && !(Array.isArray(one) && one.length === 0);
        return mapping(Object.entries(shown).filter(had), depth);
      }
      return mapping(Object.entries(item), depth);
    } finally {
      above.delete(item);
    }
  };
  try {
    return convert(value, 0);
  } catch {
    // A user's object may throw at any access.
    return "…";
  }
}
