import { expect, test } from "vitest";
import { continueCode, readStateCode } from "../../src/codegen/checkpointCode";
import { RunState } from "../../src/model/runState";
import { checkpointFacts } from "../../src/view/sidebar/sections/checkpointSection";
import { fixture } from "../fixtures";

function saved(): RunState {
  const run = new RunState();
  for (const event of fixture("saved").events) run.applyEvent(event);
  return run;
}

const first = (ns: number) => {
  const found = saved().checkpoints.find((each) => each.ns.length === ns && each.next.length > 0);
  if (!found) throw new Error("no such checkpoint");
  return found;
};

test("the code that gets a state, and that continues from it", () => {
  const { id } = first(0);
  const config = [
    'thread = "1"',
    `config = {"configurable": {"thread_id": thread, "checkpoint_id": "${id}"}}`,
  ];
  expect(readStateCode(first(0), "1").split("\n")).toEqual([
    ...config,
    "snapshot = graph.get_state(config)",
    "snapshot.values",
    "",
  ]);
  expect(continueCode(first(0), "1")?.split("\n")).toEqual([
    ...config,
    'for update in graph.stream(None, config, stream_mode="updates"):',
    "    print(update)",
    "",
  ]);
});

test("a subgraph's state is got by its namespace, and nothing continues from it", () => {
  const inner = first(1);
  expect(readStateCode(inner, "1")).toContain(`"checkpoint_ns": "${inner.ns[0]}", "checkpoint_id"`);
  expect(continueCode(inner, "1")).toBeNull();
});

test("nothing continues from the end, and a masked thread has to be filled in", () => {
  const last = saved().checkpoints.at(-1);
  if (!last) throw new Error("no checkpoint");
  expect(continueCode(last, "1")).toBeNull();
  for (const thread of ["[masked]", null, 7]) {
    expect(readStateCode(last, thread)).toMatch(/^thread = \.\.\. {2}# the thread/);
  }
});

test("names in code are written as texts, whatever is in them", () => {
  const odd = { ...first(1), id: 'x"); import os #\n', ns: ['a"b:1'] };
  const [, config] = readStateCode(odd, 'me"').split("\n");
  expect(config).toContain('"a\\"b:1"');
  expect(config).toContain('"x\\"); import os #\\n"');
});

test("what is known about a checkpoint: the thread's state before the input, and after it", () => {
  const [before, after] = saved().checkpoints;
  if (!before || !after) throw new Error("no checkpoints");
  const told = (checkpoint: typeof before) =>
    checkpointFacts(checkpoint).flatMap(({ title, facts }) =>
      facts.map(({ label, value }) => [title, label, typeof value === "string" ? value : value()]),
    );
  const messages = (rows: string[][]) =>
    JSON.parse(rows.find(([title]) => title === "State")?.[2] ?? "[]").length;

  expect(told(before)).toContainEqual(["Checkpoint", "Source", "input"]);
  expect(told(before)).toContainEqual(["Checkpoint", "Id", before.id]);
  expect([messages(told(before)), messages(told(after))]).toEqual([2, 3]);
  expect(told({ ...after, next: [] })).toContainEqual([
    "Checkpoint",
    "Next",
    "nothing: the graph is at its end",
  ]);
});
