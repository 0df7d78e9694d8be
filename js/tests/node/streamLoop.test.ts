import { expect, test } from "vitest";
import cases from "../../../tests/loops.json";
import { streamLoop } from "../../src/codegen/streamLoop";
import type { Filters } from "../../src/model/filters";
import { ALL } from "../../src/model/filters";
import type { Payload } from "../../src/protocol/events.gen";

// Python's tests run the same code against a graph, and compare what it prints.
test.each(cases.map((each) => [each.name, each] as const))("the loop for %s", (_, each) => {
  const { input, thread } = each;
  expect(streamLoop(each.filters as Filters, { input: input as Payload, thread })).toBe(each.code);
});

test("an input that was masked or cut is left to be filled in", () => {
  const code = streamLoop(ALL, { input: { api_key: "[masked]" }, thread: null });
  expect(code).toContain("inputs = ...  # what you gave the graph");
  expect(code).not.toContain("masked");
});
