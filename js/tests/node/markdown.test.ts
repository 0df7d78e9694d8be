import { Lexer } from "marked";
import { describe, expect, test } from "vitest";
import { resolveEntities } from "../../src/view/markdown/entity";
import { lengthBefore, stablePrefix, unified } from "../../src/view/markdown/stablePrefix";

describe("which Markdown blocks are stable", () => {
  const stable = (text: string) => text.slice(0, stablePrefix(text, new Lexer().lex(text)).length);

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
    expect(stable(text)).toBe(expected);
  });

  test("piece by piece gives the blocks of the whole text", () => {
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
        const { length } = stablePrefix(tail, new Lexer().lex(tail));
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
  expect(
    resolveEntities("a &amp;&lt;b&gt; &#65;&#x1F366; &copy; &nope; &#0; &#xD800; &__proto__;"),
  ).toBe("a &<b> A🍦 © &nope; \ufffd \ufffd &__proto__;");
});
