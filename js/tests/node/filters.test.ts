import { computed } from "@preact/signals-core";
import { describe, expect, test } from "vitest";
import { ALL, describe as inWords, readFilters, shows, showsPart } from "../../src/model/filters";
import type { Message } from "../../src/model/message";
import { RunState } from "../../src/model/runState";
import { fixture } from "../fixtures";
import { Writer } from "../log";

describe("filters", () => {
  const message = (node: string | null, tags: string[]) =>
    ({ node, tags, agent: null }) as unknown as Message;

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
    expect(shows({ ...ALL, node, tag }, message("a", ["x", "y"]))).toBe(expected);
  });

  test("a message of no node is shown unless a node is named", () => {
    expect(shows({ ...ALL, node: ["!a"] }, message(null, []))).toBe(true);
    expect(shows({ ...ALL, node: ["a"] }, message(null, []))).toBe(false);
  });

  test.each([
    ["team", true],
    ["team|write", true],
    ["team|write|deeper", false],
    ["tea", false],
    ["write", false],
  ])("what belongs to the drawn node %s: %s", (at, expected) => {
    const inside = { ns: ["team:1f"], node: "write", tags: [], agent: null } as unknown as Message;
    expect(shows({ ...ALL, at }, inside)).toBe(expected);
  });

  test("in words", () => {
    expect(inWords({ ...ALL, node: ["a", "!b"], tag: ["t"] })).toBe("node a, not node b, tag t");
    expect(inWords({ ...ALL, at: "team|write" })).toBe("team › write");
    expect(inWords({ ...ALL, agent: ["boss"], kind: ["!tool"] })).toBe("agent boss, not kind tool");
    expect(readFilters(null)).toEqual(ALL);
    expect(readFilters({ kind: ["text"], agent: "boss" })).toEqual({ ...ALL, kind: ["text"] });
  });

  test.each([
    [["boss"], ["boss"]],
    [["!boss"], ["critic", null]],
    [
      ["boss", "critic"],
      ["boss", "critic"],
    ],
  ])("agents %j: %j", (agent, expected) => {
    const of = (name: string | null) =>
      ({ node: "n", tags: [], agent: name }) as unknown as Message;
    const kept = ["boss", "critic", null].filter((name) => shows({ ...ALL, agent }, of(name)));
    expect(kept).toEqual(expected);
  });

  test.each([
    [["text"], ["input", "think"]],
    [["tool"], ["think", "tools"]],
    [["reasoning"], []],
    [["!text"], ["think", "tools"]],
    [
      ["text", "!tool"],
      ["input", "think"],
    ],
    [[], ["input", "think", "tools", "think"]],
  ])("an agent's messages with the kinds %j: %j", (kind, expected) => {
    const run = new RunState();
    for (const event of fixture("agent").events) run.applyEvent(event);
    const kept = run.messages.filter((message) => shows({ ...ALL, kind }, message));
    expect(kept.map((message) => message.node ?? message.origin)).toEqual(expected);
  });

  test("media are text, and all that a tool says is of the tool", () => {
    const only = (kind: string) => ({ ...ALL, kind: [kind] });
    expect(showsPart(only("text"), "ai", "image")).toBe(true);
    expect(showsPart(only("text"), "tool", "text")).toBe(false);
    expect(showsPart(only("tool"), "tool", "image")).toBe(true);
    expect(showsPart(only("reasoning"), "ai", "reasoning")).toBe(true);
  });

  test("what a message has shows when it comes", () => {
    const writer = new Writer().start().task("write");
    writer.message();
    const run = new RunState();
    for (const event of writer.events) run.applyEvent(event);
    const [message] = run.messages as [Message];
    const shown = computed(() => shows({ ...ALL, kind: ["text"] }, message));
    expect(shown.value).toBe(false);
    for (const event of writer.say("so").events) run.applyEvent(event);
    expect(shown.value).toBe(true);
  });
});
