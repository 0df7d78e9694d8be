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
let uids = 0;

beforeEach(() => {
  builds += 1;
  build = `build-${builds}`;
  holder.loads = 0;
});

/** A page's widget, with whatever its manager has. */
function widget(get_model?: (id: string) => unknown, hub: string | null = "IPY_MODEL_h1") {
  const heard: string[] = [];
  uids += 1;
  const uid = `uid-${uids}`;
  const model = {
    get: (name: keyof Traits) => ({ hub, build, uid })[name],
    send: ({ kind }: { kind: string }) => heard.push(kind),
    widget_manager: get_model ? { get_model } : {},
  };
  const el = document.createElement("div");
  const props = { model, el } as unknown as InitializeProps<Traits> & RenderProps<Traits>;
  return { props, heard, el };
}

const found = async (code = CODE) => ({ get: () => code });

test("two widgets import the code once, and each uses it", async () => {
  const ids: string[] = [];
  const [first, second] = [1, 2].map(() => widget((id) => ids.push(id) && found()));
  if (!first || !second) throw new Error("no widgets");
  const [close] = await Promise.all([first, second].map(({ props }) => loader.initialize(props)));
  const remove = await loader.render(second.props);

  expect(ids).toEqual(["h1", "h1"]);
  expect(holder.loads).toBe(1);
  expect([first.heard, second.heard]).toEqual([["opened"], ["opened"]]);
  expect(second.el.textContent).toBe("a view");
  remove();
  (close as () => void)();
  expect([second.el.textContent, first.heard]).toEqual(["", ["opened", "closed"]]);
});

test("a hub that comes late opens the view late, once, and not after its end", async () => {
  const late = () => new Promise((done) => setTimeout(() => done(found()), 700));
  const [first, second] = [widget(late), widget(late)];
  await loader.initialize(first.props);
  const close = await loader.initialize(second.props);
  expect([first.heard, second.heard]).toEqual([[], []]);
  close();

  await loader.render(first.props);
  expect(first.el.textContent).toBe("a view");
  expect(holder.loads).toBe(1);
  expect([first.heard, second.heard]).toEqual([["opened"], []]);
});

test("code of another content is loaded beside it", async () => {
  await loader.initialize(widget(() => found()).props);
  build = `${build}-newer`;
  await loader.initialize(widget(() => found()).props);
  expect(holder.loads).toBe(2);
});

test.each([
  ["is restored later", () => Promise.reject(new Error("widget model not found"))],
  ["is restored later, in an older host", () => undefined],
])("a hub that %s is found", async (_, missing) => {
  let looks = 0;
  const { props, heard } = widget(() => {
    looks += 1;
    return looks < 4 ? missing() : found();
  });
  await loader.initialize(props);
  expect(heard).toEqual(["opened"]);
});

test.each<[string, ReturnType<typeof widget>]>([
  ["whose manager finds no models", widget()],
  ["without a hub", widget(() => found(), null)],
  ["whose hub is gone", widget(() => Promise.reject(new Error("widget model not found")))],
  ["whose hub never comes", widget(() => new Promise(() => {}))],
  ["whose manager fails", widget(() => JSON.parse("{"))],
  ["that cannot import the code", widget(() => found("import 'blocked:'"))],
])("a page %s asks the kernel in time, and says so", async (_, { props, heard, el }) => {
  const began = performance.now();
  await loader.initialize(props);
  // Later, anywidget would never let the answer through.
  expect(performance.now() - began).toBeLessThan(2000);
  await expect.poll(() => heard).toEqual(["code"]);

  const remove = await loader.render(props);
  expect(el.textContent).toMatch(/^Waiting for the kernel/);
  remove();
  expect(el.textContent).toBe("");
});

test("a page without code says what to do, rather than nothing", async () => {
  vi.useFakeTimers();
  try {
    const { props, el } = widget();
    await loader.render(props);
    vi.advanceTimersByTime(30_000);
    expect(el.textContent).toMatch(/did not arrive: run the cell again/);
  } finally {
    vi.useRealTimers();
  }
});
