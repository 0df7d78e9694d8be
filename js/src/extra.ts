/**
 * The second file: what need not be there at once, loaded on demand (`supply.ts`): the
 * highlighting of code, and the parts of a view beside its messages. Those take their
 * signals from the first file, as there must be one set of them: here, signals are types.
 *
 * It is its own worker as well: reading hostile code can take minutes, in which the page
 * must not stand still.
 */
import { type Piece, read } from "./highlighter";
import find from "./theme/find.css?inline";
import graph from "./theme/graph.css?inline";
import panel from "./theme/panel.css?inline";

export { divider } from "./view/divider";
export { findBar } from "./view/find";
export { Graph } from "./view/graph/graph";
export { showKeys } from "./view/help";
export { sidebar } from "./view/sidebar";

/** The styles of what is in here. */
export const css = panel + find + graph;

/** Milliseconds that one piece of code may take, the worker's start included. */
const PATIENCE = 4000;

interface Job {
  code: string;
  language: string;
  done: (pieces: Piece[] | null) => void;
}

const jobs: Job[] = [];
let worker: Worker | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** End the job that is under way, and begin the next one. */
function next(pieces: Piece[] | null): void {
  clearTimeout(timer);
  jobs.shift()?.done(pieces);
  if (jobs.length > 0) begin();
}

/** Give the worker up: it takes too long, or the page's rules forbid it. */
function giveUp(): void {
  worker?.terminate();
  worker = null;
  next(null);
}

function start(): Worker {
  const fresh = new Worker(import.meta.url, { type: "module", name: "lg_notebook" });
  fresh.onmessage = ({ data }) => next(data as Piece[] | null);
  fresh.onerror = giveUp;
  return fresh;
}

function begin(): void {
  const [job] = jobs;
  if (!job) return;
  timer = setTimeout(giveUp, PATIENCE);
  try {
    worker ??= start();
    worker.postMessage([job.code, job.language]);
  } catch {
    giveUp();
  }
}

/**
 * Tell what the parts of some code are.
 *
 * @param code - the code, which may break off anywhere
 * @param language - a name of its language
 * @returns the code in pieces, or null if the language is not known, the code defeats the
 *   highlighter, or there can be no worker here
 */
export function highlight(code: string, language: string): Promise<Piece[] | null> {
  return new Promise((done) => {
    jobs.push({ code, language, done });
    if (jobs.length === 1) begin();
  });
}

if (!("document" in globalThis)) {
  addEventListener("message", ({ data }: MessageEvent<[string, string]>) => {
    postMessage(read(...data));
  });
}
