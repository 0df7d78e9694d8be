import type { RunState } from "../../model/runState";
import type { ViewContext } from "../state/context";
import type { Selected, SelectionKind } from "../state/selection";
import type { FactGroup } from "./facts";

/** A section's part beside its facts: built once for a kind, and shared by its selections. */
export interface Part<K extends SelectionKind> {
  readonly element: HTMLElement;
  /** Whether to hide it while another kind is selected, rather than build it again afterwards. */
  readonly kept?: boolean;
  /** Update it: called for each new selection, and whenever the run has changed. */
  update(selected: Selected<K>): void;
}

/**
 * The sidebar's content for one kind of selection.
 *
 * A new section is a file in `sections`, which adds its kind to `Selections`, and a line in
 * `sections.ts`.
 */
export interface Section<K extends SelectionKind> {
  /** Name of the selection, for the path at the top. */
  crumb(selected: Selected<K>): string;
  /** The selection around it; null, as without this function, for the run itself. */
  within?(selected: Selected<K>, run: RunState): Selected | null;
  /** Its facts. Reads the signals that they depend on. */
  facts(selected: Selected<K>, run: RunState): FactGroup[];
  /** The part above the facts. */
  above?(context: ViewContext): Part<K>;
  /** The part below the facts. */
  below?(context: ViewContext): Part<K>;
}
