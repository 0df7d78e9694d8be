import { describe, expect, test } from "vitest";
import { readAnswer, readObject } from "../../src/format/parseInput";

describe("what people type", () => {
  test("an object", () => {
    expect(readObject('{"topic": "ice"}', ["topic"])).toEqual({ topic: "ice" });
  });

  test.each([
    ['{"topic": }', /^This is not JSON yet: .+\.$/],
    ["[1]", /^The input has to be a JSON object/],
    ["null", /^The input has to be a JSON object/],
    ["{}", /^The input lacks “topic”\.$/],
  ])("%s", (text, sentence) => {
    expect(readObject(text, ["topic"])).toMatch(sentence);
  });

  test("answers are JSON where they can be", () => {
    expect(["yes", "true", '{"a": 1}', "42"].map(readAnswer)).toEqual(["yes", true, { a: 1 }, 42]);
  });
});
