/**
 * Parses code in a worker: hostile code can take minutes, and the page must not freeze. The
 * worker runs the file that this module is bundled into.
 */
import { type Piece, readCode } from "./highlighter";

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

/** Starts a worker that runs this file. */
let make = (): Worker => {
  throw new Error("lg_notebook: the highlighter does not know how to start its worker.");
};

/** Set how a worker is started that runs the file that this is in. */
export function startWith(start: () => Worker): void {
  make = start;
}

function start(): Worker {
  const fresh = make();
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
