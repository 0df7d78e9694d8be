import { describe, expect, test } from "vitest";
import { brief, duration, pathOf, place, plural, prettyJson } from "../../src/format/format";

describe("figures", () => {
  test("durations", () => {
    const words = [0, 340e6, 999.4e6, 1e9, 59.94e9, 65e9, 3_725e9].map(duration);
    expect(words).toEqual([
      "0 ms",
      "340 ms",
      "999 ms",
      "1.0 s",
      "59.9 s",
      "1 min 05 s",
      "62 min 05 s",
    ]);
  });

  test("numbers, values and places", () => {
    expect([plural(1, "token"), plural(12_345, "token")]).toEqual(["1 token", "12,345 tokens"]);
    expect([brief("a"), brief(["a", 1])]).toEqual(["a", '["a",1]']);
    expect([prettyJson('{"a":1}'), prettyJson('{"a":')]).toEqual(['{\n  "a": 1\n}', null]);
    expect([place(["team:1f", "sub:2"], "ask"), place([], null)]).toEqual(["team › sub › ask", ""]);
    expect([pathOf(["team:1f", "1", "3:a"], "ask"), pathOf([], "ask")]).toEqual([
      "team|3|ask",
      "ask",
    ]);
  });
});
