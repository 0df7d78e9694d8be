import { describe, expect, test } from "vitest";
import { finishedEnd, spoken } from "../../src/format/sentences";

describe("what is finished", () => {
  test.each([
    ["No end yet", ""],
    ["One is whole. Two is", "One is whole. "],
    ["One. Two? Three! Fo", "One. Two? Three! "],
    // It may continue: 3.14, a name, an abbreviation.
    ["Pi is 3.", ""],
    ["Pi is 3.14 and", ""],
    ["Some, e.g. this one", ""],
    ["1. First, then", ""],
    ["1. First. Then", "1. First. "],
    ["It says “yes.” And", "It says “yes.” "],
    ["A **bold end.** And", "A **bold end.** "],
    ["A line\nand another", "A line\n"],
    ["一句话。两句", "一句话。"],
    ["- item one\n- item", "- item one\n"],
    ["Code:\n```py\nx = 1. \ny", "Code:\n"],
    ["Code:\n```py\nx = 1\n```\nDone. And", "Code:\n```py\nx = 1\n```\nDone. "],
    ["```\n~~~\nstill. open", ""],
    ["", ""],
  ])("of %j is %j", (text, finished) => {
    expect(text.slice(0, finishedEnd(text))).toBe(finished);
  });

  test("nothing is lost, twice or cut within a sentence, however the text comes", () => {
    const text = "First one. Second, *longer* one! Is it?\n\n- a list\n- of two. Or so.\n\nEnd.";
    const whole = new Set(text.match(/[^.!?\n]+[.!?\n]*\s*/g));
    for (let size = 1; size < 9; size += 1) {
      let [read, pieces] = [0, [] as string[]];
      for (let to = size; to <= text.length; to += size) {
        const end = finishedEnd(text.slice(read, to));
        if (end > 0) pieces = [...pieces, text.slice(read, read + end)];
        read += end;
      }
      const rest = text.slice(read);
      expect([...pieces, rest].join("")).toBe(text);
      for (const piece of pieces) {
        for (const part of piece.match(/[^.!?\n]+[.!?\n]*\s*/g) ?? []) {
          expect([...whole].some((each) => each.trim() === part.trim())).toBe(true);
        }
      }
    }
  });
});

describe("what is read aloud", () => {
  test.each([
    ["## A title\n\nAnd **bold**, _thin_, ~~gone~~ text.", "A title And bold, thin, gone text."],
    ["- [x] one\n2. two\n> three", "one two three"],
    [
      "See [the page](https://a.example/x_y_z) or <https://b.example>.",
      "See the page or https://b.example.",
    ],
    ["![a cat](https://a.example/c.png) sits", "a cat sits"],
    [
      "Call `f(x)` with snake_case_name and 2 * 3 * 4.",
      "Call f(x) with snake_case_name and 2 * 3 * 4.",
    ],
    ["Before\n```py\nsecret = 1\n```\nafter", "Before Code. after"],
    ["| a | b |\n|---|---|\n| 1 | 2 |", "a, b 1, 2"],
    ["---\n***\n", ""],
    ["a \\* b", "a * b"],
    ["<script>alert(1)</script>", "<script>alert(1)</script>"],
  ])("of %j", (text, words) => {
    expect(spoken(text)).toBe(words);
  });

  test("of hostile text takes no time", () => {
    const began = performance.now();
    for (const piece of ["*", "_", "[", "![", "`", "~", "> ", "|", "a_", "**a"])
      spoken(piece.repeat(20_000));
    // Backtracking without bound would take minutes: this does not measure.
    expect(performance.now() - began).toBeLessThan(60_000);
  });
});
