import type { Block, Message } from "../../model/message";

/** Kinds of selections, with their data. Sections of the sidebar add their own. */
export interface Selections {
  /** The whole run; null means it, too. */
  run: object;
  message: { readonly message: Message };
  token: { readonly block: Block; readonly index: number };
  /** A tool call. */
  call: { readonly block: Block };
}

export type SelectionKind = keyof Selections;

/** A selection of a certain kind. */
export type Selected<K extends SelectionKind = SelectionKind> = {
  [Each in K]: { readonly kind: Each } & Selections[Each];
}[K];

/** The reader's selection. */
export type Selection = Selected;

/** The message that a selection lies in, or null. */
export function messageOf(selection: Selection | null): Message | null {
  if (selection && "block" in selection) return selection.block.message;
  return selection?.kind === "message" ? selection.message : null;
}

/** The token that is some tokens further on in a message, across its blocks, or null. */
export function tokenFrom(selection: Selection | null, by: number): Selection | null {
  const message = messageOf(selection);
  if (!message) return null;
  const blocks = message.streamedBlocks.filter((block) => block.tokens.length > 0);
  const total = blocks.reduce((sum, block) => sum + block.tokens.length, 0);
  let at = by > 0 ? -1 : total;
  if (selection?.kind === "token") {
    at = selection.index;
    for (const block of blocks) {
      if (block === selection.block) break;
      at += block.tokens.length;
    }
  }
  at = Math.min(Math.max(at + by, 0), total - 1);
  for (const block of blocks) {
    if (at < block.tokens.length) return { kind: "token", block, index: at };
    at -= block.tokens.length;
  }
  return null;
}
