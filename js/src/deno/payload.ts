import type { Payload } from "../protocol/events.gen";
import { isMessage, roleOf } from "./chunk";

/** Most characters of one payload, roughly. */
const BUDGET = 16_384;
const DEEPEST = 12;
const MASK = "[masked]";

/** As `credential_names.py` has them; the tests of both read the same names. */
const ENDINGS = new RegExp(
  "(?<=[a-z])(?:_?\\d+|_(?:v\\d+|prod|production|dev|development|test|testing|stage|staging" +
    "|live|sandbox|local|ci|old|new|base|value|primary|secondary|backup|default|admin|root" +
    "|ro|rw|eu|us))+$",
);
const CREDENTIAL = new RegExp(
  "(?:^|_)(?:[a-z0-9]*api_?keys?|(?:access|secret|private|auth|signing|encryption|client" +
    "|account|subscription|master|admin|service|license|webhook|openai|open_ai|azure" +
    "|anthropic|claude|google|gemini|vertex|mistral|cohere|groq|grok|xai|deepseek|together" +
    "|fireworks|perplexity|replicate|openrouter|huggingface|hf|nvidia|voyage|jina|tavily" +
    "|serper|serpapi|exa|firecrawl|pinecone|weaviate|qdrant|supabase|langsmith|langchain" +
    "|langfuse|wandb|stripe|twilio|sendgrid|github|gitlab|aws)_?keys?|(?!(?:max|min|num|new" +
    "|next|prev|previous|first|last|stop|start|end|eos|bos|pad|unk|sep|cls|mask|special" +
    "|prompt|completion|input|output|total|time_to_first|page|pagination|cursor" +
    "|continuation|cancel|cancellation|author|image|audio|video|text|cached|reasoning|per" +
    "|each|this|current|single|one|any)_)[a-z0-9]+_token|(?:api|access|auth|bearer|refresh" +
    "|session)token|(?:api|access|auth|bearer|refresh)_tokens|secrets?" +
    "|[a-z0-9]*passw(?:or)?d|(?!(?:first|second|third|last|next|forward|backward|single" +
    "|multi|render|by|one|two)_)[a-z0-9]+_pass|(?!(?:old|init|initial|orig|original|start" +
    "|current|previous|prev|last)_)[a-z0-9]+_pwd|[a-z0-9]+_pat|passphrase|credentials?" +
    "|authorization|cookie|connection_string|dsn)$",
);
const VARIABLE = /^(?!.*(?:public|primary|foreign|sort|partition|cache|row)_)\w+_key$/;

/** Whether a key's name shows that its value is a secret. */
export function isCredential(key: unknown): boolean {
  if (typeof key !== "string") return false;
  const snake = key.replace(/(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+/g, "_").toLowerCase();
  const words = snake.replace(/^_+|_+$/g, "").replace(ENDINGS, "");
  const capitals = key === key.toUpperCase() && key !== key.toLowerCase();
  return (capitals && VARIABLE.test(words)) || CREDENTIAL.test(words);
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
    const [name, value] = list;
    const pair = list.length === 2 && isCredential(name); // ["x-api-key", …]
    for (const [at, item] of (pair ? [name, maskSecret(value)] : list).entries()) {
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
    const named = entries.find(([key]) => key === "name")?.[1]; // { name: "x-api-key", value }
    for (const [at, [key, item]] of entries.entries()) {
      if (left <= 0) {
        kept["…"] = `${entries.length - at} more`;
        break;
      }
      left -= key.length + 4;
      const masked = isCredential(key) || (key === "value" && isCredential(named));
      kept[key] = convert(masked ? maskSecret(item) : item, depth + 1);
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
