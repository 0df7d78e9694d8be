import { EXTRA } from "./buildHash";

/** The second file: `entries/lazy.ts`, and the build that it is of. */
export interface Extra
  extends Pick<
    typeof import("../entries/lazy"),
    | "announce"
    | "commands"
    | "css"
    | "divider"
    | "findBar"
    | "graphPane"
    | "highlight"
    | "pointer"
    | "showKeys"
    | "sidebar"
  > {
  readonly build: string;
}

/** A way to have the second file; rejects where it does not lead there. */
export type Way = () => Promise<unknown>;

/** What a page has for one build: shared by all bundles that run in it. */
interface Supply {
  readonly ways: Set<Way>;
  loaded?: Promise<Extra> | undefined;
}

const KEY = Symbol.for("lg_notebook.extra");

function supply(): Supply {
  const holder = globalThis as unknown as Record<symbol, Map<string, Supply> | undefined>;
  holder[KEY] ??= new Map();
  const known = holder[KEY].get(EXTRA) ?? { ways: new Set<Way>() };
  holder[KEY].set(EXTRA, known);
  return known;
}

/** Milliseconds that one way may take: a kernel that runs a cell may not answer before its end. */
const PATIENCE = 10_000;

async function first({ ways }: Supply): Promise<Extra> {
  // Ways that are offered meanwhile are tried as well.
  for (const way of ways) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const late = new Promise((_, reject) => {
        timer = setTimeout(reject, PATIENCE);
      });
      const extra = (await Promise.race([way(), late])) as Extra;
      if (extra.build === EXTRA) return extra;
    } catch {
      // Perhaps the next one.
    } finally {
      clearTimeout(timer);
    }
  }
  throw new Error("lg_notebook: nothing in this page gives the second file.");
}

/** Offer a way to the second file; the returned function withdraws it. */
export function offerExtra(way: Way): () => void {
  const { ways } = supply();
  ways.add(way);
  return () => ways.delete(way);
}

/**
 * The second file: loaded once per page, when it is first asked for, from the notebook's
 * server or from a kernel and from nowhere else.
 *
 * Rejects where it cannot be had, or not in time; asking again then tries again.
 */
export function loadExtra(): Promise<Extra> {
  const known = supply();
  known.loaded ??= first(known).catch((error: unknown) => {
    known.loaded = undefined;
    throw error;
  });
  return known.loaded;
}
