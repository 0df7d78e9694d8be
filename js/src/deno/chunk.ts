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

const MEDIA = new Set([
  ...["image", "image_url", "audio", "input_audio", "file", "document", "video"],
]);

type Fields = Record<string, unknown>;

const THOUGHTS = ["reasoning", "thinking", "reasoning_content", "text", "summary"];
const ABOUT = new Set(["type", "index", "id", "logprobs"]);
const CALLS = new Set(["tool_use", "tool_call", "tool_call_chunk", "function_call"]);
const SERVER_CALLS = new Set([
  ...["server_tool_use", "server_tool_call", "server_tool_call_chunk", "mcp_tool_use"],
  ...["executable_code", "web_search_call", "file_search_call", "code_interpreter_call"],
  ...["mcp_call", "computer_call", "local_shell_call", "tool_search_call"],
]);
const RESULTS =
  /^(?:server_tool_result|code_execution_result|tool_result)$|_tool_result$|_call_output$/;

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

/** The text of a value: itself, or that of the blocks in it. */
function said(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(said).join("");
  return typeof value === "object" && value !== null ? words((value as Fields).text) : "";
}

/** The fields of a block that hold something and are not read otherwise. */
function restOf(block: Fields, ...read: string[]): Fields | null {
  const rest = Object.entries(block).filter(([key, value]) => {
    const empty = value === null || value === undefined || value === "";
    const none = typeof value === "object" && value !== null && Object.keys(value).length === 0;
    return !(ABOUT.has(key) || read.includes(key) || empty || none);
  });
  return rest.length > 0 ? Object.fromEntries(rest) : null;
}

function textPiece(kind: Kind, at: string, block: Fields, ...names: string[]): Piece | null {
  const field = names.find((name) => said(block[name]) !== "");
  const text = field === undefined ? "" : said(block[field]);
  const data = restOf(block, field ?? "");
  if (text === "" && data === null) return null;
  return { place: `${kind} ${at}`, kind, text, ...(data ? { data } : {}) };
}

function serverCall(block: Fields, type: string, at: string): Piece {
  const field = ["input", "args", "arguments", "action", "partial_json"].find((name) => {
    const value = block[name];
    return typeof value === "object" && value !== null ? Object.keys(value).length > 0 : value;
  });
  const args = field === undefined ? "" : block[field];
  const text = typeof args === "string" ? args : JSON.stringify(args);
  const own = ["mcp_call", "server_tool_call"].includes(type) ? "" : type.replace(/_call$/, "");
  const [id, name] = [words(block.call_id) || words(block.id), words(block.name) || own];
  const data = restOf(block, "name", "call_id", field ?? "");
  const kind = "server_tool_call";
  return {
    ...{ place: `${kind} ${at}`, kind, text },
    ...(id ? { call_id: id } : {}),
    ...(name ? { name } : {}),
    ...(data ? { data } : {}),
  };
}

function blockPiece(block: unknown, at: number): Piece | null {
  if (typeof block === "string") return { place: "text", kind: "text", text: block };
  if (typeof block !== "object" || block === null) return null;
  const part = block as Fields;
  const { index } = part;
  const place = typeof index === "number" || typeof index === "string" ? `${index}` : `${at}`;
  const type = words(part.type);
  if (["text", "text_delta"].includes(type)) return textPiece("text", place, part, "text");
  if (["reasoning", "thinking", "reasoning_content"].includes(type)) {
    return textPiece("reasoning", place, part, ...THOUGHTS);
  }
  if (type === "refusal") return textPiece("refusal", place, part, "refusal");
  if (MEDIA.has(type)) {
    const kind = type.includes("image") ? "image" : type.includes("audio") ? "audio" : "file";
    return { place: `${type} ${place}`, kind, text: "", data: part };
  }
  if (type === "input_json_delta") {
    return { place: `server_tool_call ${place}`, kind: type, text: words(part.partial_json) };
  }
  // Calls of the graph's tools are in the message's own lists, in the same form for all models.
  if (CALLS.has(type)) return null;
  if (SERVER_CALLS.has(type)) return serverCall(part, type, place);
  if (RESULTS.test(type)) {
    const [kind, data] = ["server_tool_result", restOf(part, "tool_use_id", "tool_call_id") ?? {}];
    const id = words(part.tool_use_id) || words(part.tool_call_id);
    return { place: `${kind} ${place}`, kind, text: "", ...(id ? { call_id: id } : {}), data };
  }
  const kind = type || "data";
  return { place: `${kind} ${place}`, kind, text: "", data: part };
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
  const extras = message.additional_kwargs as Fields | undefined;
  const thought = said(extras?.reasoning_content);
  if (thought) found.push({ place: "reasoning", kind: "reasoning", text: thought });
  for (const [at, block] of (Array.isArray(content) ? content : [words(content)]).entries()) {
    const piece = blockPiece(block, at);
    if (piece && (piece.text || piece.data !== undefined)) found.push(piece);
  }
  const refusal = words(extras?.refusal);
  if (refusal) found.push({ place: "refusal", kind: "refusal", text: refusal });
  const { data, transcript, ...audio } = (extras?.audio ?? {}) as Fields;
  if (words(transcript) || words(data)) {
    const held = { ...audio, type: "audio", ...(data ? { base64: data } : {}) };
    found.push({ place: "audio", kind: "audio", text: words(transcript), data: held });
  }
  const streamed = isPiece(message);
  const calls = streamed ? message.tool_call_chunks : message.tool_calls;
  for (const [at, call] of (Array.isArray(calls) ? calls : []).entries()) {
    found.push(callPiece(call, at, !streamed));
  }
  return found;
}
