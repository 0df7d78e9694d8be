import { describe, expect, test } from "vitest";
import { describe as inWords, readFilters, shows } from "../../src/filters";
import type { Message } from "../../src/message";

describe("filters", () => {
  const message = (node: string | null, tags: string[]) => ({ node, tags }) as unknown as Message;

  test.each([
    [[], [], true],
    [["a"], [], true],
    [["b"], [], false],
    [["b", "a"], [], true],
    [["!a"], [], false],
    [["!b"], [], true],
    [["a", "!a"], [], false],
    [[], ["x"], true],
    [[], ["!x"], false],
    [["a"], ["z"], false],
  ])("nodes %j, tags %j: %s", (node, tag, expected) => {
    expect(shows({ node, tag }, message("a", ["x", "y"]))).toBe(expected);
  });

  test("a message of no node is shown unless some node is asked for", () => {
    expect(shows({ node: ["!a"], tag: [] }, message(null, []))).toBe(true);
    expect(shows({ node: ["a"], tag: [] }, message(null, []))).toBe(false);
  });

  test.each([
    ["team", true],
    ["team|write", true],
    ["team|write|deeper", false],
    ["tea", false],
    ["write", false],
  ])("what belongs to the drawn node %s: %s", (at, expected) => {
    const inside = { ns: ["team:1f"], node: "write", tags: [] } as unknown as Message;
    expect(shows({ node: [], tag: [], at }, inside)).toBe(expected);
  });

  test("in words", () => {
    expect(inWords({ node: ["a", "!b"], tag: ["t"] })).toBe("node a, not node b, tag t");
    expect(inWords({ node: [], tag: [], at: "team|write" })).toBe("team › write");
    expect(readFilters(null)).toEqual({ node: [], tag: [] });
  });
});
