import axe from "axe-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import * as highlighter from "../../src/entries/highlighter";
import { offerHighlighter } from "../../src/highlight/loader";
import type { Topology } from "../../src/protocol/events.gen";
import { Writer } from "../log";
import { buttonNamed, cleanUp, cleanups, drawn, FakeKernel, texts } from "./fakeKernel";

beforeEach(() => {
  cleanups.push(offerHighlighter(async () => ({ ...highlighter, build: "source" })));
});
afterEach(cleanUp);

function topology(ids: string[], ways: [string, string, string?][]): Topology {
  return {
    nodes: ids.map((id) => {
      const label = id.split("|").at(-1) ?? "";
      const inner = ids.some((each) => each.startsWith(`${id}|`));
      const end = label === "__end__" ? "end" : "node";
      return {
        ...{ id, label },
        kind: label === "__start__" ? "start" : inner ? "subgraph" : end,
        parent: id.includes("|") ? id.slice(0, id.lastIndexOf("|")) : null,
      };
    }),
    edges: ways.map(([source, target, label]) => ({
      ...{ source, target, label: label || null },
      conditional: label !== undefined,
    })),
    omitted: 0,
  };
}

const TEAM = topology(
  ["__start__", "plan", "team", "team|write", "team|check", "publish", "__end__"],
  [
    ["__start__", "plan"],
    ["plan", "team", "continue"],
    ["plan", "__end__", ""],
    ["team|write", "team|check"],
    ["team", "publish"],
    ["publish", "plan"],
  ],
);

function widget(more: Partial<FakeKernel["traits"]> = {}, told: Topology | null = TEAM) {
  const graph = { name: "press", input: { kind: "text" as const }, topology: told };
  return new FakeKernel({ graph, form: true, ...more }).open();
}

/** A widget with a run that is still running. */
function running(told: Topology | null = TEAM) {
  const kernel = widget({ count: 1, status: "running" }, told);
  return { kernel, writer: new Writer().start("press") };
}

const pane = (el: HTMLElement) => el.querySelector(".lgn-graph") as HTMLElement;
const node = (el: HTMLElement, name: string) => {
  const found = [...el.querySelectorAll<SVGGElement>(".lgn-graph-node")].find(
    (each) => each.dataset.node?.split("|").at(-1) === name,
  );
  if (!found) throw new Error(`No node ${name}`);
  return found;
};
const names = (el: HTMLElement) =>
  [...el.querySelectorAll(".lgn-graph-name")].map((each) => each.textContent);
const statusOf = (el: HTMLElement, name: string) => node(el, name).dataset.status;

/** Shown, with what was loaded drawn. */
async function settled(): Promise<void> {
  await drawn(2);
  await new Promise((resolve) => setTimeout(resolve));
  await drawn(3);
}

describe("the graph", () => {
  test("is drawn before anything runs, where there is room and something to run", async () => {
    const el = widget().render(900);
    await settled();
    expect(pane(el).checkVisibility()).toBe(true);
    expect(new Set(names(el))).toEqual(new Set(["plan", "team", "write", "check", "publish"]));
    expect(texts(el, ".lgn-graph-edge > text")).toEqual(["continue"]);
    expect(el.querySelectorAll(".lgn-graph-conditional")).toHaveLength(2);
    expect(buttonNamed(el, "Graph").getAttribute("aria-pressed")).toBe("true");
  });

  test("is opened by the reader in narrow views and in a magic's output, and then stays", async () => {
    for (const el of [widget().render(340), widget({ form: false }).render(900)]) {
      await settled();
      expect(pane(el).checkVisibility()).toBe(false);
      buttonNamed(el, "Graph").click();
      await settled();
      expect(pane(el).checkVisibility()).toBe(true);
      expect(names(el)).toContain("plan");
      buttonNamed(el, "Graph").click();
      await settled();
      expect(pane(el).checkVisibility()).toBe(false);
    }
  });

  test("has no button where there is nothing to draw, until something runs", async () => {
    const { kernel, writer } = running(null);
    const el = kernel.render(900);
    kernel.send(writer.events);
    await settled();
    expect(() => buttonNamed(el, "Graph")).toThrow();
    writer.task("seen").finishTask().task("later");
    kernel.send(writer.events);
    await settled();
    expect(names(el)).toEqual(["seen", "later"]);
    expect(el.querySelectorAll(".lgn-graph-seen")).toHaveLength(1);
  });

  test("lights what runs, and marks what has run, failed or waits", async () => {
    const { kernel, writer } = running();
    const el = kernel.render(900);
    writer.task("plan", "t1").wait(998).finishTask().task("plan", "t2").wait(999).finishTask();
    writer.task("team", "t3");
    writer.task("write", "t4", ["team:t3"]);
    kernel.send(writer.events);
    await settled();
    expect(statusOf(el, "plan")).toBe("done");
    expect(node(el, "plan").getAttribute("aria-label")).toBe("plan 2× · 2.0 s");
    expect(node(el, "plan").querySelector(".lgn-icon-done")).not.toBeNull();
    expect([statusOf(el, "team"), statusOf(el, "write")]).toEqual(["running", "running"]);
    expect([statusOf(el, "check"), statusOf(el, "publish")]).toEqual(["idle", "idle"]);
    expect(node(el, "check").getAttribute("aria-label")).toBe("check");

    const error = { type: "E", message: "no", traceback: null, source: null };
    writer.add({ type: "task-finish", error, result: null, interrupts: [] });
    writer.task("publish", "t5");
    writer.add({ type: "task-finish", error: null, result: null, interrupts: ["i"] });
    writer.end("interrupted");
    kernel.send(writer.events);
    kernel.set({ status: "interrupted" });
    await settled();
    expect(statusOf(el, "write")).toBe("failed");
    expect(node(el, "write").querySelector(".lgn-icon-error")).not.toBeNull();
    expect(statusOf(el, "publish")).toBe("waiting");
    expect(node(el, "publish").getAttribute("aria-label")).toBe("publish waiting");
    expect(statusOf(el, "team")).toBe("idle");
  });

  test("keeps its elements while only their status changes", async () => {
    const { kernel, writer } = running();
    const el = kernel.render(900);
    kernel.send(writer.events);
    await settled();
    const before = node(el, "plan");
    writer.task("plan").finishTask();
    kernel.send(writer.events);
    await settled();
    expect(node(el, "plan")).toBe(before);
  });

  test("shows the graph that a server sends during the run", async () => {
    const { kernel, writer } = running(null);
    kernel.send(writer.task("plan").events);
    const el = kernel.render(900);
    await settled();
    expect(names(el)).toEqual(["plan"]);
    const told = { type: "drawing", ns: [], task: null, node: null, step: null, topology: TEAM };
    kernel.send(writer.add(told).events);
    await settled();
    expect(names(el)).toContain("publish");
    expect(statusOf(el, "plan")).toBe("running");
  });

  test("shows the topology of the run that the reader picks", async () => {
    const kernel = widget({ count: 2, status: "done" });
    const one = new Writer().add({
      ...{ type: "run-start", graph: "old", input: null, started_at: 1 },
      topology: topology(["elsewhere"], []),
    });
    kernel.send(one.end().events, 0);
    kernel.send(new Writer().start().task("plan").finishTask().end().events, 1);
    const el = kernel.render(900);
    await settled();
    expect(names(el)).toContain("plan");
    await userEvent.selectOptions(el.querySelector("select") as HTMLElement, "0");
    await settled();
    expect(names(el)).toEqual(["elsewhere"]);
  });
});

describe("a node", () => {
  async function spoken() {
    const { kernel, writer } = running();
    const el = kernel.render(900);
    writer.task("plan");
    writer.message();
    writer.token("the plan", { message: 0 }).finish(0).finishTask();
    writer.task("write", "t2", ["team:t1"]);
    writer.message();
    writer.token("the text", { message: 1 }).finish(1).finishTask().end();
    kernel.send(writer.events);
    kernel.set({ status: "done" });
    await settled();
    return { kernel, el };
  }
  const said = (el: HTMLElement) => texts(el, ".lgn-body");

  test("that is clicked shows its messages alone, and all again", async () => {
    const { kernel, el } = await spoken();
    const other = kernel.render(900);
    await settled();
    const click = (name: string) =>
      node(el, name).dispatchEvent(new MouseEvent("click", { bubbles: true }));
    click("plan");
    await settled();
    expect(said(el)).toEqual(["the plan"]);
    expect(node(el, "plan").getAttribute("aria-pressed")).toBe("true");
    expect(el.querySelector(".lgn-status-bar")?.textContent).toContain("only plan");
    click("team");
    await settled();
    expect(said(el)).toEqual(["the text"]);
    expect(node(el, "plan").getAttribute("aria-pressed")).toBe("false");
    click("team");
    await settled();
    expect(said(el)).toEqual(["the plan", "the text"]);
    click("publish");
    await settled();
    expect(said(el)).toEqual([]);
    expect(el.textContent).toContain("The filters hide this run's messages");
    // The other view has filters of its own.
    expect(said(other)).toEqual(["the plan", "the text"]);
  });

  test("can be reached by keyboard, in the directions of the drawing", async () => {
    const ways: [string, string][] = [
      ["a", "b"],
      ["b", "c"],
    ];
    const el = widget({}, topology(["a", "b", "c"], ways)).render(900);
    await settled();
    const stops = el.querySelectorAll<SVGElement>('.lgn-graph [tabindex="0"]');
    expect(stops).toHaveLength(1);
    stops[0]?.focus();
    const here = () => document.activeElement?.getAttribute("aria-label")?.split(" ")[0];
    const begin = node(el, "a").getBoundingClientRect();
    const other = node(el, "b").getBoundingClientRect();
    const [on, off] = other.left > begin.right ? ["Right", "Left"] : ["Down", "Up"];
    const walk: (string | null | undefined)[] = [here()];
    for (const key of [on, on, on, off, off, off]) {
      await userEvent.keyboard(`{Arrow${key}}`);
      walk.push(here());
    }
    expect(walk).toEqual(["a", "b", "c", "c", "b", "a", "a"]);
    expect(el.querySelectorAll('.lgn-graph [tabindex="0"]')).toHaveLength(1);
  });

  test("is chosen by Enter or Space, and keeps the focus", async () => {
    const { el } = await spoken();
    const here = () => document.activeElement?.getAttribute("aria-label")?.split(" ")[0];
    node(el, "plan").focus();
    await userEvent.keyboard("{Enter}");
    await settled();
    expect(said(el)).toEqual(["the plan"]);
    expect(here()).toBe("plan");
    await userEvent.keyboard(" ");
    await settled();
    expect(said(el)).toEqual(["the plan", "the text"]);
  });

  test("that runs a subgraph opens and closes, and keeps the focus", async () => {
    const { el } = await spoken();
    const sign = () => el.querySelector<SVGGElement>(".lgn-graph-toggle") as SVGGElement;
    expect(sign().getAttribute("aria-expanded")).toBe("true");
    sign().focus();
    await userEvent.keyboard("{Enter}");
    await settled();
    expect(names(el)).not.toContain("write");
    expect(sign().getAttribute("aria-expanded")).toBe("false");
    expect(document.activeElement).toBe(sign());
    sign().dispatchEvent(new MouseEvent("click", { bubbles: true }));
    await settled();
    expect(names(el)).toContain("write");
  });

  test("is closed from the beginning where there are many", async () => {
    const inner = Array.from({ length: 30 }, (_, at) => `team|n${at}`);
    const el = widget({}, topology(["team", ...inner], [])).render(900);
    await settled();
    expect(names(el)).toEqual(["team"]);
  });

  test("with a name of any length and kind is text, cut with its whole in a title", async () => {
    const name = `<img src=x onerror="alert(1)"> ${"long ".repeat(60)}`;
    const el = widget({}, topology([name], [])).render(900);
    await settled();
    expect(el.querySelector("img")).toBeNull();
    const label = el.querySelector(".lgn-graph-name") as SVGTextElement;
    expect(label.textContent).toMatch(/^<img src=x.*…$/);
    expect(node(el, name).querySelector("title")?.textContent).toBe(name);
    const box = node(el, name).querySelector("rect") as SVGRectElement;
    expect(label.getBoundingClientRect().right).toBeLessThan(box.getBoundingClientRect().right);
  });
});

describe("the drawing", () => {
  const many = (count: number) => {
    const ids = Array.from({ length: count }, (_, at) => `node_${at}`);
    return topology(
      ids,
      ids.flatMap((id, at) => (at > 0 ? [[ids[Math.floor((at - 1) / 3)] ?? "", id]] : []) as never),
    );
  };

  test.each([1, 5, 20, 60])(
    "of %i nodes is readable and scrolls within the view",
    async (count) => {
      for (const width of [320, 1100]) {
        await page.viewport(width + 40, 800);
        const el = widget({}, many(count)).render(width);
        await settled();
        if (width < 620) buttonNamed(el, "Graph").click();
        await settled();
        expect(names(el)).toHaveLength(count);
        const root = el.querySelector(".lgn") as HTMLElement;
        expect(root.scrollWidth).toBeLessThanOrEqual(root.clientWidth);
        const name = el.querySelector(".lgn-graph-name") as SVGTextElement;
        expect(name.getBoundingClientRect().height).toBeGreaterThan(10);
        el.remove();
      }
    },
  );

  test("follows the width of the view", async () => {
    const chain = Array.from({ length: 6 }, (_, at) => `n${at}`);
    const ways = chain.slice(1).map((id, at) => [chain[at] ?? "", id] as [string, string]);
    const el = widget({}, topology(chain, ways)).render(1100);
    await page.viewport(1200, 800);
    await settled();
    const shape = () => {
      const { width, height } =
        el.querySelector(".lgn-graph-drawing")?.getBoundingClientRect() ?? {};
      return (width ?? 0) / (height ?? 1);
    };
    expect(shape()).toBeGreaterThan(2);
    el.style.width = "400px";
    await settled();
    expect(shape()).toBeLessThan(1);
  });

  test("grows, shrinks and fits again by buttons", async () => {
    const el = widget({}, many(60)).render(700);
    await settled();
    const wide = () => el.querySelector(".lgn-graph-drawing")?.getBoundingClientRect().width ?? 0;
    const before = wide();
    buttonNamed(el, "Larger").click();
    expect(wide()).toBeCloseTo(before * 1.25, 0);
    buttonNamed(el, "Smaller").click();
    buttonNamed(el, "Smaller").click();
    expect(wide()).toBeCloseTo(before / 1.25, 0);
    buttonNamed(el, "Fit to width").click();
    expect(wide()).toBeCloseTo(before, 0);
  });

  test("brings what runs into sight, but not while the reader is in it", async () => {
    const ids = Array.from({ length: 60 }, (_, at) => `n${at}`);
    const ways = ids.slice(1).map((id, at) => [ids[at] ?? "", id] as [string, string]);
    const { kernel, writer } = running(topology(ids, ways));
    const el = kernel.render(700);
    kernel.send(writer.events);
    await settled();
    // Wherever tests before this one have left the pointer, it is not in the pane.
    const corner = document.createElement("button");
    corner.style.cssText = "position: fixed; inset: auto 0 0 auto; z-index: 9";
    document.body.append(corner);
    cleanups.push(() => corner.remove());
    await userEvent.hover(corner);
    const inSight = (name: string) => {
      const outer = el.querySelector(".lgn-graph-scroller")?.getBoundingClientRect() as DOMRect;
      const inner = node(el, name).getBoundingClientRect();
      return (
        inner.top >= outer.top &&
        inner.bottom <= outer.bottom &&
        inner.left >= outer.left &&
        inner.right <= outer.right
      );
    };
    expect(inSight("n59")).toBe(false);
    writer.task("n59");
    kernel.send(writer.events);
    await expect.poll(() => [inSight("n0"), inSight("n59")]).toEqual([false, true]);
    node(el, "n59").focus();
    writer.finishTask().task("n0");
    kernel.send(writer.events);
    await settled();
    expect([inSight("n0"), inSight("n59")]).toEqual([false, true]);
  });

  test.each([
    ["light", "white", "rgba(0, 0, 0, 0.87)", "#1976d2"],
    ["dark", "#111111", "rgba(255, 255, 255, 1)", "#2196f3"],
  ])("is accessible, %s", async (theme, back, text, brand) => {
    document.body.dataset.jpThemeLight = String(theme === "light");
    document.body.style.cssText = `background: ${back}; --jp-layout-color1: ${back}; --jp-ui-font-color1: ${text}; --jp-brand-color1: ${brand}`;
    cleanups.push(() => {
      document.body.removeAttribute("style");
      delete document.body.dataset.jpThemeLight;
    });
    const { kernel, writer } = running();
    const el = kernel.render(900);
    writer.task("plan").finishTask().task("team", "t1").task("write", "t2", ["team:t1"]);
    kernel.send(writer.events);
    await settled();
    node(el, "plan").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    await settled();
    const { violations } = await axe.run(pane(el), { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
