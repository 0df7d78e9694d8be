import { describe, expect, test } from "vitest";
import { RunState } from "../../src/model/runState";
import { fixture } from "../fixtures";

function folded(name: string): RunState {
  const run = new RunState();
  for (const event of fixture(name).events) run.applyEvent(event);
  return run;
}

const texts = (value: unknown) => (value as { content: string }[]).map(({ content }) => content);

describe("the state at a task", () => {
  test("before and after it", () => {
    const run = folded("joke");
    const [task] = run.tasks.all;
    if (!task) throw new Error("no task");
    const { before, after } = run.stateAt(task);

    expect(before).toEqual({ topic: "ice cream" });
    expect(after).toEqual({ ...before, joke: "Why did the cone cry?" });
  });

  test("a list grows by what was appended", () => {
    const run = folded("agent");
    const after = run.tasks.all.map((task) => texts(run.stateAt(task).after?.messages));

    expect(after.map((each) => each.length)).toEqual([2, 3, 4]);
    expect(after[2]?.slice(0, 3)).toEqual(after[1]);
  });

  test("unknown of a task of another run", () => {
    const [other] = folded("agent").tasks.all;
    if (!other) throw new Error("no task");

    expect(folded("joke").stateAt(other)).toEqual({ before: null, after: null });
  });

  test("not there during the superstep", () => {
    const run = new RunState();
    const { events } = fixture("joke");
    const finish = events.findIndex(({ type }) => type === "task-finish");
    for (const event of events.slice(0, finish + 1)) run.applyEvent(event);
    const [task] = run.tasks.all;
    if (!task) throw new Error("no task");

    expect(run.stateAt(task).after).toBeNull();
    for (const event of events.slice(finish + 1)) run.applyEvent(event);
    expect(run.stateAt(task).after).not.toBeNull();
  });
});

describe("tool calls", () => {
  test("a sub-agent's messages are within the call that started it", () => {
    const run = folded("sub_agent");
    const around = run.messages.map(({ ns }) => run.tools.around(ns)?.call_id ?? null);

    expect(new Set(around)).toEqual(new Set([null, "call_1", "call_2"]));
    for (const message of run.messages) {
      expect(run.tools.around(message.ns) !== undefined).toBe(message.agent === "researcher");
      expect(run.tools.around([...message.ns, "deeper:1"])?.call_id).toBe(
        run.tools.around(message.ns)?.call_id,
      );
    }
  });

  test("their input, output and errors", () => {
    const [weather, count, broken] = folded("tooled_agent").tools.all;

    expect(weather).toMatchObject({ phase: "finished", input: { city: "Oslo" } });
    expect(count).toMatchObject({ progress: [0, 1], data: "2 counted" });
    expect(broken).toMatchObject({ phase: "failed", data: "it broke: rust" });
  });
});

test("a block of reasoning has its beginning and end", () => {
  const blocks = folded("thinking").messages.flatMap((message) => message.blocks);
  const reasoning = blocks.find(({ kind }) => kind === "reasoning");

  expect(reasoning?.started).toBe(reasoning?.tokens.time(0));
  expect(reasoning?.ended).toBe(reasoning?.tokens.time(1));
});
