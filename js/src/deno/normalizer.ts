import type { Kind, Payload, Status, Topology, Usage } from "../protocol/events.gen";
import { type Chunk, isMessage, isPiece, type Piece, pieces, roleOf } from "./chunk";
import { ROOT, type RunLog } from "./eventLog";
import { blockData, type Fields, idOf, place, runError, usageOf } from "./fields";
import { payload } from "./payload";

/** An item that LangGraph.js streams for several modes with `subgraphs: true`. */
export type Item = [ns: string[], mode: string, data: unknown];

/** The stream modes that the normalizer reads. */
export const MODES = ["messages", "updates", "custom", "tasks", "values"];

/** A message that is being streamed. */
interface Entry {
  key: number;
  task: string | null;
  blocks: Map<string, { index: number; kind: Kind }>;
  /** The open call under each place that pieces name, and its id. */
  calls: Map<string, { place: string; id: string | null }>;
  usage: Usage | null;
  reason: string | null;
  done: boolean;
}

type Task = { node: string; ns: string[] };

const TOKENS: ReadonlySet<Kind> = new Set(["text", "reasoning", "tool_call"]);

/** Turns LangGraph.js's stream items into events, in the vocabulary of `events.py`. */
export class Normalizer {
  /** The root graph's newest state. */
  state: unknown = null;
  /** Whether the root graph waits for an answer. */
  interrupted = false;
  readonly #entries = new Map<string, Entry>();
  readonly #byId = new Map<string, Entry>();
  readonly #tasks = new Map<string, Task>();
  readonly #attempts = new Map<string, number>();
  readonly #asked = new Set<string>();
  readonly #before = new Map<string, Map<string, string>>();
  #messages = 0;

  /**
   * @param log - takes the events
   * @param now - returns the time since the run began, in nanoseconds
   */
  constructor(
    readonly log: RunLog,
    readonly now: () => number,
  ) {}

  /** Begin the run. */
  start(graph: string, input: unknown, topology: Topology | null): void {
    const started_at = Date.now() / 1000;
    const shown = payload(input);
    this.log.add({
      type: "run-start",
      t: 0,
      ...ROOT,
      graph,
      input: shown,
      started_at,
      topology,
    });
    const inputs = (input as Fields | null)?.messages;
    for (const message of Array.isArray(inputs) ? inputs : [inputs]) {
      if (typeof message === "string") this.#input({ role: "human", content: message });
      else if (isMessage(message, true)) this.#input(message);
    }
  }

  /** End the run. */
  finish(status: Status, error: unknown): void {
    for (const entry of this.#entries.values()) this.#finish(entry);
    const duration = this.now();
    this.log.add({
      type: "run-end",
      t: duration,
      ...ROOT,
      status,
      error: status === "error" ? runError(error) : null,
      duration,
      state: payload(this.state),
    });
  }

  /** Take one item of the stream. */
  take([ns, mode, data]: Item): void {
    if (mode === "messages") {
      const [message, metadata] = data as [Chunk, Fields | undefined];
      this.#message(ns, message, metadata ?? {});
    } else if (mode === "tasks") this.#task(ns, data as Fields);
    else if (mode === "updates") this.#updates(ns, data as Fields);
    else if (mode === "values") this.#values(ns, data);
    else if (mode === "custom") this.#custom(ns, data);
  }

  // ---- messages ---------------------------------------------------------------------

  #message(ns: string[], message: Chunk, metadata: Fields): void {
    const path = String(metadata.langgraph_checkpoint_ns ?? ns.join("|"));
    const id = typeof message.id === "string" ? message.id : null;
    const streams = isPiece(message);
    const known = this.#entries.get(`${path} ${id}`);
    if (known) {
      // The whole message comes again when its node has returned it.
      if (streams && !known.done) this.#extend(known, ns, message, metadata);
      return;
    }
    const before = id === null ? undefined : this.#byId.get(id);
    if (before && !streams) {
      this.#begin(ns, message, metadata, "resent", before.key);
      return;
    }
    const entry = this.#begin(ns, message, metadata, streams ? "streamed" : "returned", null);
    this.#entries.set(`${path} ${id ?? entry.key}`, entry);
    if (id !== null) this.#byId.set(id, entry);
    this.#extend(entry, ns, message, metadata);
    if (!streams) this.#finish(entry);
  }

  #input(message: Chunk): void {
    const entry = this.#begin([], message, {}, "input", null);
    if (typeof message.id === "string") this.#byId.set(message.id, entry);
    this.#entries.set(`input ${entry.key}`, entry);
    this.#extend(entry, [], message, {});
    this.#finish(entry);
  }

  #begin(
    ns: string[],
    message: Chunk,
    metadata: Fields,
    origin: "streamed" | "returned" | "input" | "resent",
    of: number | null,
  ): Entry {
    const key = this.#messages;
    this.#messages += 1;
    const call = message.tool_call_id;
    const name = message.name;
    this.log.add({
      type: "message-start",
      t: this.now(),
      ...place(ns, metadata),
      message: key,
      id: typeof message.id === "string" ? message.id : null,
      role: roleOf(message),
      name: typeof name === "string" ? name : null,
      origin,
      of,
      tool_call_id: typeof call === "string" ? call : null,
      metadata: payload(metadata) as { [key: string]: Payload },
    });
    const task = place(ns, metadata).task;
    return {
      key,
      task,
      blocks: new Map(),
      calls: new Map(),
      usage: null,
      reason: null,
      done: false,
    };
  }

  #extend(entry: Entry, ns: string[], message: Chunk, metadata: Fields): void {
    for (const given of pieces(message)) {
      const piece = { ...given, place: placeOf(entry, given) };
      const t = this.now();
      const block = entry.blocks.get(piece.place) ?? {
        index: entry.blocks.size,
        kind: piece.kind,
      };
      const open = entry.blocks.has(piece.place);
      // The arguments of a server's tool; those of other tools are in the message's own lists.
      if (piece.kind === "input_json_delta" && !open) continue;
      entry.blocks.set(piece.place, block);
      const { text, place: _, data, kind: __, ...rest } = piece;
      const { kind } = block;
      const more = data === undefined ? rest : { ...rest, data: blockData(data, kind) };
      const at = { message: entry.key, block: block.index, kind, text };
      if (Object.keys(more).length === 0 && TOKENS.has(kind)) {
        this.log.token(entry.key, block.index, kind as "text", text, t);
      } else {
        this.log.add({ type: "delta", t, ...place(ns, metadata), ...at, ...more });
      }
    }
    entry.usage = usageOf(message.usage_metadata) ?? entry.usage;
    const response = message.response_metadata as Fields | undefined;
    const reason = response?.finish_reason ?? response?.stop_reason;
    if (typeof reason === "string") entry.reason = reason;
  }

  #finish(entry: Entry): void {
    if (entry.done) return;
    entry.done = true;
    const { key: message, usage, reason: finish_reason } = entry;
    const more = { message, usage, finish_reason, revised: false, text: null };
    this.log.add({ type: "message-finish", t: this.now(), ...ROOT, ...more });
  }

  // ---- tasks and the state ----------------------------------------------------------

  #task(ns: string[], data: Fields): void {
    const [task, node] = [String(data.id), String(data.name)];
    const at = { t: this.now(), ns, task, node, step: null };
    if ("triggers" in data) {
      const attempt = (this.#attempts.get(task) ?? 0) + 1;
      this.#attempts.set(task, attempt);
      this.#tasks.set(task, { node, ns });
      const triggers = Array.isArray(data.triggers) ? data.triggers.map(String) : [];
      this.log.add({ type: "task-start", ...at, triggers, attempt });
      return;
    }
    this.#tasks.delete(task);
    for (const entry of this.#entries.values()) if (entry.task === task) this.#finish(entry);
    const error = data.error == null ? null : runError(data.error);
    const asked = Array.isArray(data.interrupts) ? data.interrupts : [];
    const interrupts = asked.flatMap((each) => idOf(each) ?? []);
    const result = payload(data.result);
    this.log.add({ type: "task-finish", ...at, error, result, interrupts });
  }

  #updates(ns: string[], data: Fields): void {
    for (const [node, update] of Object.entries(data)) {
      if (node === "__interrupt__") this.#interrupts(ns, update);
      else if (node !== "__metadata__") {
        const { task } = this.#running(ns, node);
        const at = { t: this.now(), ns, task, node, step: null };
        this.log.add({ type: "update", ...at, data: payload(update) });
      }
    }
  }

  #interrupts(ns: string[], asked: unknown): void {
    if (ns.length === 0) this.interrupted = true;
    for (const each of Array.isArray(asked) ? asked : []) {
      const id = idOf(each);
      // A parent graph passes its subgraph's interrupt on.
      if (id !== null && this.#asked.has(id)) continue;
      if (id !== null) this.#asked.add(id);
      const value = payload((each as Fields | null)?.value);
      this.log.add({ type: "interrupt", t: this.now(), ...ROOT, ns, id, value });
    }
  }

  #custom(ns: string[], data: unknown): void {
    const { task, node } = this.#running(ns, null);
    const at = { t: this.now(), ns, task, node, step: null };
    this.log.add({ type: "custom", ...at, data: payload(data) });
  }

  #values(ns: string[], data: unknown): void {
    if (ns.length === 0) this.state = data;
    if (typeof data !== "object" || data === null || Array.isArray(data)) return;
    const before = this.#before.get(ns.join("|")) ?? new Map<string, string>();
    const after = new Map<string, string>();
    const set: { [key: string]: Payload } = {};
    for (const [key, value] of Object.entries(payload(data) as object)) {
      const text = JSON.stringify(value);
      after.set(key, text);
      if (before.get(key) !== text) set[key] = value;
    }
    const removed = [...before.keys()].filter((key) => !after.has(key));
    this.#before.set(ns.join("|"), after);
    if (Object.keys(set).length === 0 && removed.length === 0) return;
    this.log.add({ type: "values", t: this.now(), ...ROOT, ns, set, append: {}, removed });
  }

  /** The only running task of a graph, or of a node in it; null if there are several. */
  #running(ns: string[], node: string | null): { task: string | null; node: string | null } {
    const here = [...this.#tasks].filter(
      ([, task]) => task.ns.join("|") === ns.join("|") && (node ?? task.node) === task.node,
    );
    const [only] = here;
    return here.length === 1 && only ? { task: only[0], node: only[1].node } : { task: null, node };
  }
}

/** Name a piece's block. Some models give every call the same index; the id shows which is which. */
function placeOf({ calls }: Entry, { kind, place, call_id }: Piece): string {
  if (kind !== "tool_call") return place;
  const open = calls.get(place) ?? { place, id: null };
  const other = open.id !== null && call_id !== undefined && call_id !== open.id;
  const call = { place: other ? `${place} ${call_id}` : open.place, id: call_id ?? open.id };
  calls.set(place, call);
  return call.place;
}
