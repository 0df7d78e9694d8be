// Generated from lg_notebook/events.py by js/events.py. Change that module, not this file.
// biome-ignore-all format: generated

/** Where a run stands. `interrupted` waits for an answer; the last four are final. */
export type Status = "running" | "done" | "stopped" | "interrupted" | "error";

/**
 * How a message came to be seen: token by token from a model; whole, from a node's
 * return value or a model that does not stream; as the graph's input; or once more, from
 * another place (then `of` names the message that it repeats).
 */
export type Origin = "streamed" | "returned" | "input" | "resent";

/** What a block of a message holds. */
export type Kind = "text" | "reasoning" | "tool_call" | "image" | "audio" | "file" | "other";

/** A JSON value: null, bool, number, string, list or object with string keys. */
export type Payload = null | boolean | number | string | Payload[] | { [key: string]: Payload };

/** What every event carries. */
export interface Event {
  /** Position in the run's log, dense from 0. The only order there is. */
  seq: number;
  /** Nanoseconds since the run began, as this process saw the event. */
  t: number;
  /**
   * Namespace of the graph that it happened in: one `node:task-id` segment per enclosing
   * subgraph, outermost first; empty for the root graph.
   */
  ns: string[];
  /** Id of the task (one execution of a node), or null outside of any. */
  task: string | null;
  /** Name of the node, or null outside of any. */
  node: string | null;
  /** LangGraph's superstep number, or null where LangGraph does not tell it. */
  step: number | null;
}

/** A line of the user's own code. */
export interface Source {
  /**
   * `cell In[3]` in a notebook; else the file, from the working directory where it lies below
   * it, else its bare name.
   */
  file: string;
  /** The line's number, from 1. */
  line: number;
  /** Name of the function, `<module>` outside of any. */
  function: string;
  /** The line, without its indentation; null where it cannot be read. */
  text: string | null;
}

/** An exception, as text. */
export interface RunError {
  /** Name of the exception's class. */
  type: string;
  /** The exception's own words. */
  message: string;
  /** The formatted traceback, or null where there is none. */
  traceback: string | null;
  /**
   * Where in the user's own code it came from: the innermost line that is in no library. Null
   * where there is none, or it is not known.
   */
  source?: Source | null;
}

/** Tokens as the provider counts them (LangChain's `UsageMetadata`). */
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
}

/** A node of a graph, as it is drawn. */
export interface TopologyNode {
  /**
   * The names that lead to it, joined by `|`: `team|write` is `write` in the subgraph that the
   * node `team` runs. Namespaces without their task ids read the same.
   */
  id: string;
  /** Its name. */
  label: string;
  /** Where a graph begins, where it ends, a node, or a node that runs a subgraph. */
  kind: "start" | "end" | "node" | "subgraph";
  /** Id of the subgraph's node that it belongs to; null in the root graph. */
  parent: string | null;
}

/** A way from one node to another of the same graph. */
export interface TopologyEdge {
  /** Id of the node that it leaves. */
  source: string;
  /** Id of the node that it leads to. */
  target: string;
  /** Whether it is taken only sometimes. */
  conditional: boolean;
  /** The name of the choice that takes it, or null. */
  label: string | null;
}

/** A graph as it is drawn, known before anything runs. */
export interface Topology {
  /** Its nodes, those of subgraphs after the node that they belong to. */
  nodes: TopologyNode[];
  /** Its edges. */
  edges: TopologyEdge[];
  /** The number of nodes that were left out, as it has too many. */
  omitted: number;
}

/** The run begins. */
export interface RunStart extends Event {
  type: "run-start";
  /** Name of the graph. */
  graph: string;
  /** The graph's input, or the answer to an interrupt. */
  input: Payload;
  /** Wall-clock time, in seconds since the Unix epoch. */
  started_at: number;
  /**
   * The graph as it is drawn; null where that is not known, or not yet (a remote graph; see
   * `Drawing`). Recordings of older versions lack it.
   */
  topology?: Topology | null;
}

/** What the graph looks like, where that is known only now: a server has told it. */
export interface Drawing extends Event {
  type: "drawing";
  /** The graph as it is drawn. */
  topology: Topology;
}

/** The run is over. Always the last event. */
export interface RunEnd extends Event {
  type: "run-end";
  /** Never `running`. */
  status: Status;
  /** What ended the run, with status `error`; null otherwise. */
  error: RunError | null;
  /** Nanoseconds from start to end. */
  duration: number;
  /** The graph's final values, or null where it gave none. */
  state: Payload;
  /**
   * Names of the nodes that did not end when they were cancelled, and were left to themselves;
   * absent where there are none.
   */
  left?: string[];
  /**
   * Why tokens are missing: cause and repair, one line per cause, the most important first.
   * Absent where nothing is wrong.
   */
  diagnosis?: string[];
}

/** A node begins to execute. Its id is `task`, its name `node`. */
export interface TaskStart extends Event {
  type: "task-start";
  /** The channels that set it off. */
  triggers: string[];
  /** 1 for the first execution under this id, 2 for its first repetition, … */
  attempt: number;
}

/** A node has executed, or failed, or stopped at an interrupt. */
export interface TaskFinish extends Event {
  type: "task-finish";
  /** The exception that it raised, or null. */
  error: RunError | null;
  /** What it wrote. */
  result: Payload;
  /** Ids of the interrupts that it raised. */
  interrupts: string[];
}

/** A message appears; its pieces follow as `delta` events. */
export interface MessageStart extends Event {
  type: "message-start";
  /**
   * The message's key within this run, dense from 0. Other events refer to it by this key, since
   * LangChain's ids change and repeat.
   */
  message: number;
  /** LangChain's message id, as first seen; null where it has none. */
  id: string | null;
  /** LangChain's message type: `ai`, `human`, `tool`, `system`, … */
  role: string;
  /** Name of the author (an agent, a tool), or null. */
  name: string | null;
  /** How the message came to be seen. */
  origin: Origin;
  /**
   * With origin `resent`, the key of the message that is repeated; then no deltas follow. Null
   * otherwise.
   */
  of: number | null;
  /** For a tool's message, the id of the call that it answers. */
  tool_call_id: string | null;
  /** LangGraph's metadata of the model call or node, whole, once. */
  metadata: { [key: string]: Payload };
}

/** A piece of a message: one token, as the model gave it. */
export interface Delta extends Event {
  type: "delta";
  /** Key of the message. */
  message: number;
  /** Index of the block within the message, dense from 0. */
  block: number;
  /** What the block holds. */
  kind: Kind;
  /** The piece: text, reasoning, or a part of a tool call's JSON arguments; empty for media. */
  text: string;
  /** First piece of a tool call only: the call's id. */
  call_id?: string | null;
  /** First piece of a tool call only: the tool's name. */
  name?: string | null;
  /** Media and other blocks only: the block, cut to its byte budget. */
  data?: Payload;
}

/** A message is complete, or its final form turned out to be another one. */
export interface MessageFinish extends Event {
  type: "message-finish";
  /** Key of the message. */
  message: number;
  /** What the provider counted, or null where it did not say. */
  usage: Usage | null;
  /** The provider's word for why it ended, or null. */
  finish_reason: string | null;
  /** True if the node's final message says something else than its tokens. */
  revised: boolean;
  /** The final text, if it was revised; null otherwise. */
  text: string | null;
}

/** A tool call's fate. Its `task` executes it, where that can be told. */
export interface Tool extends Event {
  type: "tool";
  /** Id of the call that the model asked for. */
  call_id: string;
  /** Name of the tool, or null where it is not told. */
  name: string | null;
  /** What happened. `entered`: the tool runs a graph, in the namespace `child`. */
  phase: "started" | "progress" | "entered" | "finished" | "failed";
  /** Input, progress, result or error, by the phase; null for `entered`. */
  data: Payload;
  /** With phase `entered`, the namespace that the tool's graph runs in. */
  child?: string[];
}

/** Something that a node or tool wrote to its stream writer. */
export interface Custom extends Event {
  type: "custom";
  /** What it wrote. */
  data: Payload;
  /**
   * Id of the tool call during which it was written; absent outside of any, and where several
   * are under way at once.
   */
  call_id?: string;
}

/**
 * What has changed in the state of the graph `ns` after a superstep.
 *
 * The first one of a graph has all that the graph began with. A state without channels (of
 * the functional API) is one channel, `__root__`.
 */
export interface Values extends Event {
  type: "values";
  /** Channels that are new or have another value. */
  set: { [key: string]: Payload };
  /** What was added to the end of channels that are lists. */
  append: { [key: string]: Payload[] };
  /** Channels that are gone. */
  removed: string[];
}

/**
 * The graph `ns` has saved its state. Only where the mode `checkpoints` was asked for.
 *
 * Its `step` is the checkpoint's: -1 for the input, 0 for the first state, and so on. The
 * state is what the `values` before it amount to, unless it says otherwise itself.
 */
export interface Checkpoint extends Event {
  type: "checkpoint";
  /** The checkpoint's id, to go on from there (`checkpoint_id` in a config). */
  id: string;
  /** Id of the checkpoint before it, or null. */
  parent: string | null;
  /** LangGraph's word for what made it: `input`, `loop`, `update` or `fork`. */
  source: string | null;
  /** Names of the nodes that run next. */
  next: string[];
  /** Id of the thread that it is saved in. Recordings of older versions lack it. */
  thread?: string | null;
  /**
   * What was saved, where the `values` so far do not tell: before the input is in the state, for
   * one.
   */
  state?: { [key: string]: Payload };
}

/** What a node wrote into the graph's state. */
export interface Update extends Event {
  type: "update";
  data: Payload;
}

/** The graph waits for an answer. */
export interface Interrupt extends Event {
  type: "interrupt";
  /** The interrupt's id, to answer it by; null in versions that give none. */
  id: string | null;
  /** What it asks. */
  value: Payload;
}

/** Any event; `event["type"]` tells which. */
export type AnyEvent = RunStart | Drawing | RunEnd | TaskStart | TaskFinish | MessageStart | Delta | MessageFinish | Tool | Custom | Values | Checkpoint | Update | Interrupt;
