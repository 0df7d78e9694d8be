import { describe, expect, test } from "vitest";
import rule from "../../../tests/credentials.json";
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
