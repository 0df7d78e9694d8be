import { expect, test } from "vitest";
import { sourceOffsets } from "../../src/view/markdown/sourceOffsets";

/** The source that a part of a drawn text comes from. */
function sourceOf(part: string, shown: string, source: string): string {
  const places = sourceOffsets(shown, source);
  const index = shown.indexOf(part);
  const [first, last] = [places[index] ?? -1, places[index + part.length - 1] ?? -1];
  return source.slice(first, last + 1);
}

test.each<[part: string, shown: string, source: string]>([
  ["bold", "some bold words", "some **bold** words"],
  ["words", "some bold words", "some **bo**ld words"],
  ["Title", "TitleText", "## Title\n\nText"],
  ["Text", "TitleText", "## Title\n\nText"],
  ["and", "see and so on", "[see](https://example.org/and/see) and so on"],
  ["two", "onetwo", "- one\n- two\n"],
  ["2", "ab12", "| a | b |\n|---|---|\n| 1 | 2 |\n"],
  ["x = 1", "x = 1\ny = 2", "```py\nx = 1\ny = 2\n```"],
  ["done", "☑ done", "- [x] done"],
  ["now", "© now", "&copy; now"],
  ["end", `an image end`, `an ![image](data:image/png;base64,${"end1".repeat(500)}) end`],
  ["line", "one\nline", "one\r\nline"],
])("%j of %j", (part, shown, source) => {
  expect(sourceOf(part, shown, source)).toBe(part);
  const places = sourceOffsets(shown, source);
  const index = shown.indexOf(part);
  // Behind the omitted text, not in it.
  expect(places[index]).toBe(source.lastIndexOf(part));
});

test("goes forward only, and says of what it does not find that it has not", () => {
  const shown = "a☑b… c";
  const places = [...sourceOffsets(shown, "**a** b c")];
  expect(places.filter((place) => place < 0)).toHaveLength(2);
  const known = places.filter((place) => place >= 0);
  expect(known).toEqual([...known].sort((a, b) => a - b));
});
