import type { InitializeProps, RenderProps } from "@anywidget/types";
import { beforeEach, expect, test, vi } from "vitest";
import loader, { type Traits } from "../../src/entries/loader";

/** Code of views that counts how often it is loaded, and shows its arguments. */
const CODE = `
globalThis.loads = (globalThis.loads ?? 0) + 1;
export default {
  initialize: ({ model }) => { model.send({ kind: "opened" }); return () => model.send({ kind: "closed" }); },
  render: ({ el }) => { el.textContent = "a view"; return () => { el.textContent = ""; }; },
};`;

const holder = globalThis as unknown as { loads?: number };
let builds = 0;
let build = "";

beforeEach(() => {
  builds += 1;
  build = `build-${builds}`;
  holder.loads = 0;
});

/** A page's widget, with whatever its manager has. */
function widget(get_model?: (id: string) => unknown, hub: string | null = "IPY_MODEL_h1") {
  const heard: string[] = [];
  const model = {
    get: (name: keyof Traits) => ({ hub, build })[name],
    send: ({ kind }: { kind: string }) => heard.push(kind),
    widget_manager: get_model ? { get_model } : {},
  };
  const el = document.createElement("div");
  const given = { model, el } as unknown as InitializeProps<Traits> & RenderProps<Traits>;
  return { given, heard, el };
}

const found = async (code = CODE) => ({ get: () => code });

test("two widgets import the code once, and each is handed over to it", async () => {
  const ids: string[] = [];
  const [first, second] = [1, 2].map(() => widget((id) => ids.push(id) && found()));
  if (!first || !second) throw new Error("no widgets");
  const [close] = await Promise.all([first, second].map(({ given }) => loader.initialize(given)));
  const remove = await loader.render(second.given);

  expect(ids).toEqual(["h1", "h1"]);
  expect(holder.loads).toBe(1);
  expect([first.heard, second.heard]).toEqual([["opened"], ["opened"]]);
  expect(second.el.textContent).toBe("a view");
  remove();
  (close as () => void)();
  expect([second.el.textContent, first.heard]).toEqual(["", ["opened", "closed"]]);
});

test("code of another content is loaded beside it", async () => {
  await loader.initialize(widget(() => found()).given);
  build = `${build}-newer`;
  await loader.initialize(widget(() => found()).given);
  expect(holder.loads).toBe(2);
});

test.each([
  ["is restored later", () => Promise.reject(new Error("widget model not found"))],
  ["is restored later, in an older host", () => undefined],
])("a hub that %s is found", async (_, missing) => {
  let looks = 0;
  const { given, heard } = widget(() => {
    looks += 1;
    return looks < 4 ? missing() : found();
  });
  await loader.initialize(given);
  expect(heard).toEqual(["opened"]);
});

test.each<[string, ReturnType<typeof widget>]>([
  ["whose manager finds no models", widget()],
  ["without a hub", widget(() => found(), null)],
  ["whose hub is gone", widget(() => Promise.reject(new Error("widget model not found")))],
  ["whose hub never comes", widget(() => new Promise(() => {}))],
  ["whose manager fails", widget(() => JSON.parse("{"))],
  ["that cannot import the code", widget(() => found("import 'blocked:'"))],
])("a page %s asks the kernel in time, and says so", async (_, { given, heard, el }) => {
  const began = performance.now();
  await loader.initialize(given);
  expect(performance.now() - began).toBeLessThan(2000);
  expect(heard).toEqual(["code"]);

  const remove = await loader.render(given);
  expect(el.textContent).toMatch(/^Waiting for the kernel/);
  remove();
  expect(el.textContent).toBe("");
});

test("a page without code says what to do, rather than nothing", async () => {
  vi.useFakeTimers();
  try {
    const { given, el } = widget();
    await loader.render(given);
    vi.advanceTimersByTime(30_000);
    expect(el.textContent).toMatch(/did not arrive: run the cell again/);
  } finally {
    vi.useRealTimers();
  }
});
