import type { ReadonlySignal, Signal } from "@preact/signals-core";
import type { Filters } from "../../model/filters";
import type { Block, Message } from "../../model/message";
import type { RunState } from "../../model/runState";
import type { Virtualizer } from "../ui/virtualizer";
import type { Selection } from "./selection";

/** Shared by the parts of one view of one run. */
export interface ViewContext {
  readonly run: RunState;
  readonly virtualizer: Virtualizer;
  /** The view's filters: the source's until the reader changes them. */
  readonly filters: Signal<Filters>;
  /** Whether to show token boundaries instead of Markdown. */
  readonly raw: ReadonlySignal<boolean>;
  /** The reader's selection; null for the whole run. */
  readonly selection: Signal<Selection | null>;
  /** The block of each text and tool call's card. */
  readonly blocks: WeakMap<Element, Block>;
  /** The message that the selection lies in. */
  readonly current: ReadonlySignal<Message | null>;
}

/** Also shared by the parts of a transcript. */
export interface TranscriptContext extends ViewContext {
  /** The element for graphs that run inside a tool call, by the call's id. */
  readonly calls: Map<string, HTMLElement>;
  /** Functions that draw a message's new parts on its card, by the message. */
  readonly redraws: Map<Message, () => void>;
  /** Note the element of a message, so that it is marked when the message is selected. */
  note(message: Message, element: HTMLElement): void;
}
