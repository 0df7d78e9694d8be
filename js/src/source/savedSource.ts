import { signal } from "@preact/signals-core";
import { readFilters } from "../model/filters";
import { RunState } from "../model/runState";
import type { Status } from "../protocol/events.gen";
import { type Frame, fromBase64 } from "../protocol/frames";
import type { GraphInfo, Link, RunSource } from "./runSource";

/** The MIME type of our outputs, and the key of our metadata in them. */
export const MIME = "application/vnd.lg-notebook.run+json";

/** Our metadata in an output. */
export interface Stored {
  v: 1;
  /** The live widget's name, if there is one. */
  uid: string;
  graph: GraphInfo;
  filters: unknown;
  form: boolean;
  /** The runs that ended, oldest first; several frames of one run follow each other. */
  runs: Frame[];
  /** A sentence about events that were not saved, or null. */
  cut: string | null;
}

/** Read our metadata in an output; null if it is not valid. An output may come from anyone. */
export function readStored(value: unknown): Stored | null {
  const stored = value as Partial<Stored> | null | undefined;
  const whole =
    typeof stored?.uid === "string" &&
    typeof stored.graph === "object" &&
    Array.isArray(stored.runs);
  return whole ? (stored as Stored) : null;
}

const NO_GRAPH: GraphInfo = { name: "graph", input: { kind: "text" } };
const nothing = () => {};

/** Runs that were saved in a notebook: a source without a kernel. */
export class SavedSource implements RunSource {
  readonly graph;
  readonly form = signal(false);
  readonly filters;
  readonly runs;
  readonly status;
  readonly link = signal<Link>("saved");
  readonly problem = signal("");
  readonly notice;
  readonly actions = { run: nothing, stop: nothing, resume: nothing };

  /**
   * @param stored - our metadata in the output
   * @throws WireError if its frames are broken
   */
  constructor(stored: Stored) {
    const stores = new Map<number, RunState>();
    for (const frame of stored.runs) {
      const run = stores.get(frame.run) ?? new RunState(frame.run);
      stores.set(frame.run, run);
      run.applyFrame(frame, fromBase64(frame.buffer ?? ""));
    }
    const runs = [...stores.values()].sort((a, b) => a.number - b.number);
    this.runs = signal<readonly RunState[]>(runs);
    this.status = signal<"idle" | Status>(runs.at(-1)?.status.value ?? "idle");
    this.graph = signal(stored.graph ?? NO_GRAPH);
    this.filters = signal(readFilters(stored.filters));
    this.notice = signal(stored.cut ?? "");
  }
}
