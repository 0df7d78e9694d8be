import { plural } from "../format/format";
import type { Payload } from "../protocol/events.gen";
import type { Message } from "./message";

/** What LangGraph takes for the id of every message there is. */
const ALL = "__remove_all__";
const DEEPEST = 3;
const SHOWN = 60;

/** The ids in what became of LangChain's `RemoveMessage`, at the top or a few fields down. */
function ids(value: Payload, depth = 0): string[] {
  if (value === null || typeof value !== "object") return [];
  const { type, id } = value as { type?: Payload; id?: Payload };
  if (type === "remove" && typeof id === "string") return [id];
  return depth < DEEPEST ? Object.values(value).flatMap((item) => ids(item, depth + 1)) : [];
}

/**
 * What an update removed of the messages of the state, in words; null if nothing. Python's
 * `removal.py` says the same.
 *
 * @param update - what a node wrote into the state
 * @param messages - the run's messages: what was said in them is quoted
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
