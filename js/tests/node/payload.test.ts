import { describe, expect, test } from "vitest";
import rule from "../../../tests/credentials.json";
import { ROOT, RunLog } from "../../src/deno/eventLog";
import { isCredential, payload } from "../../src/deno/payload";

// Python's tests read the same file: both hold the same names for credentials.
describe("the rule for credentials", () => {
  test.each(rule.credentials)("%j names one", (name) => {
    expect(isCredential(name)).toBe(true);
  });

  test.each(rule.others)("%j names none", (name) => {
    expect(isCredential(name)).toBe(false);
  });

  test.each(rule.masked.map((value) => [value]))("a value of %j is masked", (value) => {
    expect(payload({ password: value })).toEqual({ password: "[masked]" });
  });

  test.each(rule.telling_nothing.map((value) => [value]))("%j reveals nothing", (value) => {
    expect(payload({ password: value })).toEqual({ password: value });
  });
});

describe("pairs of a name and a value", () => {
  const headers = [
    ["x-api-key", "abc"],
    ["accept", "text"],
  ];

  test("in lists", () => {
    expect(payload({ headers })).toEqual({
      headers: [
        ["x-api-key", "[masked]"],
        ["accept", "text"],
      ],
    });
  });

  test("in objects", () => {
    expect(payload([{ name: "x-api-key", value: "abc" }])).toEqual([
      { name: "x-api-key", value: "[masked]" },
    ]);
    expect(payload({ name: "size", value: "abc" })).toEqual({ name: "size", value: "abc" });
  });
});

test("halves of surrogate pairs become U+FFFD, wherever an event has them", () => {
  const log = new RunLog();
  log.add({
    type: "custom",
    t: 0,
    ...ROOT,
    node: "a\ud83d",
    data: { "\udcaf": ["x\ud83d y", 1] },
  });

  const [event] = log.steps;

  expect(event).toMatchObject({ node: "a\ufffd", data: { "\ufffd": ["x\ufffd y", 1] } });
});
