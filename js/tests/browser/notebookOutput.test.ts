import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ALL } from "../../src/model/filters";
import { RunState } from "../../src/model/runState";
import type { Frame } from "../../src/protocol/frames";
import { MIME, type Stored } from "../../src/source/savedSource";
import { fixture } from "../fixtures";
import { frameOf, Writer } from "../log";
import { buttonNamed, cleanUp, cleanups, drawn, FakeKernel, texts } from "./fakeKernel";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** As much of Lumino's widget as an extension meets. */
class LuminoWidget {
  readonly node = document.createElement("div");
  onAfterAttach(_: unknown): void {}
  dispose(): void {
    this.node.remove();
  }
}

interface Renderer extends LuminoWidget {
  renderModel(model: object): Promise<void>;
}
interface Extension {
  id: string;
  rank: number;
  rendererFactory: { safe: boolean; mimeTypes: string[]; createRenderer(): Renderer };
}

let extension: Extension;

beforeAll(async () => {
  await import("../../src/entries/mimeRenderer");
  const { _JUPYTERLAB } = window as unknown as {
    _JUPYTERLAB: {
      [name: string]: { init(scope: object): void; get(name: string): Promise<() => object> };
    };
  };
  const container = _JUPYTERLAB["lg-notebook"];
  if (!container) throw new Error("no container");
  const version = { get: async () => () => ({ Widget: LuminoWidget }), loaded: 1 };
  container.init({ "@lumino/widgets": { "2.0.0": version } });
  const module = (await container.get("./mimeExtension"))() as { default: Extension };
  extension = module.default;
});
afterEach(cleanUp);

/** A cell's output as JupyterLab holds it. */
function output(data: object, stored?: Partial<Stored>) {
  const child = document.createElement("div");
  child.className = "jp-OutputArea-child";
  document.body.append(child);
  const renderer = extension.rendererFactory.createRenderer();
  const model = {
    data: { [MIME]: data },
    metadata: stored ? { other: 1, [MIME]: stored } : {},
    setData: vi.fn(({ metadata }: { metadata?: object }) => {
      if (metadata) model.metadata = metadata as never;
      void renderer.renderModel(model);
    }),
  };
  cleanups.push(() => {
    renderer.dispose();
    child.remove();
  });
  const show = async () => {
    await renderer.renderModel(model);
    if (!renderer.node.isConnected) {
      child.append(renderer.node);
      renderer.onAfterAttach(null);
    }
    await drawn(5);
  };
  return { child, renderer, model, show, node: renderer.node };
}

function run(text: string): Writer {
  const writer = new Writer().start().task("call_model");
  writer.message();
  return writer.say(text);
}

function frameOfRun(writer: Writer, number = 0): Frame {
  const run = new RunState(number);
  for (const event of writer.events) run.applyEvent(event);
  return JSON.parse(JSON.stringify(run.frame()));
}

function stored(more: Partial<Stored> = {}): Stored {
  return {
    v: 1,
    uid: "",
    graph: { name: "joke", input: { kind: "text" } },
    filters: ALL,
    form: false,
    runs: [],
    cut: null,
    ...more,
  };
}

const LIVE = { v: 1, kind: "live" };

test("the extension is safe and comes before a widget view", () => {
  expect(extension.rendererFactory).toMatchObject({ safe: true, mimeTypes: [MIME] });
  expect(extension.rank).toBeLessThan(-10);
});

describe("a saved run", () => {
  test("is shown, to be read only", async () => {
    const { runs } = stored({ runs: [frameOfRun(run("Saved words.").finish().end())] });
    const { node, show } = output(LIVE, stored({ runs, form: true, cut: "2 runs are left out." }));
    await show();
    expect(texts(node, ".lgn-body")).toEqual(["Saved words."]);
    expect(texts(node, ".lgn-status-bar")[0]).toContain("saved run");
    expect(texts(node, ".lgn-notice")).toEqual(["2 runs are left out."]);
    expect(node.querySelector("textarea")).toBeNull();
    expect(() => buttonNamed(node, "Stop")).toThrow();
    buttonNamed(node, /^call_model/).click();
    await drawn();
    expect(texts(node, ".lgn-breadcrumbs > *")).toEqual(["Run", "call_model", "ai message"]);
  });

  test("may come in several frames, as Python wrote them", async () => {
    const { frames } = fixture("joke");
    const { node, show } = output(LIVE, stored({ runs: frames }));
    await show();
    expect(node.querySelectorAll(".lgn-message").length).toBeGreaterThan(0);
    expect(texts(node, ".lgn-status")).toEqual(["Done"]);
  });

  test("keeps its place when the output is updated", async () => {
    const runs = [frameOfRun(run("Line.\n\n".repeat(200)).finish().end())];
    const { node, show } = output(LIVE, stored({ runs }));
    await show();
    const scroller = node.querySelector(".lgn-scroller") as HTMLElement;
    await drawn(20);
    scroller.scrollTop = 50;
    await drawn();
    await show();
    expect(node.querySelector(".lgn-scroller")).toBe(scroller);
    expect(scroller.scrollTop).toBe(50);
  });

  test("that is broken is said to be unreadable", async () => {
    const frame = frameOfRun(run("Words.").finish().end());
    const { node, show } = output(LIVE, stored({ runs: [{ ...frame, buffer: "AAAA" }] }));
    await show();
    expect(node.textContent).toMatch(/cannot be read/);
  });

  test("that was not finished says so, once the page had time to restore its widgets", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    cleanups.push(() => vi.useRealTimers());
    const { node, show } = output(LIVE, stored({ uid: "nobody" }));
    await show();
    expect(node.textContent).toBe("");
    vi.advanceTimersByTime(1000);
    expect(node.textContent).toMatch(/Looking for this run/);
    vi.advanceTimersByTime(9000);
    expect(node.textContent).toMatch(/not finished when the notebook was saved/);
  });

  test.each([[undefined], [{}], [null]])(
    "without usable metadata (%j) breaks nothing",
    async (meta) => {
      const { node, show } = output(LIVE, meta as never);
      await show();
      expect(node.textContent).toBe("");
    },
  );
});

test("a fallback is hidden, and nothing else is", async () => {
  const { child, show } = output({ v: 1, kind: "fallback" });
  const other = document.createElement("div");
  other.className = "jp-OutputArea-child";
  child.after(other);
  await show();
  expect(child.checkVisibility()).toBe(false);
  expect(other.className).toBe("jp-OutputArea-child");
  other.remove();
});

describe("a run whose widget lives", () => {
  test("is live from the beginning, and the same view when the run is over", async () => {
    const kernel = new FakeKernel({ count: 1, status: "running" }).open();
    const writer = run("Live words");
    const { node, show, model } = output(LIVE, stored({ uid: kernel.traits.uid }));
    await show();
    kernel.send(writer.events);
    await drawn();
    const article = node.querySelector("article");
    expect(texts(node, ".lgn-body")).toEqual(["Live words"]);
    writer.say(" end.").finish().end();
    kernel.send(writer.events);
    kernel.set({ status: "done" });
    const runs = [frameOfRun(writer)];
    model.metadata = { [MIME]: stored({ uid: kernel.traits.uid, runs }) } as never;
    await show();
    expect(node.querySelector("article")).toBe(article);
    expect(texts(node, ".lgn-body")).toEqual(["Live words end."]);
    await wait(1200);
    expect(model.setData).not.toHaveBeenCalled();
  });

  test("takes the saved run's place when it appears later", async () => {
    const writer = run("The same words.").finish().end();
    const kernel = new FakeKernel({ count: 1, status: "done" });
    const runs = [frameOfRun(writer)];
    const { node, show } = output(LIVE, stored({ uid: kernel.traits.uid, runs }));
    await show();
    expect(texts(node, ".lgn-status-bar")[0]).toContain("saved run");
    kernel.open();
    await drawn();
    // It has nothing to show yet: what is there stays.
    expect(texts(node, ".lgn-body")).toEqual(["The same words."]);
    kernel.send(writer.events);
    await drawn(5);
    expect(texts(node, ".lgn-body")).toEqual(["The same words."]);
    expect(texts(node, ".lgn-status-bar")[0]).not.toContain("saved run");
  });

  test("stays as it is when its kernel goes away", async () => {
    const kernel = new FakeKernel({ count: 1, status: "running" }).open();
    const { node, show } = output(LIVE, stored({ uid: kernel.traits.uid }));
    kernel.send(run("Half a jo").events);
    await show();
    const article = node.querySelector("article");
    kernel.emit("comm_live_update");
    await drawn();
    await show();
    expect(node.querySelector("article")).toBe(article);
    expect(texts(node, ".lgn-body")).toEqual(["Half a jo"]);
  });

  test("is written into the output where the kernel's own update was lost", async () => {
    const kernel = new FakeKernel({ count: 1, status: "running" }).open();
    const writer = run("Kept words.");
    const { node, show, model } = output(LIVE, stored({ uid: kernel.traits.uid }));
    await show();
    kernel.send(writer.events);
    await wait(1200);
    expect(model.setData).not.toHaveBeenCalled();
    writer.finish().end();
    kernel.send(writer.events);
    kernel.set({ status: "done" });
    await drawn();
    const article = node.querySelector("article");
    await expect.poll(() => model.setData.mock.calls.length).toBe(1);
    await drawn();
    const metadata = model.metadata as unknown as { other: number; [MIME]: Stored };
    expect(metadata.other).toBe(1);
    expect(node.querySelector("article")).toBe(article);

    kernel.close();
    const again = output(LIVE, JSON.parse(JSON.stringify(metadata[MIME])));
    await again.show();
    expect(texts(again.node, ".lgn-body")).toEqual(["Kept words."]);
    expect(texts(again.node, ".lgn-status")).toEqual(["Done"]);
  });

  test("is written immediately if the page was loaded in mid-run", async () => {
    const kernel = new FakeKernel({ count: 1, status: "running" });
    const writer = run("Kept words.").finish().end();
    let client: unknown;
    kernel.answer = (message) => {
      client = message.client;
    };
    kernel.open();
    const { show, model } = output(LIVE, stored({ uid: kernel.traits.uid }));
    await show();
    kernel.deliver(frameOf(writer.events, 0, "snapshot"), { client });
    kernel.set({ status: "done" });
    await expect.poll(() => model.setData.mock.calls.length).toBe(1);
  });

  test("is dropped with its output", async () => {
    const kernel = new FakeKernel({ count: 1, status: "running" }).open();
    const { node, show, renderer } = output(LIVE, stored({ uid: kernel.traits.uid }));
    await show();
    renderer.dispose();
    kernel.send(run("Nobody looks.").events);
    await drawn();
    expect(node.querySelector(".lgn")).toBeNull();
  });
});

test("in a shadow root, the styles are there", async () => {
  const host = document.createElement("div");
  document.body.append(host);
  cleanups.push(() => host.remove());
  const root = host.attachShadow({ mode: "open" });
  const place = root.appendChild(document.createElement("div"));
  const runs = [frameOfRun(run("Shadow.").finish().end())];
  const { node, show } = output(LIVE, stored({ runs }));
  place.append(node);
  await show();
  await drawn();
  expect(root.querySelectorAll("style")).toHaveLength(1);
  expect(getComputedStyle(node.querySelector(".lgn") as Element).borderRadius).toBe("8px");
});
