import { expect, test } from "vitest";
import { describeRemoval } from "../../src/model/removal";
import { RunState } from "../../src/model/runState";
import type { AnyEvent, Payload } from "../../src/protocol/events.gen";
import { Writer } from "../log";

function spoken(): RunState {
  const writer = new Writer().start().task("talk");
  writer.message({ id: "a" });
  writer.say("Hello\nyou.").finish();
  const run = new RunState();
  for (const event of writer.events) run.applyEvent(event);
  return run;
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
  expect(describeRemoval(update, spoken().messages)).toBe(words);
});

test("is a note in order among the custom events, and not a custom event", () => {
  const run = spoken();
  const at = { ns: [], task: "t", node: "forget", step: null };
  const events = [
    { type: "custom", data: 1 },
    { type: "update", data: { messages: [gone("a")] } },
    { type: "update", data: { messages: [] } },
    { type: "custom", data: 2 },
  ];
  for (const each of events) {
    run.applyEvent({ seq: run.seq, t: run.seq, ...at, ...each } as AnyEvent);
  }
  expect(run.notes.map(({ data }) => data)).toEqual([1, "Removed 1 message: “Hello you.”", 2]);
  expect(run.custom).toHaveLength(2);
  expect(run.updates).toHaveLength(2);
});
