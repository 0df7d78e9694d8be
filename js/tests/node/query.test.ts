import { describe, expect, test } from "vitest";
import { ALL, type Filters } from "../../src/model/filters";
import type { Message } from "../../src/model/message";
import { answerOnly, readQuery, toggleName, writeQuery } from "../../src/view/find/query";

describe("what is typed", () => {
  test.each<[string, Partial<Filters>, string]>([
    ["", {}, ""],
    ["ice cream", {}, "ice cream"],
    [
      "node:call_model tag:joke !node:x kind:text",
      { node: ["call_model", "!x"], tag: ["joke"], kind: ["text"] },
      "",
    ],
    ["node:!x", { node: ["!x"] }, ""],
    ["kind:text,tool rocky road", { kind: ["text", "tool"] }, "rocky road"],
    ['node:"two words" agent:a "node:b"', { node: ["two words"], agent: ["a"] }, "node:b"],
    ['"a \\"b\\""', {}, 'a "b"'],
    ["colour:red http://x", {}, "colour:red http://x"],
    ["node: a", {}, "node: a"],
    ["node:a,b", { node: ["a,b"] }, ""],
  ])("%j", (words, filters, text) => {
    const query = readQuery(words, ALL);
    expect(query).toEqual({ filters: { ...ALL, ...filters }, text });
    expect(readQuery(writeQuery(query), ALL)).toEqual(query);
  });

  test("keeps what cannot be typed", () => {
    expect(readQuery("tag:a", { ...ALL, node: ["b"], at: "team|x" }).filters).toEqual({
      ...ALL,
      tag: ["a"],
      at: "team|x",
    });
  });

  test("a chip puts a name in, takes it out, and takes the place of its contrary", () => {
    const once = toggleName(ALL, "node", "a");
    expect(once.node).toEqual(["a"]);
    expect(toggleName(once, "node", "a").node).toEqual([]);
    expect(toggleName({ ...ALL, node: ["!a", "b"] }, "node", "a").node).toEqual(["b", "a"]);
  });
});

describe("the answer", () => {
  const said = (node: string, more: object = {}) =>
    ({
      role: "ai",
      origin: "streamed",
      text: "x",
      ns: [],
      agent: null,
      node,
      ...more,
    }) as unknown as Message;

  test("is what the outermost graph said last", () => {
    const messages = [
      said("plan"),
      said("write"),
      said("expert", { ns: ["team:1"] }),
      said("write", { text: "" }),
      said("tools", { role: "tool" }),
    ];
    expect(answerOnly(messages, ALL)).toEqual({ ...ALL, node: ["write"], kind: ["text"] });
  });

  test("is an inner graph's if only inner graphs write, and its agent's if there is one", () => {
    const messages = [said("model", { ns: ["team:1"], agent: "expert" })];
    expect(answerOnly(messages, ALL)).toMatchObject({ node: ["model"], agent: ["expert"] });
  });

  test("is the chosen node's own where one was chosen in the graph, which stays chosen", () => {
    const messages = [
      said("model", { ns: ["team:1"] }),
      said("check", { ns: ["team:1"] }),
      said("write"),
    ];
    const before = { ...ALL, node: ["write"], at: "team" };
    expect(answerOnly(messages, before)).toEqual({
      ...ALL,
      node: ["check"],
      kind: ["text"],
      at: "team",
    });
  });

  test("is not there yet", () => {
    const before = { ...ALL, tag: ["a"] };
    expect(answerOnly([said("x", { origin: "input" })], before)).toBe(before);
  });
});
