import { describe, expect, test } from "vitest";
import { Store } from "../../src/model/runState";
import { fixture } from "../fixtures";

function folded(name: string): Store {
  const store = new Store();
  for (const event of fixture(name).events) store.applyEvent(event);
  return store;
}

const texts = (value: unknown) => (value as { content: string }[]).map(({ content }) => content);

describe("the state at a task", () => {
  test("before and after it", () => {
    const store = folded("joke");
    const [task] = store.tasks.all;
    if (!task) throw new Error("no task");
    const { before, after } = store.stateAt(task);

    expect(before).toEqual({ topic: "ice cream" });
    expect(after).toEqual({ ...before, joke: "Why did the cone cry?" });
  });

  test("a list grows by what was appended", () => {
    const store = folded("agent");
    const after = store.tasks.all.map((task) => texts(store.stateAt(task).after?.messages));

    expect(after.map((each) => each.length)).toEqual([2, 3, 4]);
    expect(after[2]?.slice(0, 3)).toEqual(after[1]);
  });

  test("unknown of a task of another run", () => {
    const [other] = folded("agent").tasks.all;
    if (!other) throw new Error("no task");

    expect(folded("joke").stateAt(other)).toEqual({ before: null, after: null });
  });

  test("not there while the superstep goes on", () => {
    const store = new Store();
    const { events } = fixture("joke");
    const finish = events.findIndex(({ type }) => type === "task-finish");
    for (const event of events.slice(0, finish + 1)) store.applyEvent(event);
    const [task] = store.tasks.all;
    if (!task) throw new Error("no task");

    expect(store.stateAt(task).after).toBeNull();
    for (const event of events.slice(finish + 1)) store.applyEvent(event);
    expect(store.stateAt(task).after).not.toBeNull();
  });
});

describe("tool calls", () => {
  test("a sub-agent's messages are within the call that started it", () => {
    const store = folded("sub_agent");
    const around = store.messages.map(({ ns }) => store.tools.around(ns)?.call_id ?? null);

    expect(new Set(around)).toEqual(new Set([null, "call_1", "call_2"]));
    for (const message of store.messages) {
      expect(store.tools.around(message.ns) !== undefined).toBe(message.agent === "researcher");
      expect(store.tools.around([...message.ns, "deeper:1"])?.call_id).toBe(
        store.tools.around(message.ns)?.call_id,
      );
    }
  });

  test("what they were given, told and failed with", () => {
    const [weather, count, broken] = folded("tooled_agent").tools.all;

    expect(weather).toMatchObject({ phase: "finished", input: { city: "Oslo" } });
    expect(count).toMatchObject({ progress: [0, 1], data: "2 counted" });
    expect(broken).toMatchObject({ phase: "failed", data: "it broke: rust" });
  });
});

test("a block of reasoning tells when it began and ended", () => {
  const blocks = folded("thinking").messages.flatMap((message) => message.blocks);
  const reasoning = blocks.find(({ kind }) => kind === "reasoning");

  expect(reasoning?.started).toBe(reasoning?.tokens.time(0));
  expect(reasoning?.ended).toBe(reasoning?.tokens.time(1));
});
