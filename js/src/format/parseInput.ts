import type { Payload } from "../protocol/events.gen";

/** A JSON object. */
export type JsonObject = { [key: string]: Payload };

/**
 * Parse typed text as a graph's input.
 *
 * @param text - the typed text
 * @param required - names of required fields
 * @returns the object, or one sentence that says what is wrong
 */
export function readObject(text: string, required: readonly string[]): JsonObject | string {
  let value: Payload;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `This is not JSON yet: ${place(text, error)}.`;
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return "The input has to be a JSON object: { … } with the graph's fields as its keys.";
  }
  const object = value;
  const missing = required.filter((name) => !(name in object));
  if (missing.length === 0) return object;
  const names = missing.map((name) => `“${name}”`).join(", ");
  return `The input lacks ${names}.`;
}

/** The browser's error message, with the line instead of an offset. */
function place(text: string, error: unknown): string {
  const words = (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
  const offset = /at position (\d+)/.exec(words)?.[1];
  if (offset === undefined || /line \d+/.test(words)) return words;
  return `${words} (line ${text.slice(0, Number(offset)).split("\n").length})`;
}

/** Parse an answer: JSON if it is JSON, else the text itself. */
export function readAnswer(text: string): Payload {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
