import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as module from "../../src/entries/highlighter";
import { loadHighlighter, offerHighlighter } from "../../src/highlight/loader";
import { CodeBlock } from "../../src/view/markdown/codeBlock";
import { Writer } from "../log";
import { buttonNamed, cleanUp, cleanups, drawn, FakeKernel } from "./fakeKernel";

const KEY = Symbol.for("lg_notebook.highlighter");
const highlighter = { ...module, build: "source" };

/** A page that has loaded nothing. */
function forget(): void {
  delete (globalThis as unknown as Record<symbol, unknown>)[KEY];
}

beforeEach(forget);
afterEach(() => {
  vi.useRealTimers();
  cleanUp();
  forget();
});

/** The bytes of a highlighter's file, as a kernel has them. */
function bytes(build: string): DataView {
  const text = `export const build = "${build}";
    export const highlight = (code) => [[code.slice(0, 3), "keyword"], [code.slice(3), ""]];`;
  return new DataView(new TextEncoder().encode(text).buffer);
}

function kernelWith(answer: DataView | null): FakeKernel {
  const kernel = new FakeKernel({ count: 1, status: "running" });
  kernel.answer = ({ kind, name, client }) => {
    if (kind !== "asset") return;
    const buffers = answer ? [answer] : [];
    queueMicrotask(() => kernel.emit("msg:custom", { kind, name, client }, buffers));
  };
  return kernel;
}

const asked = (kernel: FakeKernel) => kernel.heard.filter(({ kind }) => kind === "asset");

describe("the highlighter", () => {
  test("is loaded only for code: a view is complete without it", async () => {
    const kernel = new FakeKernel({ form: true, count: 1, status: "running" }).open();
    const el = kernel.render();
    const writer = new Writer().start().task("call_model");
    writer.message();
    writer.say("Some *words*.").finish().end();
    kernel.send(writer.events);
    await drawn();
    buttonNamed(el, "Find and filter").click();
    buttonNamed(el, "Keys").click();
    await drawn();
    const parts = [".lgn-sidebar .lgn-breadcrumbs", ".lgn-resizer", ".lgn-find", ".lgn-graph svg"];
    const there = [...parts, "dialog.lgn-shortcuts"].filter((part) => el.querySelector(part));
    expect(there).toEqual([...parts, "dialog.lgn-shortcuts"]);
    expect(asked(kernel)).toEqual([]);
  });

  test("is loaded once, however many ask", async () => {
    const way = vi.fn(async () => highlighter);
    offerHighlighter(way);
    expect(await Promise.all([loadHighlighter(), loadHighlighter()])).toEqual([
      highlighter,
      highlighter,
    ]);
    expect(await loadHighlighter()).toBe(highlighter);
    expect(way).toHaveBeenCalledTimes(1);
  });

  test("of another build is not taken", async () => {
    offerHighlighter(async () => ({ ...module, build: "older" }));
    await expect(loadHighlighter()).rejects.toThrow(/has the highlighter/);
    offerHighlighter(async () => highlighter);
    expect(await loadHighlighter()).toBe(highlighter);
  });

  test("comes by another way where one fails", async () => {
    offerHighlighter(() => Promise.reject(new Error("no such file")));
    const withdraw = offerHighlighter(async () => ({ build: "withdrawn" }));
    withdraw();
    offerHighlighter(async () => highlighter);
    expect(await loadHighlighter()).toBe(highlighter);
  });

  test("comes from the kernel, to the page that requested it", async () => {
    const kernel = kernelWith(bytes("source")).open();
    const loading = loadHighlighter();
    kernel.emit("msg:custom", { kind: "asset", name: "highlighter", client: "other" }, [
      bytes("x"),
    ]);
    expect((await loading).build).toBe("source");
    expect(asked(kernel)).toEqual([
      { kind: "asset", name: "highlighter", client: expect.stringMatching(/./) },
    ]);
  });

  test.each([
    ["has no file", null],
    ["has something that is not a module", new DataView(new TextEncoder().encode("{{").buffer)],
    ["has one of another build", bytes("newer")],
  ])("is done without where the kernel %s", async (_, answer) => {
    kernelWith(answer).open();
    await expect(loadHighlighter()).rejects.toThrow(/has the highlighter/);
  });

  test("is not waited for when the kernel goes away", async () => {
    const kernel = new FakeKernel().open();
    const loading = loadHighlighter();
    kernel.close();
    await expect(loading).rejects.toThrow(/has the highlighter/);
  });
});

function show(language: string): { code: CodeBlock; pre: HTMLElement; colours: () => string[] } {
  const code = new CodeBlock(language);
  document.body.append(code.element);
  cleanups.push(() => code.element.remove());
  const pre = code.element.querySelector("pre") as HTMLElement;
  const colours = () => [...pre.querySelectorAll("[class*=syntax]")].map((each) => each.className);
  return { code, pre, colours };
}

const PYTHON = 'def f(x):\n    """One\n\n    two."""\n    return "a" + x  # why\n\n';

describe("code", () => {
  test("gets its colours, and keeps its text to the letter, while it grows", async () => {
    offerHighlighter(async () => highlighter);
    const { code, pre, colours } = show("python");
    const text = PYTHON.repeat(20);
    for (let end = 0; end <= text.length; end += 37) {
      code.update(text.slice(0, end));
      expect(pre.textContent).toBe(text.slice(0, end));
      if (end % 5 === 0) await drawn(1);
    }
    code.update(text);
    const keywords = () => colours().filter((each) => /keyword/.test(each));
    await expect.poll(keywords).toHaveLength(40);
    expect(pre.textContent).toBe(text);
    expect(new Set(colours())).toContain("lgn-syntax-comment");
  });

  test("leaves what it has coloured alone", async () => {
    offerHighlighter(async () => highlighter);
    const { code, pre, colours } = show("python");
    code.update(PYTHON);
    await expect.poll(() => colours().length).toBeGreaterThan(3);
    const first = pre.querySelector("[class*=syntax]");
    code.update(PYTHON + PYTHON);
    await expect.poll(() => colours().filter((each) => /keyword/.test(each))).toHaveLength(4);
    expect(pre.querySelector("[class*=syntax]")).toBe(first);
  });

  test("that outgrows its colours loses them", async () => {
    offerHighlighter(async () => highlighter);
    const { code, pre, colours } = show("python");
    code.update(PYTHON);
    await expect.poll(() => colours().length).toBeGreaterThan(3);
    const long = PYTHON.repeat(400);
    code.update(long);
    await expect.poll(() => colours()).toEqual([]);
    expect(pre.textContent).toBe(long);
  });

  test("over several parts has a comment's colour in each", async () => {
    offerHighlighter(async () => highlighter);
    const { code, pre, colours } = show("js");
    const text = `/*\n${"many words in a line of a comment\n".repeat(300)}*/\nlet a = 1;\n`;
    code.update(text);
    await expect.poll(() => colours().filter((each) => /comment/.test(each)).length).toBe(3);
    expect(pre.textContent).toBe(text);
  });

  test("that is replaced by another is coloured again", async () => {
    offerHighlighter(async () => highlighter);
    const { code, pre, colours } = show("py");
    code.update("import a");
    await expect.poll(() => colours()).toEqual(["lgn-syntax-keyword"]);
    code.update("b = 1");
    await expect.poll(() => colours()).toEqual(["lgn-syntax-number"]);
    expect(pre.textContent).toBe("b = 1");
  });

  test.each(["", "brainf", "__proto__", "text"])(
    "of the language %j loads nothing",
    async (name) => {
      const way = vi.fn(async () => highlighter);
      offerHighlighter(way);
      const { code, pre } = show(name);
      code.update("import a");
      await drawn(5);
      expect(way).not.toHaveBeenCalled();
      expect(pre.textContent).toBe("import a");
    },
  );

  test("that defeats the highlighter stays plain, and the page keeps working", async () => {
    offerHighlighter(async () => highlighter);
    const { code, pre, colours } = show("markdown");
    const evil = "[a](".repeat(5000);
    code.update(evil);
    await drawn(3);
    const answered = vi.fn();
    // It starts only after the first is abandoned.
    void module.highlight("import a", "py").then(answered);
    let frames = 0;
    for (; answered.mock.calls.length === 0; frames += 1) await drawn(1);
    expect(frames).toBeGreaterThan(10);
    expect(answered.mock.calls[0]?.[0]?.[0]).toEqual(["import", "keyword"]);
    expect(colours()).toEqual([]);
    expect(pre.textContent).toBe(evil);
  });

  test("stays plain if the highlighter cannot be loaded", async () => {
    const { code, pre, colours } = show("python");
    code.update(PYTHON);
    await drawn(5);
    expect(colours()).toEqual([]);
    expect(pre.textContent).toBe(PYTHON);
  });

  test("gets its colours from a file that comes late, without anybody's doing", async () => {
    vi.useFakeTimers();
    const { code, pre, colours } = show("python");
    code.update("import a");
    await vi.advanceTimersByTimeAsync(1);
    expect(colours()).toEqual([]);
    offerHighlighter(async () => ({
      build: "source",
      highlight: async (text: string) => [[text, "keyword"]],
    }));
    await vi.advanceTimersByTimeAsync(11_000);
    expect(colours()).toEqual(["lgn-syntax-keyword"]);
    expect(pre.textContent).toBe("import a");
  });

  test("asks for nothing any more when the view has gone", async () => {
    vi.useFakeTimers();
    const load = vi.fn(() => Promise.reject(new Error("late")));
    offerHighlighter(load);
    const { code } = show("python");
    code.update("import a");
    await vi.advanceTimersByTimeAsync(10_001);
    expect(load).toHaveBeenCalledTimes(2);
    code.element.remove();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(load).toHaveBeenCalledTimes(2);
  });

  test("of a run is coloured with what the kernel sends, and copied as it is", async () => {
    const copied: string[] = [];
    vi.spyOn(navigator.clipboard, "writeText").mockImplementation(async (text) => {
      copied.push(text);
    });
    const kernel = kernelWith(bytes("source")).open();
    const el = kernel.render();
    const writer = new Writer().start().task("call_model");
    writer.message();
    writer.say("Look:\n\n```python\nfor x in y:\n    z\n```\n").finish().end();
    kernel.send(writer.events);
    await expect.poll(() => el.querySelector(".lgn-syntax-keyword")?.textContent).toBe("for");
    expect(asked(kernel)).toHaveLength(1);
    expect(el.querySelector("pre code")?.textContent).toBe("for x in y:\n    z");
    buttonNamed(el, "Copy code").click();
    await expect.poll(() => copied).toEqual(["for x in y:\n    z"]);
    vi.restoreAllMocks();
  });
});
