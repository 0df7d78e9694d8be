import type { ReadonlySignal } from "@preact/signals-core";
import type { Filters } from "../model/filters";
import type { RunState } from "../model/runState";
import type { Payload, Status, Topology } from "../protocol/events.gen";

/** A field of a graph's input. */
export interface Field {
  name: string;
  type: string;
  required: boolean;
  description: string;
}

/** How a person gives a graph its input. */
export type InputForm =
  | { kind: "text" }
  | { kind: "json"; template: { [key: string]: Payload }; fields: Field[] };

/** What a view says about the graph whose runs it shows. */
export interface GraphInfo {
  name: string;
  input: InputForm;
  /** What it looks like, where that is known before it runs. */
  topology?: Topology | null;
}

/**
 * What connects a view to its graph: a kernel; a kernel that has yet to answer; a kernel
 * that is gone; or none, as the runs come from a saved notebook.
 */
export type Link = "live" | "reconnecting" | "gone" | "saved";

/** What a person may ask of the graph. */
export interface Actions {
  run(input: string | { [key: string]: Payload }): void;
  stop(): void;
  resume(value: Payload): void;
}

/** Where a view's runs come from. */
export interface RunSource {
  readonly graph: ReadonlySignal<GraphInfo>;
  /** Whether to offer an input box. */
  readonly form: ReadonlySignal<boolean>;
  readonly filters: ReadonlySignal<Filters>;
  /** The runs that are known, oldest first. */
  readonly runs: ReadonlySignal<readonly RunState[]>;
  readonly status: ReadonlySignal<"idle" | Status>;
  readonly link: ReadonlySignal<Link>;
  /** Why the last input was rejected, in one sentence; else empty. */
  readonly problem: ReadonlySignal<string>;
  /** Something else that the reader has to know, in one sentence; else empty. */
  readonly notice: ReadonlySignal<string>;
  readonly actions: Actions;
  /** Whether what runs the graph hears nothing from here. */
  readonly oneway?: boolean;
}
