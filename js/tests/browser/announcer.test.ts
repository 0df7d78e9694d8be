import { afterEach, expect, test } from "vitest";
import { Writer } from "../log";
import { cleanUp, drawn, FakeKernel } from "./fakeKernel";

afterEach(cleanUp);

/** A view of a run that has begun, and what its live region has said. */
async function listening() {
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  const writer = new Writer().start().task("write");
  kernel.send(writer.events);
  const el = kernel.render();
  await drawn();
  const heard = el.querySelector("[aria-live=polite]") as HTMLElement;
  const said: string[] = [];
  const observer = new MutationObserver(() => said.push(heard.textContent ?? ""));
  observer.observe(heard, { childList: true, characterData: true, subtree: true });
  const send = () => kernel.send(writer.events);
  const focus = () => el.querySelector<HTMLElement>(".lgn-scroller")?.focus();
  const all = () => said.join(" | ");
  return { kernel, writer, el, said, send, focus, all };
}

test("whole sentences are read while the focus is in the view, and never half ones", async () => {
  const { writer, send, focus, all, said } = await listening();
  focus();
  writer.message();
  writer.say("The **first** one is ");
  send();
  await drawn();
  writer.say("whole. The second ");
  send();
  await expect.poll(all).toBe("write: The first one is whole.");
  writer.say("too.\n\n```py\nx = 1\n```\n\nThe last").finish().end();
  send();
  await expect.poll(all).toContain("The run is done");
  expect(said).toHaveLength(2);
  // All of it was read aloud: its end is not announced.
  expect(said[1]).toMatch(/^The second too\. Code\. The last The run is done, after [^.]+ m?s\.$/);
});

test("elsewhere only the names of the nodes are announced", async () => {
  const { writer, send, all } = await listening();
  writer.message();
  writer.say("One. Two. Three.").finish();
  send();
  await expect.poll(all).toBe("Message from write.");
});

test("what was said before one listened is not read", async () => {
  const { writer, send, focus, all } = await listening();
  writer.message();
  writer.say("Long ago. And so ");
  send();
  await drawn();
  focus();
  writer.say("on. At last.\n");
  send();
  await expect.poll(all).toContain("At last.");
  expect(all()).not.toContain("Long ago");
});

test("two messages at the same time have their nodes' names, and a tool's is not read", async () => {
  const { writer, send, focus, all } = await listening();
  focus();
  const one = writer.message();
  writer.task("check", "t2");
  const two = writer.message();
  const tool = writer.message({ role: "tool", name: "look", toolCallId: "c" });
  writer.say("Mine is done. ", one).say("Mine too. ", two).say("Secret. ", tool);
  writer.finish(one).finish(two).finish(tool);
  send();
  await expect.poll(all).toContain("check");
  expect(all()).toBe("write: Mine is done. check: Mine too. Message from check.");
});
