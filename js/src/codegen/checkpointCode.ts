import type { CheckpointNote } from "../model/runState";
import type { Payload } from "../protocol/events.gen";
import { LOST, python } from "./streamLoop";

/** A checkpoint's place, as Python for LangGraph's `config`. */
function place({ id, ns }: CheckpointNote, thread: Payload): string {
  const known = typeof thread === "string" && !LOST.test(thread);
  const path = ns.length > 0 ? `"checkpoint_ns": ${python(ns.join("|"))}, ` : "";
  return [
    `thread = ${known ? python(thread) : "...  # the thread that it is saved in"}`,
    `config = {"configurable": {"thread_id": thread, ${path}"checkpoint_id": ${python(id)}}}`,
  ].join("\n");
}

/**
 * The code that gets a checkpoint's state. It needs a graph called `graph`.
 *
 * @param checkpoint - the checkpoint
 * @param thread - the thread that it is saved in, where that is known
 */
export function readStateCode(checkpoint: CheckpointNote, thread: Payload): string {
  return `${place(checkpoint, thread)}\nsnapshot = graph.get_state(config)\nsnapshot.values\n`;
}

/**
 * The code that continues from a checkpoint. Null if nothing would run, and for subgraphs,
 * which continue only from their graph's checkpoints.
 *
 * @param checkpoint - the checkpoint
 * @param thread - the thread that it is saved in, where that is known
 */
export function continueCode(checkpoint: CheckpointNote, thread: Payload): string | null {
  if (checkpoint.next.length === 0 || checkpoint.ns.length > 0) return null;
  return [
    place(checkpoint, thread),
    'for update in graph.stream(None, config, stream_mode="updates"):',
    "    print(update)",
    "",
  ].join("\n");
}
