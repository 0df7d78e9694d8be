import axe from "axe-core";
import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { Demo } from "../demo";
import { Writer } from "../log";
import { buttonNamed, cleanUp, drawn, FakeKernel, texts } from "./fakeKernel";

afterEach(() => {
  cleanUp();
  localStorage.clear();
});

/** A run with two nodes, a tag, a tool and reasoning; its bar is open. */
async function found() {
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  const writer = new Writer().start().task("plan");
  writer.message({ metadata: { tags: ["short"] } });
  writer.say("Let us see.", 0, "reasoning").say("An **ice** cream plan.", 0, "text", 1).finish(0);
  writer.task("write");
  writer.message();
  writer.say("Ice\ncream melts. ICE CREAM!\n\n- ice\n- cream\n", 1);
  kernel.send(writer.events);
  const el = kernel.render();
  await drawn();
  const open = async (view = el) => {
    view.querySelector<HTMLElement>(".lgn-scroller")?.focus();
    await userEvent.keyboard("/");
    await settled();
    return view.querySelector(".lgn-find input") as HTMLInputElement;
  };
  const box = await open();
  const bodies = () => texts(el, "article .lgn-body");
  const said = () => texts(el, ".lgn-find [role=status]")[0];
  return { kernel, writer, el, box, bodies, said, open };
}

/** Wait for a search, which follows what is typed without delay. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  await drawn();
}

/** The texts of the marked places, all or the current one. */
function marked(name: string): string[] {
  return [...(CSS.highlights.get(name) ?? [])].map((part) => {
    const range = document.createRange();
    range.setStart(part.startContainer, part.startOffset);
    range.setEnd(part.endContainer, part.endOffset);
    return range.toString().replace(/\s+/g, " ");
  });
}

describe("a text", () => {
  test("is found over markup and line ends, and marked; Enter leads on, Shift+Enter back", async () => {
    const { box, said } = await found();
    expect(document.activeElement).toBe(box);
    await userEvent.keyboard("ice cream");
    await settled();
    expect(marked("lgn-hit")).toEqual(["ice cream", "Ice cream", "ICE CREAM"]);
    expect(said()).toBe("3 hits");
    await userEvent.keyboard("{Enter}");
    expect(said()).toBe("1 of 3");
    expect(marked("lgn-hit-current")).toEqual(["ice cream"]);
    await userEvent.keyboard("{Enter}{Enter}{Enter}");
    expect(said()).toBe("1 of 3");
    await userEvent.keyboard("{Shift>}{Enter}{/Shift}");
    expect(said()).toBe("3 of 3");
    expect(marked("lgn-hit-current")).toEqual(["ICE CREAM"]);
  });

  test("is found in later text, and in raw mode as if there were no bars", async () => {
    const { kernel, writer, el, said } = await found();
    await userEvent.keyboard("ice cream");
    await settled();
    writer.say("More ice cream.\n", 1);
    kernel.send(writer.events);
    await expect.poll(said).toBe("4 hits");
    buttonNamed(el, "Raw").click();
    await expect.poll(() => marked("lgn-hit").length).toBe(3);
  });

  test("hides messages without it, if one likes", async () => {
    const { el } = await found();
    await userEvent.keyboard("melts");
    await settled();
    buttonNamed(el, "Hits only").click();
    await drawn();
    const shown = [...el.querySelectorAll<HTMLElement>("article")].filter((each) =>
      each.checkVisibility(),
    );
    expect(shown.map((each) => each.textContent)).toEqual([expect.stringContaining("melts")]);
  });

  test("opens what it is folded into", async () => {
    const { el } = await found();
    await userEvent.keyboard("let us{Enter}");
    await settled();
    await userEvent.keyboard("{Enter}");
    expect(marked("lgn-hit-current")).toEqual(["Let us"]);
    expect(el.querySelector("details")?.open).toBe(true);
  });

  test("that is a pattern to others is taken as it is", async () => {
    const { said } = await found();
    await userEvent.keyboard("plan.");
    await settled();
    expect(said()).toBe("1 hit");
  });

  test("is let go with Escape", async () => {
    const { el } = await found();
    await userEvent.keyboard("cream{Escape}");
    await settled();
    expect(marked("lgn-hit")).toEqual([]);
    expect(el.querySelector(".lgn-find")?.checkVisibility()).toBeFalsy();
    expect(el.contains(document.activeElement)).toBe(true);
  });
});

describe("filters", () => {
  test("are typed in the words of the magic's options", async () => {
    const { box, bodies } = await found();
    await userEvent.keyboard("node:wri");
    await settled();
    expect(bodies()).toHaveLength(2);
    await userEvent.keyboard("te ");
    await settled();
    expect(bodies()).toEqual([expect.stringContaining("melts")]);
    await userEvent.fill(box, "!node:write");
    await userEvent.keyboard("{Enter}");
    await settled();
    expect(bodies()).toEqual([expect.stringContaining("plan")]);
    await userEvent.fill(box, "");
    await settled();
    expect(bodies()).toHaveLength(2);
  });

  test("are offered from what was seen", async () => {
    const { el, box, bodies } = await found();
    await expect
      .poll(() => texts(el, ".lgn-find .lgn-chip"))
      .toEqual(["node:plan", "node:write", "kind:text", "kind:reasoning"]);
    buttonNamed(el, "node:write").click();
    await settled();
    expect(bodies()).toEqual([expect.stringContaining("melts")]);
    expect(buttonNamed(el, "node:write").getAttribute("aria-pressed")).toBe("true");
    expect(el.querySelector(".lgn-status-bar")?.textContent).toContain("only node write");
    box.blur();
    buttonNamed(el, "Show all").click();
    await settled();
    expect(bodies()).toHaveLength(2);
    expect(box.value).toBe("");
  });

  test("leave the answer alone", async () => {
    const { el, box, bodies } = await found();
    box.blur();
    buttonNamed(el, "Answer only").click();
    await settled();
    expect(bodies()).toEqual([expect.stringContaining("melts")]);
    expect(box.value).toBe("node:write kind:text");
  });

  test("are the view's own, as are its search, its details and its choice", async () => {
    const { kernel, el, open } = await found();
    const other = kernel.render();
    await drawn();
    await userEvent.keyboard("ice");
    await settled();
    const count = marked("lgn-hit").length;
    await open(other);
    await userEvent.keyboard("node:plan {Escape}");
    await settled();
    other.querySelector<HTMLElement>(".lgn-select")?.click();
    buttonNamed(other, "Details").click();
    await settled();
    expect(texts(other, "article .lgn-body")).toHaveLength(1);
    expect(texts(el, "article .lgn-body")).toHaveLength(2);
    expect(marked("lgn-hit")).toHaveLength(count);
    expect(texts(el, ".lgn-side-title")).toEqual(["Run"]);
    expect(el.querySelector(".lgn-sidebar-pane")?.checkVisibility()).toBe(true);
    expect(other.querySelector(".lgn-sidebar-pane")?.checkVisibility()).toBe(false);
  });
});

test("a place that was chosen in the graph stays chosen while one finds and filters", async () => {
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  const demo = new Demo().input("Hi").answer("plan", "Outside.");
  demo.answer("model", "Inside, first.", "m1", ["team:t"]);
  demo.answer("check", "Inside, last.", "m2", ["team:t"]);
  kernel.send(demo.answer("write", "Outside again.").writer.events);
  const el = kernel.render();
  await drawn();
  buttonNamed(el, "Graph").click();
  await expect.poll(() => el.querySelector(".lgn-graph-node")).not.toBeNull();
  const team = [...el.querySelectorAll<SVGElement>(".lgn-graph-node")].find((each) =>
    each.getAttribute("aria-label")?.startsWith("team"),
  );
  team?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  const bodies = () => texts(el, "article .lgn-body");
  await expect.poll(bodies).toEqual(["Inside, first.", "Inside, last."]);
  el.querySelector<HTMLElement>(".lgn-scroller")?.focus();
  await userEvent.keyboard("/");
  await settled();
  await userEvent.keyboard("inside node:model ");
  await settled();
  expect(bodies()).toEqual(["Inside, first."]);
  buttonNamed(el, "Answer only").click();
  await settled();
  expect(bodies()).toEqual(["Inside, last."]);
  (document.activeElement as HTMLElement).blur();
  buttonNamed(el, "Show all").click();
  await settled();
  expect(bodies()).toHaveLength(5);
});

test("the bar is accessible, and fits", async () => {
  const { el } = await found();
  await userEvent.keyboard("ice");
  await settled();
  el.style.width = "320px";
  await drawn();
  const { violations } = await axe.run(el, { rules: { region: { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
  const root = el.querySelector(".lgn") as HTMLElement;
  expect(root.scrollWidth).toBeLessThanOrEqual(root.clientWidth);
});

describe("keys", () => {
  test("are listed in a dialog that gives the focus back", async () => {
    const { el } = await found();
    const scroller = el.querySelector<HTMLElement>(".lgn-scroller");
    scroller?.focus();
    await userEvent.keyboard("?");
    await expect.poll(() => el.querySelector("dialog")?.open).toBe(true);
    const { violations } = await axe.run(el, { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => el.querySelector("dialog")).toBeNull();
    expect(document.activeElement).toBe(scroller);
  });

  test("go from message to message and from token to token", async () => {
    const { el } = await found();
    const title = () => texts(el, ".lgn-side-title")[0];
    el.querySelector<HTMLElement>(".lgn-scroller")?.focus();
    await userEvent.keyboard("k");
    const heads = [...el.querySelectorAll(".lgn-select")];
    expect(document.activeElement).toBe(heads[1]);
    await userEvent.keyboard("k");
    expect(document.activeElement).toBe(heads[0]);
    await userEvent.keyboard("{ArrowDown}{ArrowDown}j{ArrowUp}{Enter}");
    await drawn();
    expect(title()).toBe("ai message");
    await userEvent.keyboard("{ArrowRight}{ArrowRight}");
    expect(title()).toBe("token 2");
    expect(texts(el, ".lgn-token-context mark")).toEqual(["us"]);
    await userEvent.keyboard("{ArrowLeft}");
    expect(title()).toBe("token 1");
    await userEvent.keyboard("{Escape}");
    expect(title()).toBe("Run");
  });

  test("do what the buttons do, and nothing in a box", async () => {
    const { kernel, el, box } = await found();
    el.querySelector<HTMLElement>(".lgn-scroller")?.focus();
    await userEvent.keyboard("r[[[[");
    expect(buttonNamed(el, "Raw").getAttribute("aria-pressed")).toBe("true");
    expect(buttonNamed(el, "Details").getAttribute("aria-pressed")).toBe("true");
    await userEvent.keyboard("s");
    expect(kernel.heard.filter(({ kind }) => kind === "stop")).toHaveLength(1);
    box.focus();
    await userEvent.keyboard("rs");
    expect(box.value).toBe("rs");
    expect(buttonNamed(el, "Raw").getAttribute("aria-pressed")).toBe("true");
  });
});

test("a click on a token in raw mode shows its details", async () => {
  const { el } = await found();
  buttonNamed(el, "Raw").click();
  await drawn();
  const [, , text] = el.querySelectorAll(".lgn-raw");
  text?.querySelectorAll<HTMLElement>(".lgn-token")[1]?.click();
  await drawn();
  expect(texts(el, ".lgn-breadcrumbs > *").at(-1)).toBe("token 2");
  expect(texts(el, ".lgn-token-context mark")).toEqual(["cream"]);
});

describe("the details' edge", () => {
  test("is moved with the arrow keys and by dragging, within bounds, and remembered", async () => {
    const { kernel, el } = await found();
    const edge = el.querySelector("[role=separator]") as HTMLElement;
    const side = el.querySelector(".lgn-sidebar-pane") as HTMLElement;
    const before = side.getBoundingClientRect().width;
    edge.focus();
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
    expect(side.getBoundingClientRect().width).toBe(before + 32);
    expect(edge.getAttribute("aria-valuenow")).toBe(String(before + 32));
    await userEvent.keyboard("{Home}{ArrowRight}");
    expect(edge.getAttribute("aria-valuenow")).toBe("200");
    const { x, y } = edge.getBoundingClientRect();
    const pointer = (type: string, clientX: number) =>
      edge.dispatchEvent(
        new PointerEvent(type, { clientX, clientY: y + 5, pointerId: 1, bubbles: true }),
      );
    edge.setPointerCapture = () => {};
    pointer("pointerdown", x + 4);
    pointer("pointermove", x - 46);
    pointer("lostpointercapture", x - 46);
    pointer("pointermove", x - 90);
    expect(edge.getAttribute("aria-valuenow")).toBe("250");
    const next = kernel.render();
    const width = () => next.querySelector("[role=separator]")?.getAttribute("aria-valuenow");
    await expect.poll(width).toBe("250");
  });

  test("moves the other way in right-to-left text", async () => {
    const { el } = await found();
    el.dir = "rtl";
    const edge = el.querySelector("[role=separator]") as HTMLElement;
    const before = Number(edge.getAttribute("aria-valuenow"));
    edge.focus();
    await userEvent.keyboard("{ArrowRight}");
    expect(Number(edge.getAttribute("aria-valuenow"))).toBe(before + 16);
  });
});
