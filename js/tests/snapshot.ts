import type { Block, Message } from "../src/model/message";
import type { RunState } from "../src/model/runState";

function ofBlock(block: Block): object {
  return {
    kind: block.kind,
    text: block.text.toString(),
    tokens: block.tokens.length,
    call_id: block.callId,
    name: block.name,
    data: block.data,
    started: block.started,
    ended: block.ended,
  };
}

function ofMessage(message: Message): object {
  const { span } = message;
  return {
    key: message.key,
    id: message.id,
    role: message.role,
    name: message.name,
    agent: message.agent,
    origin: message.origin,
    ns: message.ns,
    task: message.task,
    node: message.node,
    step: message.step,
    tool_call_id: message.toolCallId,
    metadata: message.metadata,
    blocks: message.blocks.map(ofBlock),
    text: message.text,
    reasoning: message.reasoning,
    resent: message.resent,
    usage: message.usage,
    finish_reason: message.finishReason,
    revised: message.revised,
    done: message.done,
    started: message.started,
    first_token: span ? span[0] : null,
    last_token: span ? span[1] : null,
    tokens: message.tokens.value,
  };
}

/** A run as plain data, the same as Python's `Run.snapshot()`: what the golden logs compare. */
export function snapshot(run: RunState): object {
  return {
    seq: run.seq,
    graph: run.start?.graph ?? null,
    status: run.status.value,
    input: run.start?.input ?? null,
    started_at: run.start?.started_at ?? null,
    topology: run.start?.topology ?? null,
    error: run.end?.error ?? null,
    duration: run.end?.duration ?? null,
    state: run.end?.state ?? null,
    messages: run.messages.map(ofMessage),
    tasks: run.tasks.all.map((task) => ({ ...task, ...run.stateAt(task) })),
    tools: run.tools.all,
    custom: run.custom,
    updates: run.updates,
    interrupts: run.interrupts,
    checkpoints: run.checkpoints.map(({ type: _, knownState: told, thread = null, ...note }) => ({
      ...note,
      thread,
      state: note.state ?? told(),
    })),
    usage: run.usage,
    diagnosis: run.diagnosis,
    ...(run.unreadable.length > 0 ? { unreadable: run.unreadable } : {}),
  };
}
