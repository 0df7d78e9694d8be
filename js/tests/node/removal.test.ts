import { expect, test } from "vitest";
import { removal } from "../../src/model/removal";
import { Store } from "../../src/model/runState";
import type { AnyEvent, Payload } from "../../src/protocol/events.gen";
import { Writer } from "../log";

function spoken(): Store {
  const writer = new Writer().start().task("talk");
  writer.message({ id: "a" });
  writer.say("Hello\nyou.").finish();
  const store = new Store();
  for (const event of writer.events) store.applyEvent(event);
  return store;
}

const gone = (id: string) => ({ type: "remove", content: "", id });

test.each<[Payload, string | null]>([
  [{ messages: [gone("a"), gone("x")] }, "Removed 2 messages: “Hello you.”"],
  [[{ messages: gone("x") }], "Removed 1 message."],
  [{ messages: [gone("__remove_all__")] }, "Removed all messages from before."],
  [{ messages: [{ type: "ai", content: "remove", id: "a" }] }, null],
  [{ a: { b: { c: { d: gone("a") } } } }, null],
  ["remove", null],
  [null, null],
])("of %j", (update, words) => {
  expect(removal(update, spoken().messages)).toBe(words);
});

test("is a note in its place among the custom events, and no custom event", () => {
  const store = spoken();
  const at = { ns: [], task: "t", node: "forget", step: null };
  const events = [
    { type: "custom", data: 1 },
    { type: "update", data: { messages: [gone("a")] } },
    { type: "update", data: { messages: [] } },
    { type: "custom", data: 2 },
  ];
  for (const each of events) {
    store.applyEvent({ seq: store.seq, t: store.seq, ...at, ...each } as AnyEvent);
  }
  expect(store.notes.map(({ data }) => data)).toEqual([1, "Removed 1 message: “Hello you.”", 2]);
  expect(store.custom).toHaveLength(2);
  expect(store.updates).toHaveLength(2);
});
