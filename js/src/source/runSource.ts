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

/** The form for a graph's input. */
export type InputForm =
  | { kind: "text" }
  | { kind: "json"; template: { [key: string]: Payload }; fields: Field[] };

/** Facts about the graph of a view's runs. */
export interface GraphInfo {
  name: string;
  input: InputForm;
  /** Its topology, if it is known before a run. */
  topology?: Topology | null;
}

/**
 * The connection of a view to its graph. The kernel may be alive, not have answered yet, or be
 * gone; runs from a saved notebook have no kernel.
 */
export type Link = "live" | "reconnecting" | "gone" | "saved";

/** Actions of the reader. */
export interface Actions {
  run(input: string | { [key: string]: Payload }): void;
  stop(): void;
  resume(value: Payload): void;
}

/** The source of a view's runs. */
export interface RunSource {
  readonly graph: ReadonlySignal<GraphInfo>;
  /** Whether to offer an input box. */
  readonly form: ReadonlySignal<boolean>;
  readonly filters: ReadonlySignal<Filters>;
  /** The known runs, oldest first. */
  readonly runs: ReadonlySignal<readonly RunState[]>;
  readonly status: ReadonlySignal<"idle" | Status>;
  readonly link: ReadonlySignal<Link>;
  /** Why the last input was rejected, in one sentence; else empty. */
  readonly problem: ReadonlySignal<string>;
  /** Another notice for the reader, in one sentence; else empty. */
  readonly notice: ReadonlySignal<string>;
  readonly actions: Actions;
  /** Whether the kernel receives no messages from the view. */
  readonly oneway?: boolean;
}
