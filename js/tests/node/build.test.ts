import { expect, test } from "vitest";
import { bundle } from "../../build/bundle.mjs";

/** The packages that have something in a bundle. */
function packages(inputs: string[]): string[] {
  const names = inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

test("the highlighter stays in its own file, which runs in a worker and needs nothing else", async () => {
  const [first, second] = await Promise.all([
    bundle("src/entries/widget.ts", "esm"),
    bundle("src/entries/highlighter.ts", "esm"),
  ]);
  expect(packages(first.inputs)).toEqual(["@preact/signals-core", "marked"]);
  expect(packages(second.inputs)).toEqual(["highlight.js"]);
});

test("style sheets are in the bundle, minified", async () => {
  const { text } = await bundle("src/entries/widget.ts", "esm");
  for (const part of [".lgn-find-pane{", ".lgn-sidebar{", "forced-colors:active"]) {
    expect(text).toContain(part);
  }
});

test("the loader is small: each run's own widget carries it", async () => {
  const { text } = await bundle("src/entries/loader.ts", "esm", "0".repeat(16));
  expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(1500);
});
