/**
 * The code that each widget carries: it takes the code of the views from the hub, once per
 * page, and calls it. If there is no hub in the page, it asks the kernel. The code then
 * comes with the widget, and the host loads it as it loaded this.
 */
import type { InitializeProps, RenderProps } from "@anywidget/types";

/** The traits that the loader reads. */
export interface Traits {
  /** The hub's id, as ipywidgets writes a widget in another's state. */
  hub: string | null;
  /** The name of the code: a hash of its content. */
  build: string;
  uid: string;
}

/** The module of the views (`widget.ts`). */
interface Code {
  initialize(props: InitializeProps<Traits>): () => void;
  render(props: RenderProps<Traits>): () => void;
}

/** A host's widget manager; ipywidgets 7 has no promise of a model that is not there. */
interface Manager {
  get_model(id: string): Promise<{ get(name: "code"): string }> | undefined;
}

type Codes = Map<string, Promise<Code>>;

/** Milliseconds until a model is ready: after 2 s anywidget drops all messages to it. */
const READY_TIMEOUT = 300;
/** Milliseconds for the hub. */
const HUB_TIMEOUT = 3000;
/** Milliseconds between two looks: a reloaded page restores its widgets in any order. */
const PAUSE = 50;
/** Milliseconds for the kernel, which may be busy. */
const KERNEL_TIMEOUT = 30_000;
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
  for (const end = Date.now() + HUB_TIMEOUT; Date.now() < end; await wait(PAUSE)) {
    const found = Promise.resolve(manager.get_model(id)).catch(() => {});
    const hub = await Promise.race([found, wait(HUB_TIMEOUT)]);
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

/** What each model has loaded, by its `uid`; undefined if there is no hub. */
const opened = new Map<string, Promise<Code | undefined>>();

async function initialize(props: InitializeProps<Traits>): Promise<() => void> {
  const { model } = props;
  let over = false;
  let close = () => {};
  const coming = load(props)
    .catch(() => undefined)
    .then((code) => {
      if (code && !over) close = code.initialize(props);
      else if (!over) model.send({ kind: "code" });
      return code;
    });
  opened.set(model.get("uid"), coming);
  // If the code comes later, the view asks the kernel for the messages that it missed.
  await Promise.race([coming, wait(READY_TIMEOUT)]);
  return () => {
    over = true;
    close();
  };
}

async function render(props: RenderProps<Traits>): Promise<() => void> {
  const code = await opened.get(props.model.get("uid"));
  if (code) return code.render(props);
  const words = document.createElement("p");
  words.textContent = COMING;
  props.el.append(words);
  const timer = setTimeout(() => {
    words.textContent = MISSING;
  }, KERNEL_TIMEOUT);
  return () => {
    clearTimeout(timer);
    words.remove();
  };
}

export default { initialize, render };
