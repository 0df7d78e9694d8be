import type { Kind, Payload, RunError, Usage } from "../protocol/events.gen";
import { payload } from "./payload";

/** A JavaScript object whose fields are unknown. */
export type Fields = Record<string, unknown>;

/** Most characters of a picture or file; larger ones are dropped, as by `settings.media_bytes`. */
const MEDIA = 256_000;

/** The place of a message in the graph, by its metadata. */
export function place(ns: string[], metadata: Fields) {
  const path = String(metadata.langgraph_checkpoint_ns ?? "");
  const last = path.split("|").at(-1) ?? "";
  const at = last.indexOf(":");
  const node = metadata.langgraph_node;
  const step = metadata.langgraph_step;
  return {
    ns,
    task: at < 0 ? null : last.slice(at + 1),
    node: typeof node === "string" ? node : null,
    step: typeof step === "number" ? step : null,
  };
}

/** A block's content; of a picture that is too large, only its type. */
export function blockData(data: unknown, kind: Kind): Payload {
  if (!["image", "audio", "file"].includes(kind)) return payload(data);
  const { type } = data as Fields;
  return JSON.stringify(data).length > MEDIA ? payload({ type }) : payload(data, 2 * MEDIA);
}

/** The id of an interrupt, or null. */
export function idOf(interrupt: unknown): string | null {
  const { id, interrupt_id } = (interrupt ?? {}) as Fields;
  const found = id ?? interrupt_id;
  return found == null ? null : String(found);
}

/** The token counts of a message, or null. */
export function usageOf(value: unknown): Usage | null {
  const { input_tokens, output_tokens, total_tokens } = (value ?? {}) as Partial<Usage>;
  if (typeof input_tokens !== "number" || typeof output_tokens !== "number") return null;
  return {
    input_tokens,
    output_tokens,
    total_tokens: total_tokens ?? input_tokens + output_tokens,
  };
}

/** Describe an exception. */
export function runError(error: unknown): RunError {
  if (error instanceof Error) {
    const traceback = error.stack ?? null;
    return { type: error.name, message: error.message, traceback, source: null };
  }
  return { type: "Error", message: String(error), traceback: null, source: null };
}
