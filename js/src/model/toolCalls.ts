import type { Custom, Payload, Tool } from "../protocol/events.gen";

/** The state of a tool call. Times in ns since the run began. */
export interface ToolCall {
  call_id: string;
  name: string | null;
  phase: Exclude<Tool["phase"], "entered">;
  /** Its newest input, progress, result or error; the phase says which. */
  data: Payload;
  /** Namespace of the graph that executes it. */
  ns: string[];
  task: string | null;
  node: string | null;
  started: number | null;
  finished: number | null;
  input: Payload;
  /** Its progress reports, in order. */
  progress: Payload[];
  /** Namespaces of the graphs that it runs. */
  children: string[][];
}

/** The tool calls of a run, in order of their first event. */
export class ToolCalls {
  #calls = new Map<string, ToolCall>();
  #above = new Map<string, ToolCall>();

  /** Apply an event of a call. */
  note(event: Omit<Tool, "seq">): void {
    const { call_id, phase, data, ns, task, node, t } = event;
    const call = this.#calls.get(call_id) ?? unknown(call_id);
    this.#calls.set(call_id, call);
    Object.assign(call, { name: event.name || call.name, ns, task, node });
    if (phase === "entered") {
      const child = event.child ?? [];
      call.children.push(child);
      this.#above.set(child.join("|"), call);
      return;
    }
    Object.assign(call, { phase, data });
    if (phase === "started") Object.assign(call, { started: t, finished: null, input: data });
    else if (phase === "progress") call.progress.push(data);
    else call.finished = t;
  }

  /** Apply a custom event, which a tool may have written. */
  applyCustom(event: Omit<Custom, "seq">): void {
    this.get(event.call_id ?? null)?.progress.push(event.data);
  }

  /** The state of a call, if it is known. */
  get(id: string | null): ToolCall | undefined {
    return id === null ? undefined : this.#calls.get(id);
  }

  /** The innermost call whose tool runs the graph of a namespace, if there is one. */
  around(ns: readonly string[]): ToolCall | undefined {
    for (let depth = ns.length; depth > 0; depth -= 1) {
      const call = this.#above.get(ns.slice(0, depth).join("|"));
      if (call) return call;
    }
    return undefined;
  }

  get all(): ToolCall[] {
    return [...this.#calls.values()];
  }
}

function unknown(call_id: string): ToolCall {
  const place = { ns: [], task: null, node: null };
  const times = { started: null, finished: null };
  const details = { input: null, progress: [], children: [] };
  return { call_id, name: null, phase: "started", data: null, ...place, ...times, ...details };
}
