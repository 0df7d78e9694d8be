import { describe, expect, test } from "vitest";
import {
  decode,
  encode,
  type Frame,
  fromBase64,
  type Step,
  toBase64,
  WireError,
} from "../../src/protocol/frames";

const MS = 1_000_000;

function stretch(text: string, sizes: number[], times: number[], message = 0): Step {
  return {
    type: "tokens",
    message,
    block: 0,
    kind: "text",
    text,
    sizes: Uint32Array.from(sizes),
    times: Float64Array.from(times, (ms) => ms * MS),
  };
}

function roundTrip(steps: Step[]): Step[] {
  const frame = JSON.parse(JSON.stringify(encode(steps, 3))) as Frame;
  return decode(frame, fromBase64(frame.buffer ?? ""));
}

describe("round trips", () => {
  test.each([
    ["plain tokens", stretch("Hello world", [5, 6], [10, 12])],
    ["an empty token", stretch("ab", [1, 0, 1], [0, 0, 0])],
    ["a token of fifteen units, and one of sixteen", stretch("x".repeat(31), [15, 16], [1, 2])],
    ["a very long token", stretch("y".repeat(70_000), [70_000], [5])],
    ["surrogate pairs", stretch("a🍦b👩‍🚀", [1, 2, 1, 5], [1, 2, 3, 4])],
    ["gaps of 14 and 15 ms", stretch("abc", [1, 1, 1], [0, 14, 29])],
    ["a gap of two months", stretch("ab", [1, 1], [7, 5_184_000_007])],
    ["a long token after a long gap", stretch("z".repeat(200), [100, 100], [0, 60_000])],
  ])("%s", (_, step) => {
    expect(roundTrip([step])).toEqual([step]);
  });

  test("several messages at the same time, their gaps counted from the frame's beginning", () => {
    const steps = [stretch("ab", [1, 1], [100, 120]), stretch("cd", [1, 1], [105, 900], 1)];
    expect(roundTrip(steps)).toEqual(steps);
  });

  test("events keep their nanoseconds", () => {
    const place = { ns: ["a:1"], task: "t", node: "n", step: 2 };
    const event: Step = { type: "custom", t: 1_234_567, ...place, data: { x: [1, null, "é"] } };
    expect(roundTrip([event, stretch("a", [1], [2])])[0]).toEqual(event);
  });

  test("halves of surrogate pairs, which no file can hold, are replaced", () => {
    const frame = encode([stretch("a\ud83cb", [1, 1, 1], [0, 0, 0])], 0);
    expect(frame.items[0]).toEqual([0, 0, "text", "a\ufffdb", 3]);
  });

  test("a hundred thousand tokens take a byte each beyond their text", () => {
    const count = 100_000;
    const step = stretch("word ".repeat(count), Array(count).fill(5), Array(count).fill(1));
    expect(fromBase64(encode([step], 0).buffer ?? "")).toHaveLength(count);
  });

  test("base64", () => {
    const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => index % 256);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    expect(() => fromBase64("not base64!")).toThrow(WireError);
  });
});

describe("a frame that is broken", () => {
  const good = encode([stretch("abc", [1, 2], [0, 1])], 0);
  const bytes = fromBase64(good.buffer ?? "");

  test.each<[string, Partial<Frame>, Uint8Array]>([
    ["has a short buffer", {}, bytes.subarray(1)],
    ["has a long buffer", {}, Uint8Array.of(...bytes, 0)],
    ["announces more events", { last: 9 }, bytes],
    ["has a text of another length", { items: [[0, 0, "text", "ab", 2]] }, bytes],
    ["claims a huge count", { items: [[0, 0, "text", "abc", 1e12]], last: 1e12 }, bytes],
    ["has a batch of nothing", { items: [[0, 0, "text", "", 0]], last: 0 }, new Uint8Array()],
    ["has an item of no type", { items: [{} as never], last: 1 }, new Uint8Array()],
    ["has a text that is none", { items: [[0, 0, "text", 7 as never, 2]] }, bytes],
  ])("%s", (_, change, buffer) => {
    expect(() => decode({ ...good, ...change }, buffer)).toThrow(WireError);
  });
});
