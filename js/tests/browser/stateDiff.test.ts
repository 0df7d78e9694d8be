import axe from "axe-core";
import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { errorBox } from "../../src/view/cards/errorBox";
import { stateDiff } from "../../src/view/sidebar/sections/stateDiff";
import { Writer } from "../log";
import { buttonNamed, cleanUp, drawn, FakeKernel, texts } from "./fakeKernel";

afterEach(() => {
  cleanUp();
  localStorage.clear();
});

const PLACE = { ns: [], task: null, node: null, step: null };
const values = (set: object, append: object = {}) => ({
  type: "values" as const,
  ...PLACE,
  set,
  append,
  removed: [],
});

describe("a state", () => {
  const shown = (before: object | null, after: object | null) => {
    const element = stateDiff({ before, after } as Parameters<typeof stateDiff>[0]);
    document.body.append(element ?? "");
    return element as HTMLElement;
  };
  const read = (element: HTMLElement, of: string) =>
    [...element.querySelectorAll(of)].map((each) => each.textContent);

  test("has what changed marked, before and after", () => {
    const element = shown(
      { topic: "ice", n: 1, same: [1] },
      { topic: "ice", n: 2, same: [1], x: "y" },
    );
    expect(read(element, "del")).toEqual(["− 1"]);
    expect(read(element, "ins")).toEqual(["+ 2", "+ y"]);
    expect(read(element, "summary")).toEqual(["2 unchanged"]);
    expect(read(element, "dt")).toEqual(["topic", "same"]);
    element.remove();
  });

  test("shows of a list that has grown what was added", () => {
    const element = shown({ messages: ["hi"] }, { messages: ["hi", "hello <b>there</b>"] });
    expect(read(element, "ins")).toEqual(["+ hello <b>there</b>"]);
    expect(read(element, "del")).toEqual([]);
    expect(element.textContent).toContain("1 as before");
    element.remove();
  });

  test("says so where nothing has changed, and nothing where none is known", () => {
    expect(shown({ a: 1 }, { a: 1 }).textContent).toContain("Nothing has changed.");
    expect(stateDiff({ before: null, after: null })).toBeNull();
    expect(shown({ a: 1 }, null).textContent).toContain("State, before");
    for (const each of document.querySelectorAll(".lgn-state-diff")) each.remove();
  });

  test("is shown for the execution that the reader selects", async () => {
    const kernel = new FakeKernel({ count: 1, status: "running" }).open();
    const writer = new Writer().start().task("write");
    writer.message();
    writer.say("A joke.");
    writer.finish();
    const { events } = writer.finishTask();
    const before = { ...values({ topic: "ice" }), seq: 1, t: 0 };
    const after = { ...values({ joke: "A joke." }), t: 0 };
    const [start, ...rest] = events;
    const log = [start, before, ...rest, after].map((event, seq) => ({ ...event, seq }));
    kernel.send(log as typeof events);
    const el = kernel.render();
    await drawn();
    el.querySelector<HTMLElement>(".lgn-select")?.click();
    await drawn();
    const crumbs = [...el.querySelectorAll<HTMLElement>(".lgn-breadcrumbs button")];
    crumbs.find((crumb) => crumb.textContent === "write")?.click();
    await drawn();
    expect(texts(el, ".lgn-state-diff ins")).toEqual(["+ A joke."]);
    expect(texts(el, ".lgn-state-diff summary")).toEqual(["1 unchanged"]);
    const { violations } = await axe.run(el, { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
  });
});

test("an exception begins with the line of one's own that it came from", () => {
  const source = { file: "cell In[3]", line: 2, function: "write", text: "raise ValueError(1)" };
  const element = errorBox({ type: "ValueError", message: "1", traceback: "…", source });
  expect(element.querySelector(".lgn-source")?.textContent).toBe(
    "raise ValueError(1) cell In[3], line 2, in write",
  );
  const parts = [...element.children].map((each) => each.className);
  expect(parts.indexOf("lgn-source")).toBeLessThan(parts.indexOf("lgn-plain"));
  expect(
    errorBox({ type: "E", message: "", traceback: null }).querySelector(".lgn-source"),
  ).toBeNull();
});

test("g shows and hides the graph", async () => {
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  kernel.send(new Writer().start().task("write").events);
  const el = kernel.render();
  await drawn();
  const graph = buttonNamed(el, "Graph");
  const before = graph.getAttribute("aria-pressed");
  el.querySelector<HTMLElement>(".lgn-scroller")?.focus();
  await userEvent.keyboard("g");
  await drawn();
  expect(graph.getAttribute("aria-pressed")).toBe(before === "true" ? "false" : "true");
});
