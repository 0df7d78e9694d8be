import axe from "axe-core";
import { afterEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { AnyEvent } from "../../src/protocol/events.gen";
import { fixture } from "../fixtures";
import { Writer } from "../log";
import { cleanUp, drawn, FakeKernel, texts } from "./fakeKernel";

afterEach(() => {
  cleanUp();
  localStorage.clear();
});

async function shown(events: AnyEvent[]): Promise<HTMLElement> {
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  kernel.send(events);
  const el = kernel.render();
  await drawn();
  return el;
}

const rows = (el: HTMLElement) => [...el.querySelectorAll<HTMLElement>(".lgn-checkpoint")];

test("the checkpoints of a run are listed in order, and each has its details", async () => {
  const { events } = fixture("saved");
  const ids = events.flatMap((each) => (each.type === "checkpoint" ? [each.id] : []));
  const el = await shown(events);

  expect(rows(el).map(({ title }) => title)).toEqual(ids);
  expect(texts(el, ".lgn-checkpoint > span:first-child")).toEqual(["2", "3", "-1", "0", "1", "4"]);
  expect(texts(el, ".lgn-checkpoint .lgn-timeline-name")).toEqual([
    "→ __start__",
    "→ expert",
    "→ expert › __start__",
    "→ expert › reply",
    "→ expert › end",
    "→ end",
  ]);
  expect(texts(el, ".lgn-checkpoint code")[0]).toBe(`…${ids[0]?.slice(-6)}`);
  rows(el)[1]?.focus();
  expect(texts(el, ".lgn-checkpoint-id")).toEqual([ids[1]]);
  await userEvent.hover(rows(el)[2] as HTMLElement);
  expect(texts(el, ".lgn-checkpoint-id")).toEqual([ids[2]]);
});

test("one is chosen by keys: its state, and code to copy", async () => {
  const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  const el = await shown(fixture("saved").events);

  rows(el)[1]?.focus();
  await userEvent.keyboard("{Enter}");
  await drawn();
  expect(el.querySelector(".lgn-side-title")?.textContent).toBe("checkpoint of step 3");
  expect(rows(el)[0]?.checkVisibility()).toBe(false);
  const state = page.getByRole("region", { name: "State", exact: true });
  await state.getByText("messages").click();
  await expect.element(state.getByText(/An expert \w+\./)).toBeVisible();
  await page.getByRole("button", { name: "Get its state: copy the code" }).click();
  await page.getByRole("button", { name: "Continue from it: copy the code" }).click();
  expect(copied.mock.calls.map(([code]) => code.split("\n")[2])).toEqual([
    "snapshot = graph.get_state(config)",
    'for update in graph.stream(None, config, stream_mode="updates"):',
  ]);
  const { violations } = await axe.run(el, { rules: { region: { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);

  el.querySelector<HTMLElement>(".lgn-scroller")?.focus();
  await userEvent.keyboard("{Escape}");
  await drawn();
  expect(rows(el)[0]?.checkVisibility()).toBe(true);
  expect(el.querySelector(".lgn-copy-code")).toBeNull();
});

test("without checkpoints there is no list; more come while it runs; names are only text", async () => {
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  const writer = new Writer().start().task("write");
  kernel.send(writer.events);
  const el = kernel.render();
  await drawn();
  const list = el.querySelector<HTMLElement>('[aria-label="Checkpoints"]');
  expect(list?.hidden).toBe(true);

  writer.add({
    ...{ type: "checkpoint", ns: [], task: null, node: null, step: 0, id: "<img src=x>" },
    ...{ parent: null, source: "<b>loop</b>", next: ["<script>"] },
  });
  kernel.send(writer.events);
  await drawn();
  expect(list?.hidden).toBe(false);
  expect(texts(el, ".lgn-checkpoint .lgn-timeline-name")).toEqual(["→ <script>"]);
  expect(list?.querySelector("img, b, script")).toBeNull();
  rows(el)[0]?.click();
  await drawn();
  // A recording of an older version has neither a thread nor a state.
  expect(texts(el, ".lgn-copy-code")[0]).toContain("Get its state");
  expect(el.querySelector('[aria-label="State"]')).toBeNull();
});
