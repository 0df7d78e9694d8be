import { describe, expect, test } from "vitest";
import { RunState } from "../../src/model/runState";
import type { FactGroup } from "../../src/view/sidebar/facts";
import { callFacts } from "../../src/view/sidebar/sections/callSection";
import { runFacts } from "../../src/view/sidebar/sections/runSection";
import { taskFacts } from "../../src/view/sidebar/sections/taskSection";
import { tokenFacts } from "../../src/view/sidebar/sections/tokenSection";
import { tokenFrom } from "../../src/view/state/selection";
import { Writer } from "../log";

function fold(writer: Writer): RunState {
  const run = new RunState();
  for (const event of writer.events) run.applyEvent(event);
  return run;
}

function said(groups: FactGroup[]): Record<string, string> {
  return Object.fromEntries(
    groups.flatMap((group) =>
      group.facts.map(({ label, value }) => [label, typeof value === "string" ? value : value()]),
    ),
  );
}

/** A run in which a model reasons, writes and calls a tool. */
function example(): RunState {
  const writer = new Writer().start().task("agent");
  writer.message();
  writer.token("Hm.", { kind: "reasoning" });
  writer.wait(40).token("One ", { block: 1 }).wait(4).token("two", { block: 1 });
  const call = { block: 2, kind: "tool_call" };
  writer.token("", { ...call, call_id: "c1", name: "weather" } as object);
  writer.token('{"city": "Lisbon"}', call);
  writer.finish(0, { usage: { input_tokens: 1, output_tokens: 2000, total_tokens: 2001 } });
  writer.add({ type: "tool", call_id: "c1", name: "weather", phase: "started", data: null });
  writer.wait(99);
  writer.add({ type: "tool", call_id: "c1", name: "weather", phase: "finished", data: "clear" });
  writer.finishTask().end("done", { state: { answer: 42 } });
  return fold(writer);
}

describe("what is known", () => {
  test("about a run", () => {
    expect(said(runFacts(example()))).toMatchObject({
      Status: "done",
      "Node executions": "1",
      Messages: "1",
      "Streamed tokens": "5",
      "Output tokens": "2,000",
      Input: '{\n  "topic": "ice cream"\n}',
      "Final state": '{\n  "answer": 42\n}',
    });
  });

  test("about a run that is still running", () => {
    const known = said(runFacts(fold(new Writer().start().task("agent"))));
    expect(known).toMatchObject({ Status: "running", Messages: "0" });
    expect(Object.keys(known)).not.toContain("Duration");
  });

  test("about an execution of a node", () => {
    const [task] = example().tasks.all;
    if (!task) throw new Error("no task");
    expect(said(taskFacts(task))).toMatchObject({
      Node: "agent",
      Triggers: "branch:to:x",
      State: "done",
      "Began after": "1 ms",
    });
    expect(said(taskFacts({ ...task, finished: null }))).toMatchObject({ State: "unfinished" });
    expect(said(taskFacts({ ...task, interrupts: ["i"] }))).toMatchObject({ State: "asks" });
    const error = { type: "E", message: "", traceback: null };
    expect(said(taskFacts({ ...task, error } as typeof task))).toMatchObject({ State: "failed" });
  });

  test("about a token: when it came, the gap before it, and the chunk", () => {
    const block = example().messages[0]?.blocks[1];
    if (!block) throw new Error("no block");
    const known = said(tokenFacts(block, 1));
    expect(known).toMatchObject({
      Text: '"two"',
      Number: "2 of 2",
      Kind: "text",
      "Gap before": "5.00 ms",
    });
    expect(JSON.parse(known.Chunk ?? "")).toMatchObject({
      type: "delta",
      node: "agent",
      block: 1,
      kind: "text",
      text: "two",
    });
    expect(said(tokenFacts(block, 0))).not.toHaveProperty("Gap before");
  });

  test("about a tool call", () => {
    const run = example();
    const block = run.messages[0]?.blocks[2];
    if (!block) throw new Error("no block");
    expect(said(callFacts(block, run))).toMatchObject({
      Tool: "weather",
      Id: "c1",
      State: "finished",
      Duration: "100 ms",
      Arguments: '{\n  "city": "Lisbon"\n}',
      Result: "clear",
    });
  });
});

test("one goes from token to token, over the borders of blocks, and stops at the ends", () => {
  const [message] = example().messages;
  if (!message) throw new Error("no message");
  const seen: string[] = [];
  let selection = tokenFrom({ kind: "message", message }, 1);
  const note = () => {
    if (selection?.kind === "token") seen.push(`${selection.block.index}.${selection.index}`);
  };
  note();
  for (let step = 0; step < 5; step += 1) {
    selection = tokenFrom(selection, 1);
    note();
  }
  selection = tokenFrom(selection, -2);
  note();
  selection = tokenFrom(selection, -9);
  note();
  expect(seen).toEqual(["0.0", "1.0", "1.1", "2.0", "2.1", "2.1", "1.1", "0.0"]);
  selection = tokenFrom({ kind: "message", message }, -1);
  note();
  expect(seen.at(-1)).toBe("2.1");
  expect(tokenFrom(null, 1)).toBeNull();
});
