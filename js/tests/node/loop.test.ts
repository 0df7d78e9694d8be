import { expect, test } from "vitest";
import cases from "../../../tests/loops.json";
import type { Payload } from "../../src/events.gen";
import type { Filters } from "../../src/filters";
import { ALL } from "../../src/filters";
import { loop } from "../../src/loop";

// Python's tests run the same code against a graph, and compare what it prints.
test.each(cases.map((each) => [each.name, each] as const))("the loop for %s", (_, each) => {
  const { input, thread } = each;
  expect(loop(each.filters as Filters, { input: input as Payload, thread })).toBe(each.code);
});

test("an input that was masked or cut is left to be filled in", () => {
  const code = loop(ALL, { input: { api_key: "[masked]" }, thread: null });
  expect(code).toContain("inputs = ...  # what you gave the graph");
  expect(code).not.toContain("masked");
});
