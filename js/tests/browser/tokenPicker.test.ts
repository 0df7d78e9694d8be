import { afterEach, describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { Demo } from "../demo";
import { buttonNamed, cleanUp, drawn, FakeKernel, texts } from "./fakeKernel";

afterEach(() => {
  getSelection()?.removeAllRanges();
  cleanUp();
});

const RICH = `## A title of some words

Plain text with **bold words**, *thin* ones, \`code\` and a [link here](https://a.example/and/more) and on.

- first item
- second [x](https://b.example/item) thing

| left | right |
|------|------:|
| one  | two   |

\`\`\`py
def answer(): return 42
\`\`\`

> quoted at last`;

async function show(demo: Demo, width = 900) {
  await page.viewport(width + 60, 1000);
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  kernel.send(demo.writer.events);
  const el = kernel.render(width);
  await drawn(8);
  return { kernel, el, title: () => texts(el, ".lgn-side-title")[0] };
}

/** Click at a point, as a mouse would. */
function clickAt(x: number, y: number): void {
  const target = document.elementFromPoint(x, y);
  const at = { bubbles: true, cancelable: true, clientX: x, clientY: y };
  target?.dispatchEvent(new MouseEvent("click", at));
}

/** The words that are drawn in an element, each with the middle of its place. */
function words(root: Element): { word: string; node: Text; from: number }[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    if (node.parentElement?.closest("a, button, .lgn-code-head")) continue;
    for (const { 0: word, index } of node.data.matchAll(/[\w]+/g)) {
      found.push({ word, node, from: index });
    }
  }
  return found;
}

function clickOn({ node, from, word }: { node: Text; from: number; word: string }): void {
  const range = document.createRange();
  range.setStart(node, from);
  range.setEnd(node, from + word.length);
  node.parentElement?.scrollIntoView({ block: "center" });
  const { left, width, top, height } = range.getBoundingClientRect();
  clickAt(left + width / 2, top + height / 2);
}

const marked = () => [...(CSS.highlights.get("lgn-token") ?? [])].map(String);

describe("a click on a text", () => {
  test("chooses the token at its place, whatever it is marked up with, and marks it", async () => {
    const { el, title } = await show(new Demo().input("Hi").answer("write", RICH));
    const body = el.querySelector(".lgn-markdown") as Element;
    const all = words(body);
    expect(all.length).toBeGreaterThan(25);
    const wrong = [];
    for (const each of all) {
      clickOn(each);
      const [mark] = texts(el, ".lgn-token-context mark");
      if (!mark?.includes(each.word) || !marked().join("").includes(each.word)) {
        wrong.push([each.word, mark, marked()]);
      }
    }
    expect(wrong).toEqual([]);
    expect(title()).toMatch(/^token \d+$/);
  });

  test("of the second part of a long one, and of reasoning", async () => {
    const demo = new Demo().input("Hi");
    const { writer } = demo;
    writer.task("write");
    const key = demo.message();
    writer.say("Let us think.", key, "reasoning", 0);
    writer.say(`${"Some words go by. ".repeat(20)}\n\n`.repeat(30), key, "text", 1);
    writer.say("The needle is here.", key, "text", 1).finish(key).finishTask();
    const { el } = await show(demo);
    expect(el.querySelectorAll(".lgn-body > .lgn-text .lgn-section").length).toBeGreaterThan(1);
    const last = [...el.querySelectorAll(".lgn-body > .lgn-text .lgn-section")].at(-1) as Element;
    const needle = words(last).find(({ word }) => word === "needle");
    clickOn(needle as NonNullable<typeof needle>);
    expect(texts(el, ".lgn-token-context mark")).toEqual(["needle"]);
    const thought = el.querySelector("details") as HTMLDetailsElement;
    thought.open = true;
    await drawn();
    const think = words(thought).find(({ word }) => word === "think");
    clickOn(think as NonNullable<typeof think>);
    expect(texts(el, ".lgn-token-context mark")).toEqual(["think."]);
    expect(marked()).toEqual(["think."]);
  });

  test("shows its time, the gap before it, and the chunk; arrows move on from there", async () => {
    const { el, title } = await show(new Demo().input("Hi").answer("write", "One two three."));
    const two = words(el.querySelector(".lgn-markdown") as Element)[1];
    clickOn(two as NonNullable<typeof two>);
    await drawn();
    const rows = texts(el, ".lgn-sidebar dt");
    expect(rows).toEqual(expect.arrayContaining(["Came after", "Gap before"]));
    expect(texts(el, ".lgn-sidebar summary")).toContain("Chunk");
    el.querySelector<HTMLElement>(".lgn-scroller")?.focus();
    await userEvent.keyboard("{ArrowRight}");
    expect(title()).toBe("token 3");
    expect(marked()).toEqual(["three."]);
    await userEvent.keyboard("{Escape}");
    expect(title()).toBe("Run");
    expect(marked()).toEqual([]);
  });

  test("beside it chooses the message, on a link nothing, and a selection stays", async () => {
    const { el, title } = await show(new Demo().input("Hi").answer("write", RICH));
    const body = el.querySelector(".lgn-markdown") as HTMLElement;
    const link = el.querySelector(".lgn-markdown a") as HTMLElement;
    link.addEventListener("click", (event) => event.preventDefault());
    link.click();
    expect(title()).toBe("Run");
    const paragraph = body.querySelector("p") as HTMLElement;
    getSelection()?.selectAllChildren(paragraph);
    clickOn(words(paragraph)[0] as ReturnType<typeof words>[number]);
    expect(title()).toBe("Run");
    expect(String(getSelection())).toContain("Plain text");
    getSelection()?.removeAllRanges();
    const heading = body.querySelector("h4") as HTMLElement;
    heading.scrollIntoView({ block: "center" });
    const { right, top, height } = heading.getBoundingClientRect();
    clickAt(right - 5, top + height / 2);
    expect(title()).toBe("ai message");
  });

  test("of what did not stream chooses the message", async () => {
    const { el, title } = await show(new Demo().input("Hello there"));
    clickOn(words(el.querySelector(".lgn-body") as Element)[0] as ReturnType<typeof words>[number]);
    expect(title()).toBe("human message");
  });

  test("in one view leaves the other's choice alone", async () => {
    const { el, kernel, title } = await show(new Demo().input("Hi").answer("write", "One two."));
    const other = kernel.render(900);
    await drawn(8);
    clickOn(
      words(el.querySelector(".lgn-markdown") as Element)[0] as ReturnType<typeof words>[number],
    );
    expect(title()).toBe("token 1");
    expect(texts(other, ".lgn-side-title")).toEqual(["Run"]);
  });
});

describe("a click on a tool's card", () => {
  const CALL = [{ id: "c1", name: "get_weather", args: '{"city": "Lisbon"}' }];

  /** Click into the middle of something that is shown. */
  async function into(el: HTMLElement, selector: string): Promise<void> {
    const found = el.querySelector(selector) as HTMLElement;
    found.scrollIntoView({ block: "center" });
    await drawn(2);
    const { left, width, top, height } = found.getBoundingClientRect();
    clickAt(left + width / 2, top + height / 2);
    await drawn(2);
  }

  test("chooses the call, by its arguments, its result and its frame", async () => {
    const demo = new Demo().calls("model", CALL).begin("c1", "get_weather");
    const { el, title } = await show(demo.result("c1", "get_weather", "Clear."));
    for (const part of [
      ".lgn-call-args code",
      ".lgn-result code",
      ".lgn-call-status",
      ".lgn-result",
    ]) {
      expect(title()).toBe("Run");
      await into(el, part);
      expect(title()).toBe("get_weather");
      expect(texts(el, ".lgn-call-head [aria-pressed=true]")).toEqual(["get_weather"]);
      buttonNamed(el, "Run").click();
    }
  });

  test("does so in a lane and in a group, and leaves what runs inside to itself", async () => {
    const demo = new Demo().input("Hi");
    const { writer } = demo;
    writer.task("a", "a1").task("b", "b1");
    for (const [node, id] of [
      ["a", "x1"],
      ["b", "x2"],
    ] as const) {
      writer.at({ node, task: `${node}1` });
      const key = demo.message();
      const call = { message: key, kind: "tool_call", call_id: id, name: `look_${id}` };
      writer.token('{"q": 1}', call as object).finish(key);
    }
    writer.task("agent", "g1", ["team:t"]);
    const key = demo.message({ ns: ["team:t"] });
    const call = { message: key, kind: "tool_call", call_id: "c1", name: "inner" };
    writer.token("{}", call as object).finish(key);
    demo.begin("c1", "inner").enter("c1", ["tools:tool-c1"]);
    demo.answer("model", "Inside.", "i1", ["tools:tool-c1"]);
    const { el, title } = await show(demo, 1100);
    await into(el, ".lgn-lanes > .lgn-lane:nth-of-type(2) .lgn-call-args code");
    expect(title()).toBe("look_x2");
    await into(el, ".lgn-subgraph .lgn-call-args code");
    expect(title()).toBe("inner");
    const inside = el.querySelector(".lgn-call-inside .lgn-markdown") as Element;
    clickOn(words(inside)[0] as ReturnType<typeof words>[number]);
    expect(title()).toBe("token 1");
  });
});
