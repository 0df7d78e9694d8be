import { count, duration, prettyJson } from "../../format/format";
import type { Block } from "../../model/message";
import type { CheckpointNote, RunState } from "../../model/runState";
import type { Task } from "../../model/tasks";
import { type Fact, type FactGroup, fact, longFact, usageFacts, withFacts } from "./messageFacts";

/** What is known about a whole run. */
export function runFacts(run: RunState): FactGroup[] {
  const { start, end, tasks, messages } = run;
  const begun = start && new Date(start.started_at * 1000).toLocaleString();
  return withFacts([
    {
      title: "Run",
      facts: [
        ...fact("Status", run.status.value),
        ...fact("Began", begun),
        ...fact("Duration", end && duration(end.duration)),
        ...fact("Node executions", count(tasks.all.length)),
        ...fact("Messages", count(messages.length)),
        ...fact("Streamed tokens", count(run.tokens.value)),
      ],
    },
    usageFacts(run.usage),
    {
      title: "Raw",
      facts: [...longFact("Input", start?.input), ...longFact("Final state", end?.state)],
    },
  ]);
}

/** What is known about one execution of a node. */
export function taskFacts(task: Task): FactGroup[] {
  const { started, finished, error } = task;
  const fate = error ? "failed" : task.interrupts.length > 0 ? "asks" : "done";
  return withFacts([
    {
      title: "Where",
      facts: [
        ...fact("Node", task.node),
        ...fact("Step", task.step),
        ...fact("Triggers", task.triggers),
        ...fact("Namespace", task.ns.join(" / ")),
        ...fact("Task", task.id),
        ...fact("Attempt", task.attempt),
      ],
    },
    {
      title: "Timing",
      facts: [
        ...fact("State", finished === null ? "unfinished" : fate),
        ...fact("Began after", duration(started)),
        ...fact("Duration", finished === null ? null : duration(finished - started)),
      ],
    },
    { title: "Interrupts", facts: fact("Ids", task.interrupts) },
    { title: "Raw", facts: longFact("Result", task.result) },
  ]);
}

/** What is known about a checkpoint, its state included. */
export function checkpointFacts(checkpoint: CheckpointNote): FactGroup[] {
  const { step, source, next, id, parent, thread, ns, t } = checkpoint;
  const state = Object.entries(checkpoint.state ?? checkpoint.knownState() ?? {});
  return withFacts([
    {
      title: "Checkpoint",
      facts: [
        ...fact("Step", step),
        ...fact("Source", source),
        ...fact("Next", next.length > 0 ? next : "nothing: the graph is at its end"),
        ...fact("Saved after", duration(t)),
        ...fact("Id", id),
        ...fact("Parent", parent),
        ...fact("Thread", thread),
        ...fact("Namespace", ns.join(" / ")),
      ],
    },
    { title: "State", facts: state.flatMap(([name, value]) => longFact(name, value)) },
  ]);
}

/** What is known about one token: when it came, and the piece of the stream that it was. */
export function tokenFacts(block: Block, index: number): FactGroup[] {
  const { message, tokens } = block;
  const { ns, node, step, task } = message;
  const text = block.text.slice(tokens.start(index), tokens.end(index));
  const t = tokens.time(index);
  const chunk = { type: "delta", t, ns, task, node, step, message: message.key };
  const first: Fact[] = index === 0 ? [] : fact("Gap before", gap(t - tokens.time(index - 1)));
  return [
    {
      title: "Token",
      facts: [
        ...fact("Text", JSON.stringify(text)),
        ...fact("Number", `${count(index + 1)} of ${count(tokens.length)}`),
        ...fact("Kind", block.kind.replace("_", " ")),
        ...fact("Block", block.index),
      ],
    },
    {
      title: "Timing",
      facts: [
        ...fact("Came after", duration(t)),
        ...first,
        ...fact("Since the message began", duration(t - message.started)),
      ],
    },
    {
      title: "Raw",
      facts: longFact("Chunk", { ...chunk, block: block.index, kind: block.kind, text }),
    },
  ];
}

/** A gap between tokens: most are shorter than a millisecond or two. */
function gap(ns: number): string {
  return ns < 10_000_000 ? `${(ns / 1_000_000).toFixed(2)} ms` : duration(ns);
}

/** What is known about a tool call. */
export function callFacts(block: Block, run: RunState): FactGroup[] {
  const tool = run.tools.get(block.callId);
  const { started = null, finished = null } = tool ?? {};
  const text = block.text.toString();
  return withFacts([
    {
      title: "Tool call",
      facts: [
        ...fact("Tool", block.name),
        ...fact("Id", block.callId),
        ...fact("State", tool?.phase),
        ...fact("Ran in", tool?.node),
        ...fact("Began after", started === null ? null : duration(started)),
        ...fact(
          "Duration",
          started === null || finished === null ? null : duration(finished - started),
        ),
      ],
    },
    {
      title: "Raw",
      facts: [
        ...longFact("Arguments", prettyJson(text) ?? text),
        ...longFact("Result", tool?.data),
      ],
    },
  ]);
}
