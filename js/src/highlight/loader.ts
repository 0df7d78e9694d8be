import type { Piece } from "./highlighter";

declare const HIGHLIGHTER_BUILD: string | undefined;

/**
 * The highlighter's build: a hash of its file, which the bundler defines; `"source"` if the
 * code runs from source.
 */
export const BUILD = typeof HIGHLIGHTER_BUILD === "undefined" ? "source" : HIGHLIGHTER_BUILD;

/** The module `entries/highlighter.ts`, and its build. */
export interface Highlighter {
  readonly build: string;
  highlight(code: string, language: string): Promise<Piece[] | null>;
}

/** Loads the highlighter; rejects if it fails. */
export type Loader = () => Promise<unknown>;

/** The loaders of one build, shared by all bundles in a page. */
interface Shared {
  readonly loaders: Set<Loader>;
  loaded?: Promise<Highlighter> | undefined;
}

const KEY = Symbol.for("lg_notebook.highlighter");

function shared(): Shared {
  const holder = globalThis as unknown as Record<symbol, Map<string, Shared> | undefined>;
  holder[KEY] ??= new Map();
  const known = holder[KEY].get(BUILD) ?? { loaders: new Set<Loader>() };
  holder[KEY].set(BUILD, known);
  return known;
}

/** Milliseconds for one loader: a kernel may not answer before the end of its cell. */
const TIMEOUT = 10_000;

async function first({ loaders }: Shared): Promise<Highlighter> {
  // This loop also tries loaders that are offered meanwhile.
  for (const load of loaders) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const late = new Promise((_, reject) => {
        timer = setTimeout(reject, TIMEOUT);
      });
      const loaded = (await Promise.race([load(), late])) as Highlighter;
      if (loaded.build === BUILD) return loaded;
    } catch {
      // Try the next one.
    } finally {
      clearTimeout(timer);
    }
  }
  throw new Error("lg_notebook: nothing in this page has the highlighter.");
}

/** Offer a way to load the highlighter; the returned function withdraws it. */
export function offerHighlighter(load: Loader): () => void {
  const { loaders } = shared();
  loaders.add(load);
  return () => loaders.delete(load);
}

/**
 * Load the highlighter: once per page, at the first call, and only from the notebook's server
 * or a kernel.
 *
 * Rejects if it cannot be loaded, or not in time; the next call then tries again.
 */
export function loadHighlighter(): Promise<Highlighter> {
  const known = shared();
  known.loaded ??= first(known).catch((error: unknown) => {
    known.loaded = undefined;
    throw error;
  });
  return known.loaded;
}
