import { plural } from "../format/format";
import type { Payload } from "../protocol/events.gen";
import type { Message } from "./message";

/** LangGraph's id for all messages. */
const ALL = "__remove_all__";
const OVERWRITE = "__overwrite__";
const DEEPEST = 3;
const SHOWN = 60;

function isMessage(value: Payload): boolean {
  if (value === null || typeof value !== "object") return false;
  return ["type", "content", "id"].every((name) => name in value);
}

/**
 * The ids in serialised `RemoveMessage`s, at the top or a few fields down. An
 * `Overwrite` of messages replaces all of them.
 */
function ids(value: Payload, depth = 0, name = ""): string[] {
  if (value === null || typeof value !== "object") return [];
  const fields = value as { [key: string]: Payload };
  const { type, id } = fields;
  if (OVERWRITE in fields || type === OVERWRITE) {
    const written = fields[OVERWRITE] ?? fields.value ?? null;
    const list = Array.isArray(written) ? written : [written];
    return name === "messages" || list.some(isMessage) ? [ALL] : [];
  }
  if (type === "remove" && typeof id === "string") return [id];
  if (depth >= DEEPEST) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    ids(item, depth + 1, Array.isArray(value) ? "" : key),
  );
}

/**
 * Describe the messages that an update removed from the state; null if none. Python's
 * `removal.py` says the same.
 *
 * @param update - a node's update of the state
 * @param messages - the run's messages, whose text is quoted
 */
export function describeRemoval(update: Payload, messages: readonly Message[]): string | null {
  const gone = ids(update);
  if (gone.length === 0) return null;
  if (gone.includes(ALL)) return "Removed all messages from before.";
  const quotes = gone.flatMap((id) => {
    const said = messages.filter((message) => message.id === id).at(-1)?.text;
    const words = said?.trim().replace(/\s+/g, " ");
    return words ? `“${words.length > SHOWN ? `${words.slice(0, SHOWN)}…` : words}”` : [];
  });
  const what = `Removed ${plural(gone.length, "message")}`;
  return quotes.length > 0 ? `${what}: ${quotes.join(", ")}` : `${what}.`;
}
