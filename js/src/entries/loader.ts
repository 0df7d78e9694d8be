/**
 * The code that each widget carries: it takes the code of the views from the hub, once per
 * page, and hands over to it. Where the hub cannot be found, it asks the kernel: the code then
 * comes with the widget, and the host loads it as it has loaded this.
 */
import type { InitializeProps, RenderProps } from "@anywidget/types";

/** The traits that the loader reads. */
export interface Traits {
  /** The hub's id, as ipywidgets writes a widget in another's state. */
  hub: string | null;
  /** The name of the code: a hash of its content. */
  build: string;
}

/** The module of the views (`widget.ts`). */
interface Code {
  initialize(given: InitializeProps<Traits>): () => void;
  render(given: RenderProps<Traits>): () => void;
}

/** A host's widget manager; ipywidgets 7 has no promise of a model that is not there. */
interface Manager {
  get_model(id: string): Promise<{ get(name: "code"): string }> | undefined;
}

type Codes = Map<string, Promise<Code>>;

/** Milliseconds for the hub: anywidget gives up on a model that is not ready after 2 s. */
const PATIENCE = 1000;
/** Milliseconds between two looks: a reloaded page restores its widgets in any order. */
const PAUSE = 50;
/** Milliseconds for the kernel, which may be busy. */
const LATE = 30_000;
const COMING = "Waiting for the kernel to send this view…";
const MISSING = "This view did not arrive: run the cell again, or reload the page.";

const page = globalThis as unknown as { [key: symbol]: Codes | undefined };
const KEY = Symbol.for("lg_notebook.code");
page[KEY] ??= new Map();
const codes = page[KEY];

const wait = (ms: number) => new Promise<undefined>((done) => setTimeout(done, ms));

async function load({ model }: InitializeProps<Traits>): Promise<Code | undefined> {
  const build = model.get("build");
  const id = model.get("hub")?.slice("IPY_MODEL_".length);
  const manager = model.widget_manager as Partial<Manager> | undefined;
  if (!id || !manager?.get_model) return undefined;
  for (const end = Date.now() + PATIENCE; Date.now() < end; await wait(PAUSE)) {
    const hub = await Promise.resolve(manager.get_model(id)).catch(() => {});
    if (!hub) continue;
    let coming = codes.get(build);
    if (!coming) {
      const file = new Blob([hub.get("code")], { type: "text/javascript" });
      coming = import(/* @vite-ignore */ URL.createObjectURL(file)).then((code) => code.default);
      codes.set(build, coming);
    }
    return coming;
  }
  return undefined;
}

async function initialize(given: InitializeProps<Traits>): Promise<unknown> {
  const code = await Promise.race([load(given).catch(() => {}), wait(PATIENCE)]);
  if (code) return code.initialize(given);
  given.model.send({ kind: "code" });
  return undefined;
}

async function render(given: RenderProps<Traits>): Promise<() => void> {
  const code = await codes.get(given.model.get("build"))?.catch(() => {});
  if (code) return code.render(given);
  const words = document.createElement("p");
  words.textContent = COMING;
  given.el.append(words);
  const timer = setTimeout(() => {
    words.textContent = MISSING;
  }, LATE);
  return () => {
    clearTimeout(timer);
    words.remove();
  };
}

export default { initialize, render };
