import type { Kind } from "../protocol/events.gen";

/** A message of LangChain.js, or of a server: an object of a class, or plain JSON. */
export type Chunk = Record<string, unknown>;

/** A piece of a message, for one of its blocks. */
export interface Piece {
  /** The block's name within its message. */
  place: string;
  kind: Kind;
  text: string;
  call_id?: string;
  name?: string;
  /** The content of a block that is not text, unchanged. */
  data?: unknown;
}

const ROLES: Record<string, string> = {
  assistant: "ai",
  user: "human",
  AIMessageChunk: "ai",
  HumanMessageChunk: "human",
  ToolMessageChunk: "tool",
  SystemMessageChunk: "system",
};

const MEDIA = new Set(["image", "image_url", "audio", "input_audio", "file", "video"]);

const words = (value: unknown): string => (typeof value === "string" ? value : "");

function asked(value: unknown, name: string): unknown {
  const method = (value as Record<string, unknown>)[name];
  return typeof method === "function" ? method.call(value) : undefined;
}

/** Whether a value is a message; `plain` also takes `{role, content}`. */
export function isMessage(value: unknown, plain = false): value is Chunk {
  if (typeof value !== "object" || value === null || !("content" in value)) return false;
  return ["getType", "_getType"].some((name) => name in value) || (plain && "role" in value);
}

/** The message's role, as LangChain names it: `ai`, `human`, `tool`, `system`. */
export function roleOf(message: Chunk): string {
  const type = asked(message, "getType") ?? asked(message, "_getType") ?? message.type;
  const said = words(type) || words(message.role) || "unknown";
  return ROLES[said] ?? said;
}

/** Whether more of the message may come: only a model's chunks are pieces. */
export function isPiece(message: Chunk): boolean {
  return Array.isArray(message.tool_call_chunks) && roleOf(message) === "ai";
}

function blockPiece(block: unknown, at: number): Piece | null {
  if (typeof block === "string") return { place: "text", kind: "text", text: block };
  if (typeof block !== "object" || block === null) return null;
  const part = block as Record<string, unknown>;
  const place = `${part.index ?? at}`;
  const type = words(part.type);
  if (type.startsWith("text"))
    return { place: `text ${place}`, kind: "text", text: words(part.text) };
  if (["reasoning", "thinking", "reasoning_content"].includes(type)) {
    const text = words(part.reasoning) || words(part.thinking) || words(part.text);
    return { place: `reasoning ${place}`, kind: "reasoning", text };
  }
  // Tool calls are in the message's own lists, in the same form for all models.
  if (/tool|function|input_json/.test(type)) return null;
  if (!MEDIA.has(type)) {
    return { place: `${type} ${place}`, kind: "other", text: "", data: part };
  }
  const kind = type.includes("image") ? "image" : type.includes("audio") ? "audio" : "file";
  return { place: `${type} ${place}`, kind, text: "", data: part };
}

function callPiece(call: unknown, at: number, whole: boolean): Piece {
  const { index, id, name, args } = call as Record<string, unknown>;
  const text = typeof args === "string" ? args : args === undefined ? "" : JSON.stringify(args);
  return {
    place: `call ${whole ? at : (index ?? at)}`,
    kind: "tool_call",
    text,
    ...(words(id) ? { call_id: words(id) } : {}),
    ...(words(name) ? { name: words(name) } : {}),
  };
}

/** The pieces of a chunk, or of a whole message. */
export function pieces(message: Chunk): Piece[] {
  const { content } = message;
  const found: Piece[] = [];
  const extras = message.additional_kwargs as { reasoning_content?: unknown } | undefined;
  const thought = words(extras?.reasoning_content);
  if (thought) found.push({ place: "reasoning", kind: "reasoning", text: thought });
  for (const [at, block] of (Array.isArray(content) ? content : [words(content)]).entries()) {
    const piece = blockPiece(block, at);
    if (piece && (piece.text || piece.data !== undefined)) found.push(piece);
  }
  const streamed = isPiece(message);
  const calls = streamed ? message.tool_call_chunks : message.tool_calls;
  for (const [at, call] of (Array.isArray(calls) ? calls : []).entries()) {
    found.push(callPiece(call, at, !streamed));
  }
  return found;
}
