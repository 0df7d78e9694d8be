import { describe, expect, test } from "vitest";
import type { Task } from "../../src/model/tasks";
import type { Topology } from "../../src/protocol/events.gen";
import { planBoxes } from "../../src/view/graph/boxes";
import { graphModel } from "../../src/view/graph/graphModel";
import { type Box, type BoxEdge, type Layout, layout } from "../../src/view/graph/layout";

/** Numbers that look random, and are the same each time. */
function chance(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** A graph with circles, self-loops, parallel ways, labels and nodes that nothing leads to. */
function graph(seed: number): { boxes: Box[]; ways: BoxEdge[] } {
  const pick = chance(seed);
  const count = 1 + pick(60);
  const boxes = Array.from({ length: count }, (_, at) => ({
    id: `n${at}`,
    width: 20 + pick(180),
    height: 12 + pick(60),
  }));
  const ways = Array.from({ length: pick(2 * count) }, () => ({
    source: `n${pick(count)}`,
    target: `n${pick(count)}`,
    ...(pick(4) === 0 ? { width: 20 + pick(60), height: 16 } : {}),
  }));
  return { boxes, ways };
}

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);

describe.each([false, true])("a layout, across: %s", (across) => {
  test.each(SEEDS)("has no two boxes in one place, and all within bounds (graph %i)", (seed) => {
    const { boxes, ways } = graph(seed);
    const { boxes: places, width, height } = layout(boxes, ways, across);
    const rectangles = boxes.map((box) => {
      const [x, y] = places.get(box.id) ?? [Number.NaN, Number.NaN];
      return {
        l: x - box.width / 2,
        r: x + box.width / 2,
        t: y - box.height / 2,
        b: y + box.height / 2,
      };
    });
    for (const [at, a] of rectangles.entries()) {
      expect(a.l).toBeGreaterThanOrEqual(-0.01);
      expect(a.t).toBeGreaterThanOrEqual(-0.01);
      expect(a.r).toBeLessThanOrEqual(width + 0.01);
      expect(a.b).toBeLessThanOrEqual(height + 0.01);
      for (const b of rectangles.slice(at + 1)) {
        if (a.r > b.l && b.r > a.l && a.b > b.t && b.b > a.t) expect.fail(JSON.stringify([a, b]));
      }
    }
  });

  test.each(SEEDS)("leads every way but those of circles onwards (graph %i)", (seed) => {
    const { boxes, ways } = graph(seed);
    const { routes } = layout(boxes, ways, across);
    const back = new Set<number>();
    for (const [at, { points }] of routes.entries()) {
      const { source, target } = ways[at] as BoxEdge;
      if (source === target) continue;
      const along = points.map(([x, y]) => (across ? x : y));
      const steps = along.slice(1).map((each, index) => each - (along[index] ?? 0));
      const onwards = steps.every((step) => step >= -0.01);
      expect(onwards || steps.every((step) => step <= 0.01)).toBe(true);
      if (!onwards) back.add(at);
    }
    // Without the ways that lead back there is no circle left.
    const out = new Map<string, string[]>();
    for (const [at, { source, target }] of ways.entries()) {
      if (back.has(at) || source === target) continue;
      out.set(source, [...(out.get(source) ?? []), target]);
    }
    const path = new Set<string>();
    const done = new Set<string>();
    const visit = (id: string) => {
      expect(path.has(id)).toBe(false);
      if (done.has(id)) return;
      path.add(id);
      for (const next of out.get(id) ?? []) visit(next);
      path.delete(id);
      done.add(id);
    };
    for (const { id } of boxes) visit(id);
  });

  test.each(SEEDS.slice(0, 10))("is the same each time (graph %i)", (seed) => {
    const { boxes, ways } = graph(seed);
    const flat = ({ boxes: at, ...rest }: Layout) => JSON.stringify([[...at], rest]);
    expect(flat(layout(boxes, ways, across))).toBe(flat(layout(boxes, ways, across)));
  });
});

describe("a layout", () => {
  const box = (id: string): Box => ({ id, width: 100, height: 40 });
  const way = (source: string, target: string): BoxEdge => ({ source, target });

  test("puts a line of boxes under each other, straight", () => {
    const { boxes } = layout(["a", "b", "c"].map(box), [way("a", "b"), way("b", "c")]);
    const [a, b, c] = ["a", "b", "c"].map((id) => boxes.get(id) ?? [0, 0]);
    expect([a?.[0], b?.[0], c?.[0]]).toEqual([50, 50, 50]);
    expect([a?.[1], b?.[1], c?.[1]]).toEqual([20, 94, 168]);
  });

  test("puts branches side by side, around where they come from", () => {
    const { boxes } = layout(["a", "b", "c", "d"].map(box), [
      ...[way("a", "b"), way("a", "c")],
      ...[way("b", "d"), way("c", "d")],
    ]);
    const at = (id: string) => boxes.get(id) ?? [0, 0];
    expect(at("b")[1]).toBe(at("c")[1]);
    expect(at("a")[0]).toBeCloseTo((at("b")[0] + at("c")[0]) / 2);
    expect(at("d")[0]).toBeCloseTo(at("a")[0]);
  });

  test("keeps two lines between the same boxes apart", () => {
    const { routes } = layout(["a", "b"].map(box), [way("a", "b"), way("b", "a")]);
    const [there, back] = routes.map(({ points }) => points);
    expect(there?.[0]?.[0]).not.toBe(back?.at(-1)?.[0]);
    expect(back?.[0]?.[1]).toBeGreaterThan(back?.at(-1)?.[1] ?? 0);
  });

  test("uncrosses what need not cross", () => {
    const ids = ["a", "b", "x", "y"];
    const { boxes } = layout(ids.map(box), [way("a", "y"), way("b", "x")]);
    const [a, b, x, y] = ids.map((id) => boxes.get(id)?.[0] ?? 0) as [
      number,
      number,
      number,
      number,
    ];
    expect((a - b) * (y - x)).toBeGreaterThan(0);
  });

  test("has room for nothing at all", () => {
    expect(layout([], [])).toMatchObject({ width: 0, height: 0, routes: [] });
  });
});

function topology(nodes: string[], ways: [string, string, boolean?][] = []): Topology {
  return {
    nodes: nodes.map((id) => ({
      id,
      label: id.split("|").at(-1) ?? "",
      kind: nodes.some((each) => each.startsWith(`${id}|`)) ? "subgraph" : "node",
      parent: id.includes("|") ? id.slice(0, id.lastIndexOf("|")) : null,
    })),
    edges: ways.map(([source, target, conditional = false]) => ({
      ...{ source, target, conditional },
      label: conditional ? "yes" : null,
    })),
    omitted: 0,
  };
}

let ids = 0;
function task(
  path: string,
  started: number,
  finished: number | null,
  more: Partial<Task> = {},
): Task {
  ids += 1;
  const names = path.split("|");
  return {
    id: `t${ids}`,
    node: names.at(-1) ?? null,
    ns: names.slice(0, -1).map((name) => `${name}:1`),
    ...{ step: null, triggers: [], attempt: 1, started, finished },
    ...{ error: null, result: null, interrupts: [] },
    ...more,
  };
}

const seen = (found: ReturnType<typeof graphModel>) =>
  found.edges
    .filter(({ style }) => style === "seen")
    .map(({ source, target }) => `${source}>${target}`);

describe("a picture", () => {
  test("has each node's status, how often it ran and for how long", () => {
    const { nodes } = graphModel(
      topology(["a", "b", "c", "d", "e"]),
      [
        ...[task("a", 0, 10), task("a", 5, 20), task("a", 100, 105)],
        ...[task("b", 0, 9, { error: { type: "E", message: "", traceback: null, source: null } })],
        ...[task("c", 0, 9, { interrupts: ["i"] }), task("d", 0, null)],
      ],
      true,
      false,
    );
    const told = [...nodes.values()].map(({ status, runs, live, time }) => [
      status,
      runs,
      live,
      time,
    ]);
    expect(told).toEqual([
      ["done", 3, 0, 25],
      ["failed", 1, 0, 9],
      ["waiting", 1, 0, 9],
      ["running", 1, 1, 0],
      ["idle", 0, 0, 0],
    ]);
  });

  test("of a run that is over has nothing at work, nor waiting once that was answered", () => {
    const tasks = [task("a", 0, null), task("b", 0, 9, { interrupts: ["i"] })];
    const { nodes } = graphModel(topology(["a", "b"]), tasks, false, true);
    expect([...nodes.values()].map(({ status, live }) => [status, live])).toEqual([
      ["idle", 0],
      ["done", 0],
    ]);
  });

  test("finds the nodes of subgraphs, called once or more", () => {
    const told = topology(["team", "team|write"]);
    const again = task("team|write", 5, 6, { ns: ["team:1", "1"] });
    const { nodes } = graphModel(told, [task("team|write", 0, 1), again], false, true);
    expect(nodes.get("team|write")?.runs).toBe(2);
    expect(nodes.size).toBe(2);
  });

  test("adds what a node ran without having said so below it, in the order of what ran", () => {
    const found = graphModel(
      topology(["tools"]),
      [
        ...[task("tools", 0, 100), task("tools|model", 1, 10)],
        ...[task("tools|search", 11, 20), task("tools|read", 11, 25), task("tools|model", 30, 40)],
      ],
      false,
      true,
    );
    expect(found.nodes.get("tools")?.kind).toBe("subgraph");
    expect([...found.nodes.keys()]).toEqual(["tools", "tools|model", "tools|search", "tools|read"]);
    expect(seen(found)).toEqual([
      ...["tools|model>tools|search", "tools|model>tools|read"],
      ...["tools|search>tools|model", "tools|read>tools|model"],
    ]);
  });

  test("hangs the tasks that a node called on it", () => {
    const push = { triggers: ["__pregel_push"] };
    const found = graphModel(
      topology(["flow"]),
      [task("flow", 0, 50), task("compose", 1, 9, push), task("check", 10, 19, push)],
      false,
      true,
    );
    expect(seen(found)).toEqual(["flow>compose", "flow>check"]);
  });

  test("leads to a node without a way in the topology from what ran before", () => {
    const found = graphModel(
      topology(["a", "worker"]),
      [task("a", 0, 5), task("worker", 6, 9), task("worker", 6, 8)],
      false,
      true,
    );
    expect(seen(found)).toEqual(["a>worker"]);
  });

  test("of a graph without a topology is made of what ran", () => {
    const found = graphModel(null, [task("a", 0, 5), task("b", 6, 9)], false, true);
    expect([...found.nodes.keys()]).toEqual(["a", "b"]);
    expect(seen(found)).toEqual(["a>b"]);
  });

  test("keeps names as they are, whatever they look like", () => {
    const name = `<img src=x onerror="alert(1)">__proto__`;
    const { nodes } = graphModel(topology([name, "constructor"]), [task(name, 0, 1)], false, true);
    expect(nodes.get(name)).toMatchObject({ label: name, runs: 1 });
  });

  test.each([
    "text",
    42,
    { nodes: "no", edges: 3 },
    { nodes: [{ id: 1 }, { id: "x", parent: "nobody" }], edges: [{ source: "x", target: "y" }] },
  ])("makes the best of a broken recording: %j", (broken) => {
    const found = graphModel(broken as unknown as Topology, [task("a", 0, 1)], false, true);
    expect([...found.nodes.keys()]).toEqual(["a"]);
    expect(found.edges).toEqual([]);
  });

  test("is bounded, and says what it leaves out", () => {
    const tasks = Array.from({ length: 230 }, (_, at) => task(`n${at}`, at, at + 1));
    expect(graphModel(null, tasks, false, true)).toMatchObject({ omitted: 30 });
  });
});

describe("a plan", () => {
  const told = topology(
    ["a", "team", "team|x", "team|y", "b"],
    [
      ["a", "team", true],
      ["team", "b"],
      ["team|x", "team|y"],
    ],
  );
  const measure = (text: string) => text.length * 7;
  const make = (open: boolean, across = false) =>
    planBoxes(graphModel(told, [], false, false), () => open, measure, across);

  test.each([false, true])("draws an open graph's nodes within its box, across: %s", (across) => {
    const { nodes, width, height } = make(true, across);
    const find = (id: string) => nodes.find(({ node }) => node.id === id);
    const box = find("team");
    if (!box) throw new Error("no box");
    expect(box.open).toBe(true);
    for (const id of ["team|x", "team|y"]) {
      const each = find(id);
      if (!each) throw new Error(`no ${id}`);
      expect(each.x).toBeGreaterThanOrEqual(box.x);
      expect(each.y).toBeGreaterThan(box.y + 20);
      expect(each.x + each.width).toBeLessThanOrEqual(box.x + box.width);
      expect(each.y + each.height).toBeLessThanOrEqual(box.y + box.height);
    }
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
  });

  test("leaves out what is in a closed one", () => {
    const { nodes, edges } = make(false);
    expect(nodes.map(({ node }) => node.id)).toEqual(["a", "team", "b"]);
    expect(edges).toHaveLength(2);
  });

  test("gives a label a place of its own on the line", () => {
    const { nodes, edges } = make(false);
    const label = edges.find(({ edge }) => edge.label)?.label;
    if (!label) throw new Error("no label");
    for (const { y, height } of nodes) expect(label[1] < y || label[1] > y + height).toBe(true);
  });

  test("lets no name, however long, take all the room", () => {
    const long = topology(["n".repeat(5000)]);
    const { width } = planBoxes(graphModel(long, [], false, false), () => true, measure, false);
    expect(width).toBeLessThan(250);
  });

  test("measures each name once", () => {
    const names = Array.from({ length: 60 }, (_, at) => `n${at}`);
    const ways = names.flatMap((name, at) =>
      [1, 2, 5].map((far) => [name, names[(at + far) % 60] ?? name] as [string, string]),
    );
    let measured = 0;
    planBoxes(
      graphModel(topology(names, ways), [], false, false),
      () => true,
      (text) => {
        measured += 1;
        return text.length;
      },
      false,
    );
    expect(measured).toBe(60);
  });
});
