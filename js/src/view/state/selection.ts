import type { Block, Message } from "../../model/message";
import type { CheckpointNote } from "../../model/runState";
import type { Task } from "../../model/tasks";

/** What a reader has chosen to read about. */
export type Selection =
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "token"; readonly block: Block; readonly index: number }
  | { readonly kind: "call"; readonly block: Block }
  | { readonly kind: "task"; readonly task: Task }
  | { readonly kind: "checkpoint"; readonly checkpoint: CheckpointNote };

/** The message that a selection lies in, or null. */
export function messageOf(selection: Selection | null): Message | null {
  if (selection && "block" in selection) return selection.block.message;
  return selection?.kind === "message" ? selection.message : null;
}

/** The token that many further on in a message, over the borders of its blocks, or null. */
export function tokenFrom(selection: Selection | null, by: number): Selection | null {
  const message = messageOf(selection);
  if (!message) return null;
  const blocks = message.blocks.filter((block) => block.tokens.length > 0);
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
