import { afterEach, expect, test } from "vitest";
import { Writer } from "../log";
import { cleanUp, drawn, FakeKernel, texts } from "./fakeKernel";

afterEach(cleanUp);

const LINES = ["The answer came whole: let the model stream.", "<b>node</b> is tagged."];

function ended(more: object): Element {
  const kernel = new FakeKernel({ count: 1, status: "done" }).open();
  const writer = new Writer().start().task("call_model");
  writer.message({ origin: "returned" });
  writer.token("All together.").finish().finishTask().end("done", more);
  const el = kernel.render();
  kernel.send(writer.events);
  return el;
}

test("a run that lacks tokens says why, a line for each cause", async () => {
  const el = ended({ diagnosis: LINES });
  await drawn();
  expect(texts(el, ".lgn-run-footer [role=status] .lgn-hint")).toEqual(LINES);
  expect(el.querySelectorAll(".lgn-hint svg[aria-hidden=true]")).toHaveLength(2);
  expect(el.querySelector(".lgn-hint b")).toBeNull();
});

test("where nothing is wrong, nothing is said", async () => {
  const el = ended({});
  await drawn();
  expect(el.querySelector(".lgn-hint")).toBeNull();
});

test("another value there, in a saved notebook, does no harm", async () => {
  const el = ended({ diagnosis: 7 });
  await drawn();
  expect(texts(el, ".lgn-body")).toEqual(["All together."]);
  expect(el.querySelector(".lgn-hint")).toBeNull();
});

test("it is said when the run has ended, not before", async () => {
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  const writer = new Writer().start().task("call_model");
  const el = kernel.render();
  kernel.send(writer.events);
  await drawn();
  const region = el.querySelector(".lgn-run-footer [role=status]");
  expect(region?.textContent).toBe("");
  writer.finishTask().end("done", { diagnosis: LINES });
  kernel.send(writer.events);
  await drawn();
  expect(region?.textContent).toBe(LINES.join(""));
});
