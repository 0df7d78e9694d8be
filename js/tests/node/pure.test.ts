import { Lexer } from "marked";
import { describe, expect, test } from "vitest";
import { facts } from "../../src/facts";
import { brief, duration, place, plural, prettyJson } from "../../src/figures";
import { describe as inWords, readFilters, shows } from "../../src/filters";
import { readAnswer, readObject } from "../../src/json";
import { resolved } from "../../src/markdown/entity";
import { lengthBefore, settle, unified } from "../../src/markdown/settle";
import type { Message } from "../../src/message";
import { Store } from "../../src/store";
import { Text } from "../../src/text";
import { Writer } from "../log";

describe("a growing text", () => {
  test("reads the same as one string, wherever it is cut", () => {
    const text = new Text();
    let whole = "";
    for (let index = 0; index < 9000; index += 1) {
      const piece = `${index} `;
      text.append(piece);
      whole += piece;
    }
    expect(text.toString()).toBe(whole);
    expect(text.length).toBe(whole.length);
    for (const [from, to] of [
      [0, 5],
      [16_380, 16_390],
      [10, 40_000],
      [40_000, whole.length],
    ]) {
      expect(text.slice(from ?? 0, to)).toBe(whole.slice(from, to));
    }
    expect(text.slice(whole.length)).toBe("");
  });
});

describe("which Markdown blocks are settled", () => {
  const settled = (text: string) => text.slice(0, settle(text, new Lexer().lex(text)).length);

  test.each([
    ["one open paragraph", "Hello", ""],
    ["a paragraph, and the beginning of another", "Hello\n\nWor", ""],
    ["a paragraph, and a whole line of another", "Hello\n\nWorld\n", "Hello\n\n"],
    ["what may become a heading by an underline", "Title\n--", ""],
    ["a list whose next item may come", "- a\n- b\n\n", ""],
    ["a list, and what may become its next item", "- a\n\n-", ""],
    ["a list, and a paragraph", "- a\n- b\n\nDone.\n", "- a\n- b\n\n"],
    ["an open fence", "Text\n\n```py\nx = 1\n\ny = 2\n", "Text\n\n"],
    ["a closed fence, and a line", "```\nx\n```\nand\n", "```\nx\n```\n"],
    ["a table that grows", "| a |\n|---|\n| 1 |\n| 2 |\n", ""],
    ["a heading, and a line", "# A\nb\n", "# A\n"],
  ])("%s", (_, text, expected) => {
    expect(settled(text)).toBe(expected);
  });

  test("settling piece by piece gives the blocks of the whole text", () => {
    const text =
      "# A\n\nOne\ntwo\n\n- x\n- y\n\n  z\n\n> q\n\n```\ncode\n\n```\n\n| a |\n|-|\n| 1 |\n\nEnd\n";
    const kinds = (source: string) =>
      new Lexer()
        .lex(source)
        .filter((token) => token.type !== "space")
        .map((token) => token.type);
    for (let size = 1; size < 9; size += 1) {
      const blocks: string[] = [];
      let done = 0;
      for (let end = size; end < text.length; end += size) {
        const tail = text.slice(done, end);
        const { length } = settle(tail, new Lexer().lex(tail));
        blocks.push(...kinds(tail.slice(0, length)));
        done += length;
      }
      blocks.push(...kinds(text.slice(done)));
      expect(blocks).toEqual(kinds(text));
    }
  });

  test("line ends of other systems count as they are", () => {
    const text = "a\r\nb\r\n\r\nc\r";
    expect(unified(text)).toBe("a\nb\n\nc\n");
    expect(text.slice(0, lengthBefore(text, "a\nb\n\n".length))).toBe("a\r\nb\r\n\r\n");
  });
});

test("character references", () => {
  expect(resolved("a &amp;&lt;b&gt; &#65;&#x1F366; &copy; &nope; &#0; &#xD800; &__proto__;")).toBe(
    "a &<b> A🍦 © &nope; \ufffd \ufffd &__proto__;",
  );
});

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
  });
});

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

  test("in words", () => {
    expect(inWords({ node: ["a", "!b"], tag: ["t"] })).toBe("node a, not node b, tag t");
    expect(readFilters(null)).toEqual({ node: [], tag: [] });
  });
});

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

test("what is known about a message", () => {
  const writer = new Writer().start().task("call_model");
  writer.message({
    metadata: {
      langgraph_node: "call_model",
      langgraph_step: 1,
      langgraph_triggers: ["branch:to:call_model"],
      langgraph_path: ["__pregel_pull", "call_model"],
      ls_provider: "openai",
      ls_model_name: "smollm2",
      ls_temperature: 0,
      tags: ["joke", "short"],
      team: { id: 7 },
    },
  });
  writer.wait(100).token("a").wait(99).token("b").wait(99).token("c");
  const usage = { input_tokens: 5, output_tokens: 1234, total_tokens: 1239 };
  writer.finish(0, { usage }).end();
  const store = new Store();
  for (const event of writer.events) store.applyEvent(event);
  const [message] = store.messages;
  if (!message) throw new Error("no message");
  const known = Object.fromEntries(
    facts(message, store).map(({ title, facts: rows }) => [
      title,
      Object.fromEntries(rows.map(({ label, value }) => [label, value])),
    ]),
  );
  expect(known).toEqual({
    Where: {
      Node: "call_model",
      Step: "1",
      Triggers: "branch:to:call_model",
      Path: "__pregel_pull, call_model",
      Task: "task-call_model",
    },
    Model: { Model: "smollm2", Provider: "openai", Temperature: "0" },
    Timing: {
      "First token (run)": "103 ms",
      "First token (node)": "102 ms",
      Tokens: "3",
      "Tokens per second": "10.0",
      Duration: "200 ms",
    },
    Usage: { "Input tokens": "5", "Output tokens": "1,234", "Total tokens": "1,239" },
    Tags: { Tags: "joke, short" },
    Message: { Id: "run-0", Role: "ai", Origin: "streamed", "Finish reason": "stop" },
    More: { team: '{"id":7}' },
  });
});
