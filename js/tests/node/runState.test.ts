import { describe, expect, test } from "vitest";
import { Store } from "../../src/model/runState";
import type { AnyEvent } from "../../src/protocol/events.gen";
import { fromBase64 } from "../../src/protocol/frames";
import { fixtures } from "../fixtures";
import { frameOf, Writer } from "../log";
import { snapshot } from "../snapshot";

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

function folded(events: readonly AnyEvent[]): Store {
  const store = new Store();
  for (const event of events) store.applyEvent(event);
  return store;
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
    const store = new Store();
    for (const frame of frames) store.applyFrame(frame, fromBase64(frame.buffer));
    expect(plain(snapshot(store))).toEqual(frames_state);
  });

  test("frames twice, and backwards", () => {
    const store = new Store();
    for (const frame of [...frames, ...frames].reverse()) {
      store.applyFrame(frame, fromBase64(frame.buffer));
    }
    expect(plain(snapshot(store))).toEqual(frames_state);
    expect(store.gap).toBe(false);
  });

  test("cut into frames of one event, of three, and of all", () => {
    for (const size of [1, 3, events.length]) {
      const store = new Store();
      for (let at = 0; at < events.length; at += size) {
        const { frame, buffer } = frameOf(events.slice(at, at + size));
        store.applyFrame(frame, buffer);
      }
      expect(rounded(plain(snapshot(store)))).toEqual(rounded(state));
    }
  });

  test("any beginning of it, by frames and stored, as event by event", () => {
    const step = Math.ceil(events.length / 16);
    for (let end = 1; end < events.length; end += step) {
      const begun = events.slice(0, end);
      const expected = rounded(plain(snapshot(folded(begun))));
      const live = new Store();
      const { frame, buffer } = frameOf(begun);
      live.applyFrame(frame, buffer);
      expect(rounded(plain(snapshot(live)))).toEqual(expected);
      const kept = plain(live.frame());
      const stored = new Store();
      stored.applyFrame(kept, fromBase64(kept.buffer));
      expect(rounded(plain(snapshot(stored)))).toEqual(expected);
    }
  });

  test("stored and read again", () => {
    const before = new Store();
    for (const frame of frames) before.applyFrame(frame, fromBase64(frame.buffer));
    const frame = plain(before.frame());
    const after = new Store();
    after.applyFrame(frame, fromBase64(frame.buffer));
    expect(plain(snapshot(after))).toEqual(frames_state);
  });
});

describe("what comes twice, or too early", () => {
  const { events } = new Writer().start().task("write");
  const writer = new Writer().start().task("write");
  writer.message();
  writer.say("one two three four").finish().end();
  const parts = [writer.events.slice(0, 4), writer.events.slice(4, 6), writer.events.slice(6)];
  const [first, second, third] = parts.map((part) => frameOf(part));

  test("an event that is applied already changes nothing", () => {
    const store = folded([...events, ...events]);
    expect(store.seq).toBe(2);
    expect(store.tasks.all).toHaveLength(1);
  });

  test("a frame waits for those before it", () => {
    const store = new Store();
    for (const part of [third, second]) if (part) store.applyFrame(part.frame, part.buffer);
    expect(store.seq).toBe(0);
    expect(store.gap).toBe(true);
    if (first) store.applyFrame(first.frame, first.buffer);
    expect(store.gap).toBe(false);
    expect(store.messages[0]?.text).toBe("one two three four");
    expect(store.status.value).toBe("done");
  });

  test("a snapshot that covers frames kept aside takes their place", () => {
    const store = new Store();
    if (third) store.applyFrame(third.frame, third.buffer);
    const whole = frameOf(writer.events);
    store.applyFrame(whole.frame, whole.buffer);
    expect(store.gap).toBe(false);
    expect(store.seq).toBe(writer.events.length);
  });

  test("a broken frame changes nothing", () => {
    const store = new Store();
    if (!first) throw new Error("no frame");
    expect(() => store.applyFrame({ ...first.frame, last: 99 }, first.buffer)).toThrow();
    expect(store.seq).toBe(0);
  });
});

describe("what is not understood", () => {
  test("counts, and changes nothing else", () => {
    const writer = new Writer().start().add({ type: "from-the-future", data: 1 });
    writer.token("lost", { message: 7 });
    const store = folded(writer.events);
    expect(store.seq).toBe(3);
    expect(store.messages).toEqual([]);
  });

  test("stays in the log", () => {
    const writer = new Writer().start();
    writer.say("lost for ever", 7).end();
    const { frame, buffer } = frameOf(writer.events);
    const store = new Store();
    store.applyFrame(frame, buffer);
    const stored = store.frame();
    const again = new Store();
    again.applyFrame(stored, fromBase64(stored.buffer ?? ""));
    expect(again.seq).toBe(store.seq);
    expect(again.status.value).toBe("done");
  });
});

test("single tokens can be told apart", () => {
  const writer = new Writer().start().task("write");
  writer.message();
  writer.say("one two three");
  const { frame, buffer } = frameOf(writer.events);
  const store = new Store();
  store.applyFrame(frame, buffer);
  const block = store.messages[0]?.blocks[0];
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
  const store = folded(head.events);
  const size = 1000;
  for (let at = 0; at < count; at += size) {
    const first = head.events.length + at;
    store.applyFrame(
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
  expect(store.tokens.value).toBe(count);
  expect(store.messages[0]?.text.length).toBe(5 * count);
});
