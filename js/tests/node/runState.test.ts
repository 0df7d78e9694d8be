import { describe, expect, test } from "vitest";
import { RunState } from "../../src/model/runState";
import type { AnyEvent } from "../../src/protocol/events.gen";
import { fromBase64 } from "../../src/protocol/frames";
import { fixtures } from "../fixtures";
import { frameOf, Writer } from "../log";
import { snapshot } from "../snapshot";

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

function folded(events: readonly AnyEvent[]): RunState {
  const run = new RunState();
  for (const event of events) run.applyEvent(event);
  return run;
}

/** The state without what the wire rounds to milliseconds. */
function rounded(state: object): object {
  const { messages: all } = state as { messages: { blocks: object[] }[] };
  const messages = all.map((message) => ({
    ...message,
    blocks: message.blocks.map((block) => ({ ...block, started: null, ended: null })),
    first_token: null,
    last_token: null,
  }));
  return { ...state, messages };
}

test("there are golden logs", () => {
  expect(fixtures.length).toBeGreaterThan(0);
});

describe.each(fixtures)("golden log %s", (_, { events, state, frames, frames_state }) => {
  test("event by event", () => {
    expect(plain(snapshot(folded(events)))).toEqual(state);
  });

  test("frame by frame", () => {
    const run = new RunState();
    for (const frame of frames) run.applyFrame(frame, fromBase64(frame.buffer));
    expect(plain(snapshot(run))).toEqual(frames_state);
  });

  test("frames twice, and backwards", () => {
    const run = new RunState();
    for (const frame of [...frames, ...frames].reverse()) {
      run.applyFrame(frame, fromBase64(frame.buffer));
    }
    expect(plain(snapshot(run))).toEqual(frames_state);
    expect(run.gap).toBe(false);
  });

  test("cut into frames of one event, of three, and of all", () => {
    for (const size of [1, 3, events.length]) {
      const run = new RunState();
      for (let at = 0; at < events.length; at += size) {
        const { frame, buffer } = frameOf(events.slice(at, at + size));
        run.applyFrame(frame, buffer);
      }
      expect(rounded(plain(snapshot(run)))).toEqual(rounded(state));
    }
  });

  test("any beginning of it, by frames and stored, as event by event", () => {
    const step = Math.ceil(events.length / 16);
    for (let end = 1; end < events.length; end += step) {
      const begun = events.slice(0, end);
      const expected = rounded(plain(snapshot(folded(begun))));
      const live = new RunState();
      const { frame, buffer } = frameOf(begun);
      live.applyFrame(frame, buffer);
      expect(rounded(plain(snapshot(live)))).toEqual(expected);
      const kept = plain(live.frame());
      const stored = new RunState();
      stored.applyFrame(kept, fromBase64(kept.buffer));
      expect(rounded(plain(snapshot(stored)))).toEqual(expected);
    }
  });

  test("stored and read again", () => {
    const before = new RunState();
    for (const frame of frames) before.applyFrame(frame, fromBase64(frame.buffer));
    const frame = plain(before.frame());
    const after = new RunState();
    after.applyFrame(frame, fromBase64(frame.buffer));
    expect(plain(snapshot(after))).toEqual(frames_state);
  });
});

describe("events that come twice, or too early", () => {
  const { events } = new Writer().start().task("write");
  const writer = new Writer().start().task("write");
  writer.message();
  writer.say("one two three four").finish().end();
  const parts = [writer.events.slice(0, 4), writer.events.slice(4, 6), writer.events.slice(6)];
  const [first, second, third] = parts.map((part) => frameOf(part));

  test("an event that is applied already changes nothing", () => {
    const run = folded([...events, ...events]);
    expect(run.seq).toBe(2);
    expect(run.tasks.all).toHaveLength(1);
  });

  test("a frame waits for those before it", () => {
    const run = new RunState();
    for (const part of [third, second]) if (part) run.applyFrame(part.frame, part.buffer);
    expect(run.seq).toBe(0);
    expect(run.gap).toBe(true);
    if (first) run.applyFrame(first.frame, first.buffer);
    expect(run.gap).toBe(false);
    expect(run.messages[0]?.text).toBe("one two three four");
    expect(run.status.value).toBe("done");
  });

  test("a snapshot that covers frames kept aside takes their place", () => {
    const run = new RunState();
    if (third) run.applyFrame(third.frame, third.buffer);
    const whole = frameOf(writer.events);
    run.applyFrame(whole.frame, whole.buffer);
    expect(run.gap).toBe(false);
    expect(run.seq).toBe(writer.events.length);
  });

  test("a broken frame changes nothing", () => {
    const run = new RunState();
    if (!first) throw new Error("no frame");
    expect(() => run.applyFrame({ ...first.frame, last: 99 }, first.buffer)).toThrow();
    expect(run.seq).toBe(0);
  });
});

describe("what is not understood", () => {
  test("counts, and changes nothing else", () => {
    const writer = new Writer().start().add({ type: "from-the-future", data: 1 });
    writer.token("lost", { message: 7 });
    const run = folded(writer.events);
    expect(run.seq).toBe(3);
    expect(run.messages).toEqual([]);
  });

  test("stays in the log", () => {
    const writer = new Writer().start();
    writer.say("lost for ever", 7).end();
    const { frame, buffer } = frameOf(writer.events);
    const run = new RunState();
    run.applyFrame(frame, buffer);
    const stored = run.frame();
    const again = new RunState();
    again.applyFrame(stored, fromBase64(stored.buffer ?? ""));
    expect(again.seq).toBe(run.seq);
    expect(again.status.value).toBe("done");
  });
});

test("single tokens can be distinguished", () => {
  const writer = new Writer().start().task("write");
  writer.message();
  writer.say("one two three");
  const { frame, buffer } = frameOf(writer.events);
  const run = new RunState();
  run.applyFrame(frame, buffer);
  const block = run.messages[0]?.blocks[0];
  if (!block) throw new Error("no block");
  const { tokens, text } = block;
  const pieces = Array.from({ length: tokens.length }, (_, index) =>
    text.slice(tokens.start(index), tokens.end(index)),
  );
  expect(pieces).toEqual(["one ", "two ", "three"]);
  expect([tokens.time(0), tokens.time(2)]).toEqual([3_000_000, 5_000_000]);
});

test("a hundred thousand tokens", () => {
  const count = 100_000;
  const head = new Writer().start().task("write");
  head.message();
  const run = folded(head.events);
  const size = 1000;
  for (let at = 0; at < count; at += size) {
    const first = head.events.length + at;
    run.applyFrame(
      {
        kind: "frame",
        run: 0,
        first,
        last: first + size,
        t: at,
        items: [[0, 0, "text", "word ".repeat(size), size]],
      },
      new Uint8Array(size).fill(0x51),
    );
  }
  expect(run.tokens.value).toBe(count);
  expect(run.messages[0]?.text.length).toBe(5 * count);
});

test("what could not be read is a sentence, with how often it happened", () => {
  const place = { ns: [], task: null, node: null, step: null };
  const event = { type: "unreadable", t: 0, ...place, reason: "TypeError" } as const;
  const run = folded([
    { ...event, seq: 0, what: "The state" },
    { ...event, seq: 1, what: "The update of node search" },
    { ...event, seq: 2, what: "The state" },
  ]);

  const sentences = [
    "The state could not be read: TypeError. (2 times)",
    "The update of node search could not be read: TypeError.",
  ];
  expect(run.unreadable).toEqual(sentences);
  const stored = new RunState();
  const { frame, buffer } = { frame: run.frame(), buffer: new Uint8Array() };
  stored.applyFrame(frame, buffer);
  expect(stored.unreadable).toEqual(sentences);
});
