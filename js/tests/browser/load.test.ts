import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { Writer } from "../log";
import { buttonNamed, cleanUp, drawn, FakeKernel } from "./fakeKernel";

afterEach(cleanUp);

/** Wait until something holds. */
async function until(holds: () => boolean, ms = 120_000): Promise<void> {
  const began = performance.now();
  while (!holds()) {
    if (performance.now() - began > ms) throw new Error("It never came to hold.");
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const WORDS = "The quick brown fox jumps over the lazy dog. ";

/** A message of many tokens, in paragraphs, sent in frames. */
async function flood(paragraphs: number, text: (index: number) => string) {
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  const el = kernel.render();
  const writer = new Writer().start().task("call_model");
  writer.message();
  for (let index = 0; index < paragraphs; index += 1) {
    writer.say(text(index));
    if (index % 20 === 0) kernel.send(writer.events);
    if (index % 100 === 0) await drawn(1);
  }
  writer.say("The very end.").finish().end();
  kernel.send(writer.events);
  kernel.set({ status: "done" });
  const body = el.querySelector(".lgn-body") as HTMLElement;
  return { el, body, kernel, tokens: writer.events.filter(({ type }) => type === "delta").length };
}

test("ten thousand tokens arrive, and the end is on screen", async () => {
  const { el, body, tokens } = await flood(560, (index) => `${index} ${WORDS.repeat(2)}\n\n`);
  expect(tokens).toBeGreaterThan(10_000);
  await until(() => body.innerText.includes("The very end."));
  const scroller = el.querySelector(".lgn-scroller") as HTMLElement;
  await until(() => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 4);
  expect(el.querySelectorAll(".lgn-section > p")).toHaveLength(561);
});

test("of a very long message only a part is in the page, and the rest comes back", async () => {
  const { el, body } = await flood(3000, (index) => `Paragraph ${index}. ${WORDS.repeat(2)}\n\n`);
  await until(() => body.innerText.includes("The very end."));
  await until(() => el.querySelectorAll(".lgn-section > p").length < 2500);
  expect(body.textContent).not.toContain("Paragraph 0.");
  const scroller = el.querySelector(".lgn-scroller") as HTMLElement;
  const height = scroller.scrollHeight;
  scroller.scrollTop = 0;
  await until(() => body.textContent?.includes("Paragraph 0.") ?? false);
  expect(Math.abs(scroller.scrollHeight - height)).toBeLessThan(height / 50);
});

test("a list of a thousand items", async () => {
  const { el } = await flood(1000, (index) => `- item ${index}\n`);
  await until(() => el.querySelectorAll("li").length === 1000);
});

test("code of five thousand lines is all there", async () => {
  const { el } = await flood(5000, (index) => (index === 0 ? "```py\n" : `x${index} = 1\n`));
  const code = () => el.querySelector("pre code")?.textContent ?? "";
  await until(() => code().includes("The very end."));
  expect(code().split("\n")).toHaveLength(5000);
  expect(el.querySelectorAll(".lgn-lines").length).toBeGreaterThan(5);
});

test("raw mode of many tokens shows the latest, and more on request", async () => {
  const { el } = await flood(600, () => `${WORDS}\n`);
  buttonNamed(el, "Raw").click();
  await drawn(5);
  expect(el.querySelectorAll(".lgn-token")).toHaveLength(4000);
  buttonNamed(el, /^Show .* earlier tokens$/).click();
  expect(el.querySelectorAll(".lgn-token").length).toBeGreaterThan(4000);
});

test("hundreds of messages", async () => {
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  const el = kernel.render();
  const writer = new Writer().start().task("call_model");
  for (let key = 0; key < 400; key += 1) {
    writer.message();
    writer.say(`Message ${key}. ${WORDS}`, key).finish(key);
  }
  writer.end();
  kernel.send(writer.events);
  await until(() => el.querySelectorAll("article").length === 400);
  const scroller = el.querySelector(".lgn-scroller") as HTMLElement;
  await until(() => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40);
});

/** A view of a run of many short messages, all drawn. */
async function crowd(count: number, tasks: boolean) {
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  const el = kernel.render();
  const writer = new Writer().start().task("call_model");
  for (let key = 0; key < count; key += 1) {
    if (tasks) writer.finishTask().task("call_model", `t${key}`);
    writer.message();
    writer.say(`Message ${key}. ${WORDS}`, key).finish(key);
  }
  writer.end();
  kernel.send(writer.events);
  const scroller = el.querySelector(".lgn-scroller") as HTMLElement;
  const atEnd = () =>
    el.textContent?.includes(`Message ${count - 1}.`) &&
    scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
  await until(() => Boolean(atEnd()));
  const articles = () => el.querySelectorAll("article").length;
  return { el, scroller, articles };
}

describe.each([
  ["of one task", false],
  ["of many tasks", true],
])("of two thousand messages %s", (_, tasks) => {
  test("only some are in the page, and each comes back where one scrolls to it", async () => {
    const { el, scroller, articles } = await crowd(2000, tasks);
    await until(() => articles() < 700);
    const height = scroller.scrollHeight;
    scroller.scrollTop = height / 2;
    await until(() => {
      const { top, bottom } = scroller.getBoundingClientRect();
      return [...el.querySelectorAll("article")].some((each) => {
        const box = each.getBoundingClientRect();
        return box.top < bottom && box.bottom > top;
      });
    });
    scroller.scrollTop = 0;
    await until(() => Boolean(el.textContent?.includes("Message 0.")));
    expect(Math.abs(scroller.scrollHeight - height)).toBeLessThan(height / 50);
    expect(articles()).toBeLessThan(900);
  });
});

test("what is put away is found, led to, and shown alone", async () => {
  const { el, articles } = await crowd(1200, true);
  await until(() => articles() < 700);
  expect(el.textContent).not.toContain("Message 203.");
  el.querySelector<HTMLElement>(".lgn-scroller")?.focus();
  await userEvent.keyboard("/");
  await until(() => document.activeElement instanceof HTMLInputElement);
  await userEvent.keyboard("message 203.");
  const said = () => el.querySelector(".lgn-find [role=status]")?.textContent;
  await until(() => said() === "1 hit");
  await userEvent.keyboard("{Enter}");
  await until(() => Boolean(el.textContent?.includes("Message 203.")));
  const found = () =>
    [...el.querySelectorAll("article")].find((each) => each.textContent?.includes("Message 203."));
  const scroller = el.querySelector(".lgn-scroller") as HTMLElement;
  await until(() => {
    const [box, room] = [found()?.getBoundingClientRect(), scroller.getBoundingClientRect()];
    return Boolean(box && box.bottom > room.top && box.top < room.bottom);
  });
  await until(() => CSS.highlights.get("lgn-hit-current")?.size === 1);
  buttonNamed(el, "Hits only").click();
  await drawn();
  expect(scroller.scrollHeight).toBeLessThan(1000);
  expect(found()?.checkVisibility()).toBe(true);
});
