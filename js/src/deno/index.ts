/**
 * A LangGraph.js graph in a Deno notebook, in the same view as a Python one. Experimental:
 * Deno's kernel receives no messages from the front end, so the view cannot stop a run.
 */
import { ALL, type Filters } from "../model/filters";
import { RunState } from "../model/runState";
import { fromBase64 } from "../protocol/frames";
import { MIME } from "../source/savedSource";
import { RunLog } from "./eventLog";
import { broadcast, Display, Widget } from "./jupyter";
import { type Item, MODES, Normalizer } from "./normalizer";
import { Run } from "./run";
import { staticHtml } from "./staticHtml";
import { topology } from "./topology";

export { Run, type RunMessage } from "./run";

/** The used parts of a compiled LangGraph.js graph. */
export interface Graph {
  // biome-ignore lint/suspicious/noExplicitAny: every graph has input and options of its own
  stream(input: any, options?: any): Promise<AsyncIterable<unknown>>;
  name?: string;
}

/** How to show a run. */
export interface Show {
  /** The graph's name in the view; its own name by default. */
  name?: string;
  /** Show only these nodes; `!name` leaves one out. */
  node?: string | string[];
  /** Show only model calls with these tags, or none with `!tag`. */
  tag?: string | string[];
  /** Show only these agents, or all others with `!agent`. */
  agent?: string | string[];
  /** Show only these of `text`, `tool` and `reasoning`, or all others with `!kind`. */
  kind?: string | string[];
}

const WIDGET = "application/vnd.jupyter.widget-view+json";
/** Milliseconds between two frames: thirty a second. */
const SPACING = 1000 / 30;
/** Milliseconds to send the last display. */
const SEND_WAIT = 150;
/** Most characters of a run in its output. */
const MAX_STORED = 4_000_000;

const list = (names: string | string[] | undefined): string[] =>
  names === undefined ? [] : [names].flat();

/**
 * Run a graph; show its tokens as they arrive, in this cell.
 *
 * @param graph - a compiled LangGraph.js graph
 * @param input - its input, as for `graph.stream`
 * @param config - LangGraph's own options, such as `{ configurable: { thread_id: "1" } }`
 * @param show - how to show it
 * @returns the finished run
 * @throws Error outside of a Deno notebook; TypeError if `graph` is not a graph; and any error
 *   of the graph, after its earlier output is on display
 * @example
 * await lgstream(graph, { topic: "ice cream" });
 */
export async function lgstream(
  graph: Graph,
  input: unknown,
  config: Record<string, unknown> = {},
  show: Show = {},
): Promise<Run> {
  if (typeof (graph as Partial<Graph> | null)?.stream !== "function") {
    throw new TypeError("lgstream needs a compiled graph: `new StateGraph(…)….compile()`.");
  }
  const send = broadcast();
  const esm = await (await fetch(new URL("./widget.js", import.meta.url))).text();
  const drawn = await topology(graph);
  const name = show.name ?? (typeof graph.name === "string" ? graph.name : "LangGraph");
  const { node, tag, agent, kind } = show;
  const filters: Filters = {
    ...ALL,
    node: list(node),
    tag: list(tag),
    agent: list(agent),
    kind: list(kind),
  };
  const identity = {
    uid: crypto.randomUUID(),
    graph: { name, input: { kind: "json", template: {}, fields: [] }, topology: drawn },
    filters,
    form: false,
  };

  const widget = new Widget(send);
  const state = { ...identity, status: "running", problem: "", count: 1, background: false };
  await widget.open(esm, { ...state, oneway: true });
  const display = new Display(send);
  const faces = { [MIME]: { v: 1, kind: "live" }, "text/plain": "" };
  const view = { model_id: widget.id, version_major: 2, version_minor: 1 };
  const kept = (runs: unknown[], cut: string | null) => ({
    [MIME]: { v: 1, ...identity, runs, cut },
  });
  await display.open({ ...faces, [WIDGET]: view }, kept([], null));

  const log = new RunLog();
  const began = performance.now();
  const normalizer = new Normalizer(log, () => Math.round((performance.now() - began) * 1_000_000));
  const feed = new Publisher(log, widget);
  let problem: unknown = null;
  normalizer.start(name, input, drawn);
  try {
    const options = { ...config, streamMode: MODES, subgraphs: true };
    for await (const item of await graph.stream(input, options)) {
      normalizer.take(item as Item);
      await feed.changed();
    }
    normalizer.finish(normalizer.interrupted ? "interrupted" : "done", null);
  } catch (error) {
    problem = error;
    normalizer.finish("error", error);
  }
  await feed.close();

  const whole = log.whole();
  const run = new RunState();
  run.applyFrame(whole, fromBase64(whole.buffer ?? ""));
  const stored = run.frame();
  await widget.set({ status: run.status.value });
  const long = JSON.stringify(stored).length > MAX_STORED;
  const cut = `The run is too long to be kept here: the limit is ${MAX_STORED} characters.`;
  await display.update(faces, long ? kept([], cut) : kept([stored], null));
  const { html, text } = staticHtml(run, filters);
  await new Display(send).open({
    [MIME]: { v: 1, kind: "fallback" },
    "text/html": html,
    "text/plain": text,
  });
  // Deno may say that a cell has ended before it has sent the last of its displays, and who
  // runs notebooks without a page listens no longer.
  await new Promise((resolve) => setTimeout(resolve, SEND_WAIT));
  if (problem !== null) throw problem;
  return new Run(run, normalizer.state);
}

/** Sends new events to the page at most thirty times a second, the first token immediately. */
class Publisher {
  #last = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly log: RunLog,
    readonly widget: Widget,
  ) {}

  /** Send new events soon; call this after the log has grown. */
  async changed(): Promise<void> {
    const wait = this.#last + SPACING - performance.now();
    if (wait <= 0) await this.#flush();
    // Send the rest while the model thinks.
    else this.#timer ??= setTimeout(() => this.#flush().catch(() => {}), wait);
  }

  /** Send the rest. */
  close(): Promise<void> {
    return this.#flush();
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#last = performance.now();
    const news = this.log.frame();
    if (news) await this.widget.send(news.frame, news.buffer);
  }
}
