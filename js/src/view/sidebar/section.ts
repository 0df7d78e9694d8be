import type { RunState } from "../../model/runState";
import type { ViewContext } from "../state/context";
import type { Selected, SelectionKind } from "../state/selection";
import type { FactGroup } from "./facts";

/** What a section shows beside its facts: built for a kind, and shared by its selections. */
export interface Part<K extends SelectionKind> {
  readonly element: HTMLElement;
  /** Whether it is only hidden while another kind is selected, and not built again afterwards. */
  readonly kept?: boolean;
  /** Bring it up to date: called for each other selection, and whenever the run has changed. */
  update(selected: Selected<K>): void;
}

/**
 * What the sidebar shows for one kind of selection.
 *
 * A new section is a file in `sections`, which adds its kind to `Selections`, and a line in
 * `sections.ts`.
 */
export interface Section<K extends SelectionKind> {
  /** Name of what is selected, for the path at the top. */
  crumb(selected: Selected<K>): string;
  /** What it lies in; null, as without this function, for the run itself. */
  within?(selected: Selected<K>, run: RunState): Selected | null;
  /** What is known about it. Reads the signals that it depends on. */
  facts(selected: Selected<K>, run: RunState): FactGroup[];
  /** The part above the facts. */
  above?(context: ViewContext): Part<K>;
  /** The part below the facts. */
  below?(context: ViewContext): Part<K>;
}
