import { afterEach, describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { frameOf, Writer } from "../log";
import { buttonNamed, cleanUp, drawn, FakeKernel, texts } from "./fakeKernel";

afterEach(cleanUp);

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function run(text = "All of it."): Writer {
  const writer = new Writer().start().task("call_model");
  writer.message();
  return writer.say(text);
}

describe("a view that appears late", () => {
  test("asks for what it lacks, and shows it", async () => {
    const writer = run();
    const kernel = new FakeKernel({ count: 1, status: "running" });
    kernel.answer = ({ kind, client }) => {
      if (kind === "sync") kernel.deliver(frameOf(writer.events, 0, "snapshot"), { client });
    };
    const el = kernel.open().render();
    await drawn();
    expect(kernel.heard[0]).toMatchObject({ kind: "sync", have: {} });
    expect(texts(el, ".lgn-body")).toEqual(["All of it."]);
  });

  test("says that it is reconnecting until a busy kernel answers, and asks modestly", async () => {
    const writer = run();
    const kernel = new FakeKernel({ count: 1, status: "running" });
    const times: number[] = [];
    kernel.answer = () => times.push(performance.now());
    const el = kernel.open().render();
    await drawn();
    expect(el.textContent).toContain("Reconnecting…");
    await expect.poll(() => times.length).toBe(3);
    const [one = 0, two = 0, three = 0] = times;
    expect(two - one).toBeGreaterThan(490);
    expect(three - two).toBeGreaterThan(990);
    const asked = kernel.heard.filter(({ kind }) => kind === "sync");
    expect(asked).toHaveLength(3);
    kernel.deliver(frameOf(writer.events, 0, "snapshot"), { client: asked[0]?.client });
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual(["All of it."]);
    expect(el.innerText).not.toMatch(/reconnecting/i);
    const before = kernel.heard.length;
    await wait(2100);
    expect(kernel.heard).toHaveLength(before);
  });

  test("leaves another view's snapshot alone", async () => {
    const kernel = new FakeKernel({ count: 1, status: "running" });
    const el = kernel.open().render();
    kernel.deliver(frameOf(run().events, 0, "snapshot"), { client: "someone else" });
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual([]);
  });

  test("requests the events of a lost frame immediately", async () => {
    const writer = run("one two three four");
    const kernel = new FakeKernel({ count: 1, status: "running" });
    kernel.answer = ({ kind, client, have }) => {
      const first = (have as Record<string, number> | undefined)?.["0"] ?? 0;
      if (kind !== "sync" || first === 0) return;
      kernel.deliver(frameOf(writer.events.slice(first), 0, "snapshot"), { client });
    };
    const el = kernel.open().render();
    kernel.deliver(frameOf(writer.events.slice(0, 4)));
    await wait(600);
    kernel.deliver(frameOf(writer.events.slice(5)));
    await expect.poll(() => kernel.heard.at(-1)).toMatchObject({ kind: "sync", have: { 0: 4 } });
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual(["one two three four"]);
  });

  test("asks nothing where there has been no run", async () => {
    const kernel = new FakeKernel().open();
    const el = kernel.render();
    await wait(700);
    expect(kernel.heard).toHaveLength(1);
    expect(texts(el, ".lgn-status")).toEqual(["Ready"]);
  });
});

describe("a frame that cannot be read", () => {
  test("is reported, and the view lives on", async () => {
    const writer = run();
    const kernel = new FakeKernel({ count: 1, status: "running" }).open();
    const el = kernel.render();
    const good = frameOf(writer.events);
    kernel.deliver({ ...good, buffer: good.buffer.subarray(1) });
    await drawn();
    expect(texts(el, ".lgn-notice")[0]).toMatch(/cannot be read/);
    kernel.deliver(good);
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual(["All of it."]);
    expect(texts(el, ".lgn-notice")).toEqual([""]);
  });
});

describe("Stop", () => {
  test("is said again until the run has stopped", async () => {
    const writer = run();
    const kernel = new FakeKernel({ count: 1, status: "running" }).open();
    const el = kernel.render();
    kernel.send(writer.events);
    await drawn();
    await userEvent.click(buttonNamed(el, "Stop"));
    const stops = () => kernel.heard.filter(({ kind }) => kind === "stop").length;
    await expect.poll(stops).toBeGreaterThanOrEqual(3);
    writer.end("stopped");
    kernel.send(writer.events);
    kernel.set({ status: "stopped" });
    await drawn();
    const after = stops();
    await wait(600);
    expect(stops()).toBe(after);
    expect(texts(el, ".lgn-status")).toEqual(["Stopped"]);
    expect(() => buttonNamed(el, "Stop")).toThrow();
  });

  test("interrupts a kernel that does not answer", async () => {
    const interrupt = vi.fn(() => Promise.resolve());
    const kernel = new FakeKernel({ count: 1, status: "running" });
    kernel.manager = { kernel: { interrupt } };
    const el = kernel.open().render();
    kernel.send(run().events);
    await drawn();
    await userEvent.click(buttonNamed(el, "Stop"));
    await expect.poll(() => interrupt.mock.calls.length).toBe(1);
    await wait(600);
    expect(interrupt).toHaveBeenCalledOnce();
    kernel.set({ status: "stopped" });
  });

  test("of a run in the background never interrupts the cell that runs now", async () => {
    const interrupt = vi.fn(() => Promise.resolve());
    const kernel = new FakeKernel({ count: 1, status: "running", background: true });
    kernel.manager = { kernel: { interrupt } };
    const el = kernel.open().render();
    kernel.send(run().events);
    await drawn();
    await userEvent.click(buttonNamed(el, "Stop"));
    await expect.poll(() => texts(el, ".lgn-notice")[0]).toMatch(/stops when that has ended/);
    expect(interrupt).not.toHaveBeenCalled();
    kernel.set({ status: "stopped" });
  });

  test("says what to do where the page cannot interrupt", async () => {
    const kernel = new FakeKernel({ count: 1, status: "running" });
    const el = kernel.open().render();
    kernel.send(run().events);
    await drawn();
    await userEvent.click(buttonNamed(el, "Stop"));
    await expect.poll(() => texts(el, ".lgn-notice")[0]).toMatch(/interrupt it/);
    kernel.set({ status: "stopped" });
    await drawn();
    expect(texts(el, ".lgn-notice")).toEqual([""]);
  });
});

describe("the input box", () => {
  const form = {
    kind: "json" as const,
    template: { topic: "" },
    fields: [{ name: "topic", type: "string", required: true, description: "What about" }],
  };
  const runs = (kernel: FakeKernel) => kernel.heard.filter(({ kind }) => kind === "run");

  test("sends a message with Enter, and begins a new line with Shift+Enter", async () => {
    const kernel = new FakeKernel({ form: true }).open();
    const el = kernel.render();
    const box = el.querySelector("textarea") as HTMLTextAreaElement;
    await userEvent.click(box);
    await userEvent.keyboard("Hello{Shift>}{Enter}{/Shift}there{Enter}");
    expect(runs(kernel)).toEqual([{ kind: "run", input: "Hello\nthere" }]);
    kernel.set({ count: 1, status: "running" });
    expect(box.value).toBe("");
    expect(buttonNamed(el, "Run").disabled).toBe(true);
    kernel.set({ status: "done" });
    expect(buttonNamed(el, "Run").disabled).toBe(false);
  });

  test("has one Stop beside Run during a run", async () => {
    const kernel = new FakeKernel({ form: true, status: "running", count: 1 }).open();
    const el = kernel.render();
    kernel.send(run().events);
    await drawn();
    const stops = [...el.querySelectorAll("button")].filter(
      (each) => each.textContent === "Stop" && each.checkVisibility(),
    );
    expect(stops).toHaveLength(1);
    expect(stops[0]?.closest("form")).not.toBeNull();
    kernel.set({ status: "done" });
  });

  test("says in one sentence what is wrong with JSON, and sends nothing", async () => {
    const kernel = new FakeKernel({ form: true, graph: { name: "joke", input: form } }).open();
    const el = kernel.render();
    const box = el.querySelector("textarea") as HTMLTextAreaElement;
    expect(JSON.parse(box.value)).toEqual({ topic: "" });
    await userEvent.fill(box, '{"topic": oops}');
    await userEvent.click(buttonNamed(el, "Run"));
    const alert = el.querySelector("[role=alert]") as HTMLElement;
    expect(alert.innerText).toMatch(/^This is not JSON yet: [^\n]+\.$/);
    expect(box.getAttribute("aria-invalid")).toBe("true");
    expect(runs(kernel)).toEqual([]);
    await userEvent.fill(box, '{"topic": "ice cream"}');
    await userEvent.click(buttonNamed(el, "Run"));
    expect(runs(kernel)).toEqual([{ kind: "run", input: { topic: "ice cream" } }]);
    expect(alert.checkVisibility()).toBe(false);
  });

  test("shows why the graph rejected an input, the second time as well", async () => {
    const kernel = new FakeKernel({ form: true }).open();
    const el = kernel.render();
    const problem = () => (el.querySelector("[role=alert]") as HTMLElement).innerText;
    await userEvent.fill(el.querySelector("textarea") as HTMLTextAreaElement, "Hello");
    await userEvent.click(buttonNamed(el, "Run"));
    kernel.set({ problem: "The graph did not start: no topic." });
    expect(problem()).toBe("The graph did not start: no topic.");
    expect(el.querySelector("textarea")?.value).toBe("Hello");
    await userEvent.click(buttonNamed(el, "Run"));
    await wait(1100);
    expect(problem()).toBe("The graph did not start: no topic.");
    expect(buttonNamed(el, "Run").disabled).toBe(false);
  });

  test("says that the kernel is busy if nothing happens", async () => {
    const kernel = new FakeKernel({ form: true }).open();
    const el = kernel.render();
    await userEvent.fill(el.querySelector("textarea") as HTMLTextAreaElement, "Hello");
    await userEvent.click(buttonNamed(el, "Run"));
    const problem = () => (el.querySelector("[role=alert]") as HTMLElement).innerText;
    await expect.poll(problem).toMatch(/busy/);
  });

  test("takes the answer to an interrupt, as JSON or as text", async () => {
    const kernel = new FakeKernel({ form: true, count: 1, status: "running" }).open();
    const el = kernel.render();
    const writer = run().add({ type: "interrupt", id: "i", value: "Continue?" }).end("interrupted");
    kernel.send(writer.events);
    kernel.set({ status: "interrupted" });
    await drawn();
    expect(texts(el, ".lgn-question")[0]).toContain("Continue?");
    await userEvent.fill(el.querySelector("textarea") as HTMLTextAreaElement, '{"ok": true}');
    await userEvent.click(buttonNamed(el, "Send"));
    expect(kernel.heard.at(-1)).toEqual({ kind: "resume", value: { ok: true } });
    await wait(1100);
    await userEvent.fill(el.querySelector("textarea") as HTMLTextAreaElement, "yes please");
    await userEvent.click(buttonNamed(el, "Send"));
    expect(kernel.heard.at(-1)).toEqual({ kind: "resume", value: "yes please" });
  });

  test("keeps what was typed when the kernel sends more of the graph", async () => {
    const kernel = new FakeKernel({ form: true, graph: { name: "joke", input: form } }).open();
    const el = kernel.render();
    const box = el.querySelector("textarea") as HTMLTextAreaElement;
    await userEvent.fill(box, '{"topic": "ice cream"}');
    const topology = { nodes: [], edges: [], omitted: 0 };
    kernel.set({ graph: { name: "joke", input: structuredClone(form), topology } });
    await userEvent.click(buttonNamed(el, "Run"));
    expect(runs(kernel)).toEqual([{ kind: "run", input: { topic: "ice cream" } }]);
  });

  test("is not there for a run that a cell began", async () => {
    const kernel = new FakeKernel({ form: false }).open();
    expect(kernel.render().querySelector("textarea")).toBeNull();
  });

  test("keeps the notebook's own shortcuts away from plain keys only", async () => {
    const kernel = new FakeKernel({ form: true }).open();
    const el = kernel.render();
    const raw = buttonNamed(el, "Raw");
    const seen: boolean[] = [];
    const look = () => seen.push(raw.hasAttribute("data-lm-suppress-shortcuts"));
    document.addEventListener("keydown", look, true);
    raw.focus();
    await userEvent.keyboard("{Enter}");
    await userEvent.keyboard("{Control>}q{/Control}");
    document.removeEventListener("keydown", look, true);
    expect([seen[0], seen.at(-1)]).toEqual([true, false]);
  });
});

describe("a kernel that goes away", () => {
  test.each([
    ["restarts", (kernel: FakeKernel) => kernel.emit("comm_live_update")],
    ["closes the widget", (kernel: FakeKernel) => kernel.close()],
  ])("%s: received messages stay, and nothing can be requested any more", async (_, leave) => {
    const kernel = new FakeKernel({ count: 1, status: "running", form: true }).open();
    const el = kernel.render();
    kernel.send(run().events);
    await drawn();
    const body = el.querySelector(".lgn-body");
    leave(kernel);
    await drawn();
    expect(el.querySelector(".lgn-body")).toBe(body);
    expect(texts(el, ".lgn-status")).toEqual(["Stopped"]);
    expect(texts(el, ".lgn-status-bar")[0]).toContain("kernel gone");
    expect(el.querySelector("textarea")).toBeNull();
    expect(() => buttonNamed(el, "Stop")).toThrow();
  });
});

test("a kernel that receives nothing gets no requests, and has no Stop", async () => {
  const kernel = new FakeKernel({ count: 1, status: "running", oneway: true }).open();
  const el = kernel.render();
  kernel.send(new Writer().start().task("call_model").events);
  await drawn();
  expect(el.querySelector(".lgn-status")?.textContent).toContain("Running");
  expect(el.querySelector(".lgn-stop")?.checkVisibility()).toBe(false);
  expect(kernel.heard).toEqual([]);
});
