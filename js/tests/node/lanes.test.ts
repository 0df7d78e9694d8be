import { describe, expect, test } from "vitest";
import type { Task } from "../../src/model/tasks";
import { hostTask, Lanes, RunningTasks } from "../../src/view/transcript/lanes";

function task(id: string, started: number, finished: number | null, ns: string[] = []): Task {
  const rest = { node: id, step: null, triggers: [], attempt: 1, error: null, result: null };
  return { id, ns, started, finished, interrupts: [], ...rest };
}

function lanes(...tasks: Task[]): Lanes {
  return new Lanes((id) => tasks.find((each) => each.id === id));
}

describe("lanes", () => {
  test("tasks that follow each other have a row each", () => {
    const flow = lanes(task("a", 0, 5), task("b", 5, 9));
    expect(flow.place("a")).toEqual({ row: 0, lane: 0 });
    expect(flow.place("b")).toEqual({ row: 1, lane: 0 });
  });

  test("tasks at the same time share a row, in the order of their messages", () => {
    const flow = lanes(task("a", 0, 9), task("b", 1, 8), task("c", 2, 4));
    expect(["b", "a", "c", "a", "b"].map((id) => flow.place(id))).toEqual([
      { row: 0, lane: 0 },
      { row: 0, lane: 1 },
      { row: 0, lane: 2 },
      { row: 0, lane: 1 },
      { row: 0, lane: 0 },
    ]);
  });

  test("a task that writes after a sibling has ended is still beside it", () => {
    const flow = lanes(task("a", 0, 3), task("b", 1, 9));
    flow.place("a");
    expect(flow.place("b")).toEqual({ row: 0, lane: 1 });
  });

  test("what follows within a row goes below what it follows", () => {
    // As in the functional API: the entrypoint is at work all the time.
    const flow = lanes(task("entry", 0, 99), task("first", 1, 5), task("second", 6, 9));
    flow.place("entry");
    expect(flow.place("first")).toEqual({ row: 0, lane: 1 });
    expect(flow.place("second")).toEqual({ row: 0, lane: 1 });
  });

  test("messages of no task have rows of their own, those of unknown tasks as well", () => {
    const flow = lanes(task("a", 0, null));
    expect(flow.place(null)).toEqual({ row: 0, lane: 0 });
    expect(flow.place("a")).toEqual({ row: 1, lane: 0 });
    expect(flow.place(null)).toEqual({ row: 2, lane: 0 });
    expect(flow.place("x")).toEqual({ row: 3, lane: 0 });
    expect(flow.place("y")).toEqual({ row: 4, lane: 0 });
  });

  test("a stored run is laid out as it was live", () => {
    const spans = [
      [0, 9],
      [1, 4],
      [2, 12],
      [12, 20],
      [13, 15],
      [20, 30],
    ];
    const order = [1, 0, 2, 1, 3, 4, 5, 5];
    const times = [3, 4, 5, 3.5, 14, 14.5, 22, 23];
    const live = spans.map(([start = 0], index) => task(String(index), start, null));
    const stored = spans.map(([start = 0, end = 0], index) => task(String(index), start, end));
    const [before, after] = [lanes(...live), lanes(...stored)];
    for (const [at, index] of order.entries()) {
      for (const [which, [, end = 0]] of spans.entries()) {
        const each = live[which];
        if (each && end <= (times[at] ?? 0)) each.finished = end;
      }
      expect(before.place(String(index))).toEqual(after.place(String(index)));
    }
  });
});

describe("hosts", () => {
  test("a namespace hangs from the task in its last segment", () => {
    expect(hostTask(["team:t1", "tools:t2"])).toEqual({
      ns: ["team:t1"],
      task: "t2",
      node: "tools",
    });
    expect(hostTask(["odd:name:t1"])).toEqual({ ns: [], task: "name:t1", node: "odd" });
  });

  test("a second graph called by the same task hangs from that task as well", () => {
    expect(hostTask(["tools:t2", "1"])).toEqual({ ns: [], task: "t2", node: "tools" });
  });
});

test("the tasks at work in one graph, as time passes", () => {
  const all = [task("a", 0, 5), task("x", 1, 9, ["sub:1"]), task("b", 2, null)];
  const busy = new RunningTasks(all, []);
  const ids = (t: number) => busy.at(t).map(({ id }) => id);
  expect([ids(1), ids(3), ids(5)]).toEqual([["a"], ["a", "b"], ["b"]]);
  all.push(task("c", 6, 7));
  expect([ids(6), ids(7)]).toEqual([["b", "c"], ["b"]]);
});
