import type { Block, Message } from "../src/model/message";
import type { Store } from "../src/model/runState";

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
    revised: message.final !== null,
    done: message.done,
    started: message.started,
    first_token: span ? span[0] : null,
    last_token: span ? span[1] : null,
    tokens: message.tokens.value,
  };
}

/** A run as plain data, the same as Python's `Run.snapshot()`: what the golden logs compare. */
export function snapshot(store: Store): object {
  return {
    seq: store.seq,
    graph: store.start?.graph ?? null,
    status: store.status.value,
    input: store.start?.input ?? null,
    started_at: store.start?.started_at ?? null,
    topology: store.start?.topology ?? null,
    error: store.end?.error ?? null,
    duration: store.end?.duration ?? null,
    state: store.end?.state ?? null,
    messages: store.messages.map(ofMessage),
    tasks: store.tasks.all.map((task) => ({ ...task, ...store.stateAt(task) })),
    tools: store.tools.all,
    custom: store.custom,
    updates: store.updates,
    interrupts: store.interrupts,
    checkpoints: store.checkpoints.map(({ type: _, told, thread = null, ...note }) => ({
      ...note,
      thread,
      state: note.state ?? told(),
    })),
    usage: store.usage,
    diagnosis: store.diagnosis,
  };
}
