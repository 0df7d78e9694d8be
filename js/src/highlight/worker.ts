/**
 * Parses code in a worker: hostile code can take minutes, and the page must not freeze. The
 * worker runs the file that this module is bundled into.
 */
import { type Piece, readCode } from "./highlighter";

/** Milliseconds for one job, including the worker's start. */
const TIMEOUT = 4000;

interface Job {
  code: string;
  language: string;
  done: (pieces: Piece[] | null) => void;
}

const jobs: Job[] = [];
let worker: Worker | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Finish the current job, and begin the next one. */
function next(pieces: Piece[] | null): void {
  clearTimeout(timer);
  jobs.shift()?.done(pieces);
  if (jobs.length > 0) begin();
}

/** Stop the worker: it takes too long, or the page's policy forbids it. */
function stopWorker(): void {
  worker?.terminate();
  worker = null;
  next(null);
}

/** Starts a worker that runs this file. */
let make = (): Worker => {
  throw new Error("lg_notebook: the highlighter does not know how to start its worker.");
};

/** Set a function that starts a worker which runs this file. */
export function startWith(start: () => Worker): void {
  make = start;
}

function start(): Worker {
  const fresh = make();
  fresh.onmessage = ({ data }) => next(data as Piece[] | null);
  fresh.onerror = stopWorker;
  return fresh;
}

function begin(): void {
  const [job] = jobs;
  if (!job) return;
  timer = setTimeout(stopWorker, TIMEOUT);
  try {
    worker ??= start();
    worker.postMessage([job.code, job.language]);
  } catch {
    stopWorker();
  }
}

/**
 * Parse code into coloured pieces.
 *
 * @param code - the code, which may break off anywhere
 * @param language - a name of its language
 * @returns the pieces, or null if the language is unknown, the code defeats the highlighter, or
 *   workers do not work here
 */
export function highlight(code: string, language: string): Promise<Piece[] | null> {
  return new Promise((done) => {
    jobs.push({ code, language, done });
    if (jobs.length === 1) begin();
  });
}

if (!("document" in globalThis)) {
  addEventListener("message", ({ data }: MessageEvent<[string, string]>) => {
    postMessage(readCode(...data));
  });
}
