import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { Writer } from "../log";
import { buttonNamed, cleanUp, drawn, FakeKernel, texts } from "./fakeKernel";

afterEach(cleanUp);

/** A widget with a run that is still running. */
function running(traits: Partial<FakeKernel["traits"]> = {}) {
  const kernel = new FakeKernel({ count: 1, status: "running", ...traits }).open();
  const writer = new Writer().start().task("call_model");
  return { kernel, writer };
}

describe("a stream", () => {
  test("grows in the page, and ends as it was said", async () => {
    const { kernel, writer } = running();
    const el = kernel.render();
    writer.message();
    const words = "Why did the **ice cream** truck break down?\n\nBecause of the `rocky` road.\n";
    const lengths: number[] = [];
    for (const word of words.match(/\S+\s*/g) ?? []) {
      writer.token(word);
      kernel.send(writer.events);
      await drawn(1);
      lengths.push(el.querySelector(".lgn-body")?.textContent?.length ?? 0);
    }
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    writer.finish().end();
    kernel.send(writer.events);
    kernel.set({ status: "done" });
    await drawn();
    expect(texts(el, ".lgn-section > p")).toEqual([
      "Why did the ice cream truck break down?",
      "Because of the rocky road.",
    ]);
    expect(texts(el, "strong, code")).toEqual(["ice cream", "rocky"]);
    expect(texts(el, ".lgn-status")).toEqual(["Done"]);
  });

  test("is taken in without a view, and shown by one that appears later", async () => {
    const { kernel, writer } = running();
    writer.message();
    writer.say("Here before you looked.");
    kernel.send(writer.events);
    const el = kernel.render();
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual(["Here before you looked."]);
  });

  test("touches only what changes: stable blocks stay the same nodes", async () => {
    const { kernel, writer } = running();
    const el = kernel.render();
    writer.message();
    writer.say("First.\n\nSecond.\n\nThird");
    kernel.send(writer.events);
    await drawn();
    const first = el.querySelector(".lgn-section > p");
    writer.say(" grows.\n\n- a\n- b\n");
    kernel.send(writer.events);
    await drawn(5);
    const item = el.querySelector("li");
    writer.say("- c\n");
    kernel.send(writer.events);
    await drawn(5);
    expect(el.querySelector(".lgn-section > p")).toBe(first);
    expect(el.querySelector("li")).toBe(item);
    expect(texts(el, "li")).toEqual(["a", "b", "c"]);
  });

  test("heads each message with its node, and folds what the model reasoned", async () => {
    const { kernel, writer } = running();
    const el = kernel.render();
    writer.message({ role: "human", origin: "input", node: null });
    writer.token("Hi", { message: 0 }).finish(0);
    writer.task("think", "t1", ["team:abc"]);
    writer.message({ ns: ["team:abc"], metadata: { ls_model_name: "smollm2" } });
    writer.say("Let me see.", 1, "reasoning").say("Hello!", 1, "text", 1).finish(1);
    writer.add({
      type: "message-start",
      ...{ message: 2, id: "x", role: "ai", name: null, origin: "resent", of: 1 },
      ...{ ns: [], node: "parent", tool_call_id: null, metadata: {} },
    });
    kernel.send(writer.events);
    await drawn();
    expect(texts(el, ".lgn-select")).toEqual([
      expect.stringMatching(/^human\s*input$/),
      expect.stringMatching(/^think\s*smollm2$/),
    ]);
    expect(texts(el, ".lgn-rows details > summary > .lgn-node")).toEqual(["team"]);
    const fold = el.querySelector<HTMLDetailsElement>("article details");
    expect(fold?.open).toBe(false);
    expect(fold?.textContent).toContain("Let me see.");
    expect(texts(el, ".lgn-note").filter(Boolean)).toEqual(["Sent again by parent."]);
  });

  test("shows a tool call's arguments as they come, then indented, and its status", async () => {
    const { kernel, writer } = running();
    const el = kernel.render();
    writer.message();
    const call = { kind: "tool_call", block: 0 };
    writer.token("", { ...call, call_id: "c1", name: "weather" } as object);
    writer.token('{"city": "Lis', call);
    kernel.send(writer.events);
    await drawn();
    expect(texts(el, ".lgn-call-name")).toEqual(["weather"]);
    expect(texts(el, ".lgn-call code")).toEqual(['{"city": "Lis']);
    writer.token('bon"}', call).finish();
    writer.add({ type: "tool", call_id: "c1", name: "weather", phase: "started", data: null });
    writer.wait(249);
    writer.add({ type: "tool", call_id: "c1", name: "weather", phase: "finished", data: null });
    writer.message({ role: "tool", name: "weather", origin: "returned" });
    writer.token('{"sky": "clear"}', { message: 1 }).finish(1);
    kernel.send(writer.events);
    await drawn();
    expect(texts(el, ".lgn-call-args code")).toEqual(['{\n  "city": "Lisbon"\n}']);
    expect(texts(el, ".lgn-call-head")[0]).toMatch(/done · 250 ms/);
    expect(texts(el, "[data-role=tool] .lgn-plain")).toEqual(['{\n  "sky": "clear"\n}']);
  });

  test("says that the node's final message is another one, and shows that", async () => {
    const { kernel, writer } = running();
    const el = kernel.render();
    writer.message();
    writer.say("A draft.");
    kernel.send(writer.events);
    await drawn();
    writer.finish(0, { revised: true, text: "The **final** text." });
    kernel.send(writer.events);
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual(["The final text."]);
    expect(texts(el, ".lgn-note")[0]).toMatch(/differs/);
  });

  test("in raw mode shows where each token ends", async () => {
    const { kernel, writer } = running();
    const el = kernel.render();
    writer.message();
    writer.say("**Why** not?");
    kernel.send(writer.events);
    await drawn();
    await userEvent.click(buttonNamed(el, "Raw"));
    await drawn();
    expect(el.querySelector(".lgn-raw")?.textContent).toBe("**Why** |not?|");
    writer.say(" Because.");
    kernel.send(writer.events);
    await drawn();
    expect(el.querySelector(".lgn-raw")?.textContent).toBe("**Why** |not?| |Because.|");
    await userEvent.click(buttonNamed(el, "Raw"));
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual(["Why not? Because."]);
  });

  test("ends in an error: its type, its words, and the traceback folded", async () => {
    const { kernel, writer } = running();
    const el = kernel.render();
    writer.message();
    const error = { type: "ValueError", message: "no topic", traceback: "Traceback …" };
    writer.say("Half a").end("error", { error });
    kernel.send(writer.events);
    kernel.set({ status: "error" });
    await drawn();
    expect(texts(el, ".lgn-failed .lgn-box-title")).toEqual(["ValueError"]);
    expect(el.querySelector(".lgn-failed")?.textContent).toContain("no topic");
    expect(el.querySelector<HTMLDetailsElement>(".lgn-failed details")?.open).toBe(false);
    expect(texts(el, ".lgn-body")).toEqual(["Half a"]);
    expect(texts(el, ".lgn-status")).toEqual(["Error"]);
  });

  test("shows what the filters choose", async () => {
    const { kernel, writer } = running({
      filters: { node: ["!quiet"], tag: [], agent: [], kind: [] },
    });
    const el = kernel.render();
    for (const [key, node] of ["loud", "quiet"].entries()) {
      writer.task(node);
      writer.message();
      writer.say(`From ${node}.`, key).finish(key);
    }
    kernel.send(writer.events);
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual(["From loud."]);
    expect(texts(el, ".lgn-status-bar")[0]).toContain("only not node quiet");
  });

  test("follows the widget's filters", async () => {
    const { kernel, writer } = running();
    const el = kernel.render();
    for (const [key, node] of ["loud", "quiet"].entries()) {
      writer.task(node);
      writer.message();
      writer.say(`From ${node}.`, key).finish(key);
    }
    kernel.send(writer.events);
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual(["From loud.", "From quiet."]);
    kernel.set({ filters: { node: ["quiet"], tag: [], agent: [], kind: [] } });
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual(["From quiet."]);
  });

  test("names the nodes that a stop left behind", async () => {
    const { kernel, writer } = running();
    const el = kernel.render();
    writer.end("stopped", { left: ["search"] });
    kernel.send(writer.events);
    await drawn();
    expect(texts(el, ".lgn-running-nodes")).toEqual([
      "Stopped. search did not end when cancelled and was left behind.",
    ]);
    const other = new FakeKernel({ count: 1, status: "stopped" }).open();
    const two = new Writer().start().end("stopped", { left: ["search", "write"] });
    other.send(two.events);
    const view = other.render();
    await drawn();
    expect(texts(view, ".lgn-running-nodes")).toEqual([
      "Stopped. search, write did not end when cancelled and were left behind.",
    ]);
  });

  test("announces messages and the end, never tokens", async () => {
    const { kernel, writer } = running();
    const el = kernel.render();
    const heard = el.querySelector("[aria-live=polite]");
    const said: string[] = [];
    const observer = new MutationObserver(() => said.push(heard?.textContent ?? ""));
    if (heard) observer.observe(heard, { childList: true, characterData: true, subtree: true });
    writer.message();
    for (const word of ["one ", "two ", "three"]) {
      writer.token(word);
      kernel.send(writer.events);
      await drawn(1);
    }
    writer.finish();
    kernel.send(writer.events);
    await expect.poll(() => said).toEqual(["Message from call_model."]);
    writer.end();
    kernel.send(writer.events);
    await expect.poll(() => said[1]).toEqual(expect.stringMatching(/^The run is done, after/));
    observer.disconnect();
    expect(said).toHaveLength(2);
  });
});

describe("the sidebar", () => {
  async function two() {
    const { kernel, writer } = running();
    const el = kernel.render();
    for (const [key, node] of ["plan", "write"].entries()) {
      writer.task(node);
      writer.message({ metadata: { ls_model_name: `model-of-${node}`, extra: { deep: [1] } } });
      writer.say(`From ${node}.`, key).finish(key);
    }
    kernel.send(writer.events);
    await drawn();
    const rows = () =>
      Object.fromEntries(
        [...el.querySelectorAll(".lgn-sidebar .lgn-row")].map((row) => [
          row.querySelector("dt")?.textContent,
          row.querySelector(".lgn-value")?.textContent,
        ]),
      );
    return { kernel, writer, el, rows };
  }

  test("shows the run's details until something in it is selected", async () => {
    const { kernel, writer, el, rows } = await two();
    expect(rows()).toMatchObject({ Status: "running", Messages: "2", "Node executions": "3" });
    expect(texts(el, ".lgn-timeline-name")).toEqual(["call_model", "plan", "write"]);
    el.querySelector<HTMLElement>(".lgn-select")?.click();
    await drawn();
    expect(rows()).toMatchObject({ Node: "plan", Model: "model-of-plan", extra: '{"deep":[1]}' });
    expect(el.querySelector(".lgn-select")?.getAttribute("aria-pressed")).toBe("true");
    writer.task("third");
    writer.message();
    writer.say("Newer.", 2);
    kernel.send(writer.events);
    await drawn();
    expect(rows()).toMatchObject({ Node: "plan" });
    await userEvent.click(buttonNamed(el, "Run"));
    await drawn();
    expect(rows()).toMatchObject({ Messages: "3" });
  });

  test("is reached and steered by keyboard", async () => {
    const { el, rows } = await two();
    el.querySelector<HTMLElement>(".lgn-select")?.focus();
    await userEvent.keyboard("{Enter}");
    await drawn();
    expect(rows()).toMatchObject({ Node: "plan" });
    await userEvent.keyboard(" ");
    await drawn();
    expect(rows()).toMatchObject({ Status: "running" });
  });

  test("counts while a message is written, without losing the focus on a row", async () => {
    const { kernel, writer, el, rows } = await two();
    writer.message();
    writer.say("one two ", 2);
    kernel.send(writer.events);
    await drawn();
    [...el.querySelectorAll<HTMLElement>(".lgn-select")].at(-1)?.click();
    await drawn();
    expect(rows()).toMatchObject({ Tokens: "2" });
    const copy = buttonNamed(el, "Copy Tokens");
    copy.focus();
    writer.say("three ", 2);
    kernel.send(writer.events);
    await drawn();
    expect(rows()).toMatchObject({ Tokens: "3" });
    expect(document.activeElement).toBe(copy);
  });

  test("each view has its own selection", async () => {
    const { kernel, el } = await two();
    const other = kernel.render();
    await drawn();
    other.querySelector<HTMLElement>(".lgn-select")?.click();
    await drawn();
    expect(texts(el, ".lgn-side-title")).toEqual(["Run"]);
    expect(texts(other, ".lgn-side-title")).toEqual(["ai message"]);
  });
});

describe("scrolling", () => {
  async function long() {
    const { kernel, writer } = running();
    const el = kernel.render();
    writer.message();
    const grow = async (lines: number) => {
      writer.say(Array.from({ length: lines }, (_, line) => `Line ${line}\n\n`).join(""));
      kernel.send(writer.events);
      await drawn(8);
    };
    await grow(100);
    const scroller = el.querySelector(".lgn-scroller") as HTMLElement;
    const left = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    return { el, scroller, grow, left };
  }

  test("follows the end while the reader is there", async () => {
    const { grow, left } = await long();
    expect(left()).toBeLessThan(4);
    await grow(50);
    expect(left()).toBeLessThan(4);
  });

  test("survives that the notebook takes the cell out of the page for a while", async () => {
    const { el, scroller, grow, left } = await long();
    const takeOut = async () => {
      el.remove();
      await grow(20);
      document.body.append(el);
      await drawn(5);
    };
    await takeOut();
    expect(left()).toBeLessThan(4);
    scroller.scrollTop = 150;
    await drawn();
    await takeOut();
    expect(scroller.scrollTop).toBe(150);
  });

  test("leaves the reader alone elsewhere, with a way back", async () => {
    const { el, scroller, grow, left } = await long();
    scroller.scrollTop = 120;
    await grow(30);
    expect(scroller.scrollTop).toBe(120);
    await userEvent.click(buttonNamed(el, "Latest"));
    await drawn(5);
    expect(left()).toBeLessThan(4);
    await grow(30);
    expect(left()).toBeLessThan(4);
  });
});

test("a fold that opens while the reader leaves the end does not bring him back", async () => {
  const { kernel, writer } = running();
  const el = kernel.render();
  for (let key = 0; key < 12; key += 1) {
    writer.message();
    writer.say("Thinking.\n\n".repeat(10), key, "reasoning");
    writer.say("Line.\n\n".repeat(8), key, "text", 1).finish(key);
  }
  kernel.send(writer.events);
  await drawn(10);
  const scroller = el.querySelector(".lgn-scroller") as HTMLElement;
  const fold = el.querySelector("article details") as HTMLDetailsElement;
  fold.open = true;
  scroller.scrollTop = 0;
  await drawn(10);
  expect(scroller.scrollTop).toBe(0);
});

describe("several runs", () => {
  test("the view follows the newest, and leads back to the others", async () => {
    const { kernel, writer } = running();
    const el = kernel.render();
    writer.message();
    writer.say("The first run.").finish().end();
    kernel.send(writer.events, 0);
    await drawn();
    expect(el.querySelector<HTMLSelectElement>("select")?.checkVisibility()).toBe(false);
    const second = new Writer().start().task("call_model");
    second.message();
    second.say("The second run.");
    kernel.set({ count: 2 });
    kernel.send(second.events, 1);
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual(["The second run."]);
    await userEvent.selectOptions(el.querySelector("select") as HTMLSelectElement, "Run 1");
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual(["The first run."]);
    const third = new Writer().start();
    kernel.set({ count: 3 });
    kernel.send(third.events, 2);
    await drawn();
    expect(texts(el, ".lgn-body")).toEqual([]);
    expect(texts(el, ".lgn-running-nodes")).toEqual(["Waiting for the graph…"]);
  });
});

describe("questions", () => {
  const ids = ["0123456789abcdef0123456789abcdef", "f".repeat(32)];

  /** A widget with an input box whose run has stopped to ask. */
  async function asking(...questions: string[]) {
    const kernel = new FakeKernel({ count: 1, status: "running", form: true }).open();
    const writer = new Writer().start().task("approve");
    questions.forEach((value, at) => {
      writer.add({ type: "interrupt", id: ids[at], value });
    });
    writer.add({ type: "task-finish", error: null, result: null, interrupts: ids.slice(0, 1) });
    kernel.send(writer.end("interrupted").events);
    kernel.set({ status: "interrupted" });
    const el = kernel.render();
    await drawn();
    const labels = () => texts(el, "form label");
    const answer = async (label: string, text: string) => {
      const form = [...el.querySelectorAll("form")].find((each) =>
        each.textContent?.startsWith(label),
      );
      await userEvent.fill(form?.querySelector("textarea") as HTMLTextAreaElement, text);
      form?.requestSubmit();
    };
    return { kernel, el, labels, answer };
  }

  test("one is answered as it is", async () => {
    const { kernel, el, labels, answer } = await asking("Send it?");
    expect(texts(el, "[aria-label=Interrupt] > *")).toEqual(["approve asks", "Send it?"]);
    expect(texts(el, ".lgn-running-nodes")).toEqual([""]);
    expect(labels()).toEqual(["Answer", "Message"]);
    await answer("Answer", "yes");
    expect(kernel.heard.at(-1)).toEqual({ kind: "resume", value: "yes" });
  });

  test("several have a box each, and are answered by their ids", async () => {
    const { kernel, labels, answer } = await asking("Send it?", "To <b>whom</b>?");
    expect(labels()).toEqual(["Answer to Send it?", "Answer to To <b>whom</b>?", "Message"]);
    await answer("Answer to To", '{"name": "Ada"}');
    const value = { [ids[1] as string]: { name: "Ada" } };
    expect(kernel.heard.at(-1)).toEqual({ kind: "resume", value });
  });

  test.each([
    ["yes", ["yes"]],
    [{ ok: true }, ['{\n  "ok": true\n}']],
    [{ [ids[0] as string]: "yes", [ids[1] as string]: 2 }, ["yes", "2"]],
    [null, []],
  ])("the answer comes first: %j", async (resume, shown) => {
    const { kernel, writer } = running();
    writer.events[0] = {
      ...(writer.events[0] as (typeof writer.events)[0]),
      input: { graph: null, update: null, resume, goto: [] },
    } as (typeof writer.events)[0];
    writer.message();
    kernel.send(writer.say("On it goes.").events);
    const el = kernel.render();
    await drawn();
    expect(texts(el, "[aria-label=Answer] .lgn-plain")).toEqual(shown);
    const first = el.querySelector(".lgn-content .lgn-plain, .lgn-content .lgn-body");
    expect(first?.textContent).toBe(shown[0] ?? "On it goes.");
  });
});
