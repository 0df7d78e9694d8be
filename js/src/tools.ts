import type { Payload, Tool } from "./events.gen";

/** What became of a tool call. Times in ns since the run began. */
export interface ToolCall {
  call_id: string;
  name: string | null;
  phase: Tool["phase"];
  data: Payload;
  ns: string[];
  task: string | null;
  node: string | null;
  started: number | null;
  finished: number | null;
}

/** The tool calls of a run, each with its latest phase, in order of first sight. */
export class Tools {
  #calls = new Map<string, ToolCall>();

  /** Take in what happened to a call. */
  note(event: Omit<Tool, "seq">): void {
    const { call_id, phase, data, ns, task, node, t } = event;
    const known = this.#calls.get(call_id);
    this.#calls.set(call_id, {
      call_id,
      name: event.name || (known?.name ?? null),
      phase,
      data,
      ns,
      task,
      node,
      started: phase === "started" ? t : (known?.started ?? null),
      finished: phase === "finished" || phase === "failed" ? t : (known?.finished ?? null),
    });
  }

  /** What became of a call, if anything is known. */
  get(id: string | null): ToolCall | undefined {
    return id === null ? undefined : this.#calls.get(id);
  }

  get all(): ToolCall[] {
    return [...this.#calls.values()];
  }
}
