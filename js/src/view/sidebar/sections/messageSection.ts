import { brief, count, duration } from "../../../format/format";
import type { Message } from "../../../model/message";
import type { RunState } from "../../../model/runState";
import { type Fact, type FactGroup, fact, longFact, usageFacts, withFacts } from "../facts";
import type { Section } from "../section";

/** Metadata with rows of their own; the rest is listed under "Yours" and "More". */
const PLACED = new Set([
  "langgraph_node",
  "langgraph_step",
  "langgraph_triggers",
  "langgraph_path",
  "langgraph_checkpoint_ns",
  "checkpoint_ns",
  "thread_id",
  "lc_agent_name",
  "tags",
  "ls_provider",
  "ls_model_name",
  "ls_model_type",
  "ls_temperature",
  "ls_max_tokens",
]);

/** Metadata that frameworks and servers add; any other key is the user's. */
const THEIRS =
  /^(ls_|lc_|langgraph_|langsmith|__|x-|run_|graph_id$|assistant_id$|user_id$|versions$|revision_id$|created_by$|checkpoint_)/;

const SECOND = 1_000_000_000;

function where(message: Message, run: RunState): Fact[] {
  const { metadata, ns } = message;
  const task = run.tasks.of(message);
  const checkpoint = metadata.langgraph_checkpoint_ns ?? metadata.checkpoint_ns;
  return [
    ...fact("Node", message.node),
    ...fact("Step", message.step ?? task?.step ?? metadata.langgraph_step),
    ...fact("Triggers", metadata.langgraph_triggers ?? task?.triggers),
    ...fact("Path", metadata.langgraph_path),
    ...fact("Namespace", ns.join(" / ")),
    ...fact("Checkpoint namespace", checkpoint),
    ...fact("Task", message.task),
    ...fact("Attempt", task && task.attempt > 1 ? task.attempt : null),
    ...fact("Agent", metadata.lc_agent_name),
    ...fact("Thread", metadata.thread_id),
  ];
}

function rate(value: number): string {
  return value < 100 ? value.toFixed(1) : count(Math.round(value));
}

function timing(message: Message, run: RunState): Fact[] {
  const { span, origin, started } = message;
  if (!span || origin !== "streamed") return fact("Seen after", duration(started));
  const [first, last] = span;
  const tokens = message.tokens.value;
  const task = run.tasks.of(message);
  const seconds = (last - first) / SECOND;
  return [
    ...fact("First token (run)", duration(first)),
    ...fact("First token (node)", task ? duration(first - task.started) : null),
    ...fact("Tokens", count(tokens)),
    ...fact("Tokens per second", seconds > 0 ? rate((tokens - 1) / seconds) : null),
    ...fact("Duration", duration(last - first)),
  ];
}

/**
 * The facts about a message. Reads the signals that they depend on.
 *
 * @param message - the message
 * @param run - its run
 * @returns the groups that have facts
 */
export function messageFacts(message: Message, run: RunState): FactGroup[] {
  const { metadata } = message;
  const rest = (theirs: boolean) =>
    Object.entries(metadata)
      .filter(([key]) => !PLACED.has(key) && THEIRS.test(key) === theirs)
      .flatMap(([key, value]) => fact(key, brief(value)));
  return withFacts([
    { title: "Where", facts: where(message, run) },
    {
      title: "Model",
      facts: [
        ...fact("Model", metadata.ls_model_name),
        ...fact("Provider", metadata.ls_provider),
        ...fact("Temperature", metadata.ls_temperature),
        ...fact("Maximum tokens", metadata.ls_max_tokens),
        ...fact("Type", metadata.ls_model_type),
      ],
    },
    { title: "Timing", facts: timing(message, run) },
    usageFacts(message.usage),
    { title: "Yours", facts: rest(false) },
    { title: "Tags", facts: fact("Tags", message.tags) },
    {
      title: "Message",
      facts: [
        ...fact("Id", message.id),
        ...fact("Role", message.role),
        ...fact("Name", message.name),
        ...fact("Origin", message.origin),
        ...fact("Answers tool call", message.toolCallId),
        ...fact("Finish reason", message.finishReason),
      ],
    },
    { title: "More", facts: rest(true) },
    { title: "Raw", facts: longFact("Metadata", metadata) },
  ]);
}

/** One message. */
export const messageSection: Section<"message"> = {
  crumb: ({ message }) => `${message.role} message`,
  within: ({ message }, run) => {
    const task = run.tasks.of(message);
    return task ? { kind: "task", task } : null;
  },
  facts: ({ message }, run) => messageFacts(message, run),
};
