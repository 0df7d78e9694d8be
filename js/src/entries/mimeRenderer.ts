/**
 * The MIME renderer as an extension for JupyterLab and Notebook 7: a container that
 * takes Lumino's `Widget` from the page's share scope and needs no bundler of theirs.
 */
import { BUILD, offerHighlighter } from "../highlight/loader";
import { MIME } from "../source/savedSource";
import { type MimeModel, NotebookOutput } from "./notebookOutput";

/** The parts of Lumino's widget that are used here. */
interface Widget {
  readonly node: HTMLElement;
  onAfterAttach(message: unknown): void;
  dispose(): void;
}
type WidgetClass = new () => Widget;

/** A shared package: its versions in the page. */
interface Shared {
  [version: string]: { get(): Promise<() => unknown>; loaded?: number | boolean };
}

const NAME = "lg-notebook";
let shareScope: { [name: string]: Shared | undefined } = {};

/** Load the page's own Lumino widgets. */
async function lumino(): Promise<{ Widget: WidgetClass }> {
  const versions = Object.values(shareScope["@lumino/widgets"] ?? {});
  const chosen = versions.find((version) => version.loaded) ?? versions[0];
  if (!chosen) throw new Error(`${NAME}: this page shares no @lumino/widgets.`);
  return (await chosen.get())() as { Widget: WidgetClass };
}

function extension(Base: WidgetClass): object {
  class Renderer extends Base {
    readonly #output = new NotebookOutput(this.node);

    renderModel(model: MimeModel): Promise<void> {
      this.#output.show(model);
      return Promise.resolve();
    }

    override onAfterAttach(message: unknown): void {
      super.onAfterAttach(message);
      this.#output.attached();
    }

    override dispose(): void {
      this.#output.close();
      super.dispose();
    }
  }
  return {
    id: `${NAME}:renderer`,
    // Before the widget view, which has rank -10, in all notebooks, trusted or not.
    rank: -20,
    dataType: "json",
    rendererFactory: {
      // It runs nothing from the notebook, and parses no markup.
      safe: true,
      mimeTypes: [MIME],
      defaultRank: -20,
      createRenderer: () => new Renderer(),
    },
  };
}

// The highlighter's file is beside this one: widgets of a busy kernel can load it, too.
const here = (document.currentScript as HTMLScriptElement | null)?.src;
if (here) offerHighlighter(() => import(new URL(`highlighter.${BUILD}.js`, here).href));

const page = globalThis as unknown as { _JUPYTERLAB?: Record<string, unknown> };
page._JUPYTERLAB ??= {};
page._JUPYTERLAB[NAME] = {
  init(scope: typeof shareScope): void {
    shareScope = scope;
  },
  async get(): Promise<() => object> {
    const { Widget } = await lumino();
    const module = { __esModule: true, default: extension(Widget) };
    return () => module;
  },
};
