import type { Block, Message } from "../message";
import type { Task } from "../tasks";

/** What a reader has chosen to read about. */
export type Choice =
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "token"; readonly block: Block; readonly index: number }
  | { readonly kind: "call"; readonly block: Block }
  | { readonly kind: "task"; readonly task: Task };

/** The message that a choice lies in, or null. */
export function messageOf(choice: Choice | null): Message | null {
  if (choice === null || choice.kind === "task") return null;
  return choice.kind === "message" ? choice.message : choice.block.message;
}
