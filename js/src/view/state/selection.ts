import type { Block, Message } from "../../model/message";
import type { CheckpointNote } from "../../model/runState";
import type { Task } from "../../model/tasks";

/** What a reader has chosen to read about. */
export type Choice =
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "token"; readonly block: Block; readonly index: number }
  | { readonly kind: "call"; readonly block: Block }
  | { readonly kind: "task"; readonly task: Task }
  | { readonly kind: "checkpoint"; readonly checkpoint: CheckpointNote };

/** The message that a choice lies in, or null. */
export function messageOf(choice: Choice | null): Message | null {
  if (choice && "block" in choice) return choice.block.message;
  return choice?.kind === "message" ? choice.message : null;
}

/** The token that many further on in a message, over the borders of its blocks, or null. */
export function tokenFrom(choice: Choice | null, by: number): Choice | null {
  const message = messageOf(choice);
  if (!message) return null;
  const blocks = message.blocks.filter((block) => block.tokens.length > 0);
  const total = blocks.reduce((sum, block) => sum + block.tokens.length, 0);
  let at = by > 0 ? -1 : total;
  if (choice?.kind === "token") {
    at = choice.index;
    for (const block of blocks) {
      if (block === choice.block) break;
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
