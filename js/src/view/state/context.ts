import type { ReadonlySignal, Signal } from "@preact/signals-core";
import type { Filters } from "../../model/filters";
import type { Block, Message } from "../../model/message";
import type { RunState } from "../../model/runState";
import type { Virtualizer } from "../ui/virtualizer";
import type { Selection } from "./selection";

/** What the parts of one view of one run share. */
export interface ViewContext {
  readonly run: RunState;
  readonly virtualizer: Virtualizer;
  /** What this view shows: the source's filters until the reader chooses others. */
  readonly filters: Signal<Filters>;
  /** Whether to show token boundaries instead of Markdown. */
  readonly raw: ReadonlySignal<boolean>;
  /** What the reader has chosen to read about; null for the whole run. */
  readonly selection: Signal<Selection | null>;
  /** Which block a text, or a tool call's card, shows. */
  readonly blocks: WeakMap<Element, Block>;
  /** The message that the selection lies in. */
  readonly current: ReadonlySignal<Message | null>;
}

/** What the parts of a transcript share beyond that. */
export interface TranscriptContext extends ViewContext {
  /** Where what runs inside a tool call is drawn, by the call's id. */
  readonly calls: Map<string, HTMLElement>;
  /** Functions that draw a message's new parts on its card, by the message. */
  readonly articles: Map<Message, () => void>;
  /** Tell which element shows a message, so that it is marked when it is chosen. */
  note(message: Message, element: HTMLElement): void;
}
