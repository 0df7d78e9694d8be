import { describe, expect, test } from "vitest";
import { ChunkedText } from "../../src/model/chunkedText";

describe("a growing text", () => {
  test("reads the same as one string, wherever it is cut", () => {
    const text = new ChunkedText();
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
