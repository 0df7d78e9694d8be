// Generated from lg_notebook/events.py by js/events.py. Change that module, not this file.
// biome-ignore-all format: generated

/** The status of a run. `interrupted` waits for an answer; the last four are final. */
export type Status = "running" | "done" | "stopped" | "interrupted" | "error";

/**
 * The way a message arrived. `streamed`: token by token from a model. `returned`: whole, from a
 * node's return value or a model that does not stream. `input`: as the graph's input. `resent`:
 * again, from another place (`of` names the message that it repeats).
 */
export type Origin = "streamed" | "returned" | "input" | "resent";

/**
 * The kinds of blocks that have a meaning here. `data` is a block without a type. Recordings of
 * older versions have `other` for every block of an unknown type.
 */
export type KnownKind = "text" | "reasoning" | "tool_call" | "image" | "audio" | "file" | "refusal" | "server_tool_call" | "server_tool_result" | "data" | "other";

/** The kind of a block of a message: a known one, or the provider's own name for its type. */
export type Kind = KnownKind | string;

/** A JSON value: null, bool, number, string, list or object with string keys. */
export type Payload = null | boolean | number | string | Payload[] | { [key: string]: Payload };

/** The fields of every event. */
export interface Event {
  /** Position in the run's log, dense from 0. It alone defines the order. */
  seq: number;
  /** Nanoseconds since the run began, when this process received the event. */
  t: number;
  /**
   * Namespace of the event's graph: one `node:task-id` segment per enclosing subgraph, outermost
   * first; empty for the root graph.
   */
  ns: string[];
  /** Id of the task (one execution of a node), or null outside of any. */
  task: string | null;
  /** Name of the node, or null outside of any. */
  node: string | null;
  /** LangGraph's superstep number, or null if LangGraph does not send it. */
  step: number | null;
}

/** A line of the user's own code. */
export interface Source {
  /**
   * `cell In[3]` in a notebook; else the file's path if it is below the working directory, or
   * its bare name.
   */
  file: string;
  /** The line's number, from 1. */
  line: number;
  /** Name of the function, `<module>` outside of any. */
  function: string;
  /** The line, without its indentation; null if it cannot be read. */
  text: string | null;
}

/** An exception, as text. */
export interface RunError {
  /** Name of the exception's class. */
  type: string;
  /** The exception's message. */
  message: string;
  /** The formatted traceback, or null if there is none. */
  traceback: string | null;
  /**
   * The innermost line of the user's own code in the traceback, not of a library. Null if there
   * is none or it is not known.
   */
  source?: Source | null;
}

/** The numbers of tokens that the provider counted (LangChain's `UsageMetadata`). */
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
}

/** A node of a graph, to draw. */
export interface TopologyNode {
  /**
   * The names of the enclosing nodes and its own, joined by `|`: `team|write` is `write` in the
   * subgraph that the node `team` runs. Namespaces without task ids are the same.
   */
  id: string;
  /** Its name. */
  label: string;
  /** The start of a graph, its end, a node, or a node that runs a subgraph. */
  kind: "start" | "end" | "node" | "subgraph";
  /** Id of the node that runs its subgraph; null in the root graph. */
  parent: string | null;
}

/** An edge from one node to another of the same graph. */
export interface TopologyEdge {
  /** Id of the node at which it starts. */
  source: string;
  /** Id of the node at which it ends. */
  target: string;
  /** Whether a conditional edge function decides about it. */
  conditional: boolean;
  /** The function's value that chooses it, or null. */
  label: string | null;
}

/** A graph's nodes and edges, to draw. They are known before the run. */
export interface Topology {
  /** Its nodes; those of a subgraph follow the node that runs it. */
  nodes: TopologyNode[];
  /** Its edges. */
  edges: TopologyEdge[];
  /** The number of nodes that were left out because there are too many. */
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
   * The graph's topology; null if it is not known, or not yet (a remote graph; see `Drawing`).
   * Recordings of older versions lack it.
   */
  topology?: Topology | null;
  /** False if secrets were not masked (`settings.mask`); absent otherwise. */
  masked?: boolean;
}

/** The graph's topology, sent late because it came from a server. */
export interface Drawing extends Event {
  type: "drawing";
  /** The graph's topology. */
  topology: Topology;
}

/** The run is over. This is always the last event. */
export interface RunEnd extends Event {
  type: "run-end";
  /** Any status but `running`. */
  status: Status;
  /** The exception that ended the run, with status `error`; null otherwise. */
  error: RunError | null;
  /** Nanoseconds from start to end. */
  duration: number;
  /** The graph's final values, or null if it has none. */
  state: Payload;
  /**
   * Names of the nodes that ignored their cancellation and were abandoned; absent if there are
   * none.
   */
  left?: string[];
  /**
   * Why tokens are missing, and what to do: one line per cause, the most important first. Absent
   * if nothing is wrong.
   */
  diagnosis?: string[];
}

/** A task begins. Its id is `task`, the name of its node `node`. */
export interface TaskStart extends Event {
  type: "task-start";
  /** The channels that triggered it. */
  triggers: string[];
  /** 1 for the first execution under this id, 2 for its first repetition, … */
  attempt: number;
}

/** A task has ended, failed, or stopped at an interrupt. */
export interface TaskFinish extends Event {
  type: "task-finish";
  /** The exception that it raised, or null. */
  error: RunError | null;
  /** Its writes. */
  result: Payload;
  /** Ids of the interrupts that it raised. */
  interrupts: string[];
}

/** A message begins; its pieces follow as `delta` events. */
export interface MessageStart extends Event {
  type: "message-start";
  /**
   * The message's key within this run, dense from 0. Other events refer to it by this key,
   * because LangChain's ids change and repeat.
   */
  message: number;
  /** LangChain's first id of the message; null if it has none. */
  id: string | null;
  /** LangChain's message type: `ai`, `human`, `tool`, `system`, … */
  role: string;
  /** Name of the author (an agent, a tool), or null. */
  name: string | null;
  /** The way the message arrived. */
  origin: Origin;
  /**
   * With origin `resent`, the key of the message that is repeated; then no deltas follow. Null
   * otherwise.
   */
  of: number | null;
  /** For a tool's message, the id of the call whose result it is. */
  tool_call_id: string | null;
  /** LangGraph's metadata of the model call or node. */
  metadata: { [key: string]: Payload };
}

/** A piece of a message: one token, as the model streamed it. */
export interface Delta extends Event {
  type: "delta";
  /** Key of the message. */
  message: number;
  /** Index of the block within the message, dense from 0. */
  block: number;
  /** The kind of the block. */
  kind: Kind;
  /** The piece: text, reasoning, or a part of a tool call's JSON arguments; empty for media. */
  text: string;
  /** First piece of a tool call only: the call's id. */
  call_id?: string | null;
  /** First piece of a tool call only: the tool's name. */
  name?: string | null;
  /**
   * What the block has besides its text, cut to its byte budget: the medium, the citations of a
   * text, the fields of any other block.
   */
  data?: Payload;
}

/** A block of a message's final form, with the fields of its deltas joined. */
export interface FinalBlock {
  /** The kind of the block. */
  kind: Kind;
  /** Its whole text. */
  text: string;
  /** A tool call's id. */
  call_id?: string | null;
  /** A tool's name. */
  name?: string | null;
  /** What the block has besides its text. */
  data?: Payload;
}

/** A message is complete, or its final form differs from its tokens. */
export interface MessageFinish extends Event {
  type: "message-finish";
  /** Key of the message. */
  message: number;
  /** The provider's token counts, or null if it sent none. */
  usage: Usage | null;
  /** The provider's reason for the message's end, or null. */
  finish_reason: string | null;
  /** Whether the node's final message differs from its tokens. */
  revised: boolean;
  /** The final text, if it was revised; null otherwise. */
  text: string | null;
  /** The final blocks, if others than the text were revised; absent otherwise. */
  blocks?: FinalBlock[];
  /** The message's id in the state, if it had none before; absent otherwise. */
  id?: string;
}

/** A tool call starts, reports progress, or ends. Its `task` executes it, if that is known. */
export interface Tool extends Event {
  type: "tool";
  /** Id of the call that the model requested. */
  call_id: string;
  /** Name of the tool, or null if it is not known. */
  name: string | null;
  /** What happened. `entered`: the tool runs a graph, in the namespace `child`. */
  phase: "started" | "progress" | "entered" | "finished" | "failed";
  /** Input, progress, result or error, by the phase; null for `entered`. */
  data: Payload;
  /** With phase `entered`, the namespace that the tool's graph runs in. */
  child?: string[];
}

/** A custom payload, which a node or tool wrote with `get_stream_writer()`. */
export interface Custom extends Event {
  type: "custom";
  /** The payload. */
  data: Payload;
  /**
   * Id of the tool call during which it was written. Absent outside of any call, and if several
   * calls are running.
   */
  call_id?: string;
}

/**
 * The changes of the state of the graph `ns` by a superstep.
 *
 * The first such event of a graph has the whole state at its start. A state without channels
 * (of the functional API) is one channel, `__root__`.
 */
export interface Values extends Event {
  type: "values";
  /** Channels that are new or have another value. */
  set: { [key: string]: Payload };
  /** Items added to the end of channels that are lists. */
  append: { [key: string]: Payload[] };
  /** Channels that are gone. */
  removed: string[];
}

/**
 * The graph `ns` has saved its state. Only with the stream mode `checkpoints`.
 *
 * Its `step` is the checkpoint's: -1 for the input, 0 for the first state, and so on. The
 * saved state is the sum of the graph's `values` events so far, unless `state` is set.
 */
export interface Checkpoint extends Event {
  type: "checkpoint";
  /** The checkpoint's id, to run the graph from it (`checkpoint_id` in a config). */
  id: string;
  /** Id of the checkpoint before it, or null. */
  parent: string | null;
  /** LangGraph's name of its origin: `input`, `loop`, `update` or `fork`. */
  source: string | null;
  /** Names of the nodes that run next. */
  next: string[];
  /** Id of the thread that it is saved in. Recordings of older versions lack it. */
  thread?: string | null;
  /**
   * The saved state if it differs from the `values` events so far, such as before the input is
   * in the state.
   */
  state?: { [key: string]: Payload };
}

/** An update: the writes of a node into the graph's state. */
export interface Update extends Event {
  type: "update";
  data: Payload;
}

/** The graph waits for an answer. */
export interface Interrupt extends Event {
  type: "interrupt";
  /** The interrupt's id, for the answer; null in versions of LangGraph without ids. */
  id: string | null;
  /** The question. */
  value: Payload;
}

/** Something that could not be read, and so is missing from the log. The graph ran on. */
export interface Unreadable extends Event {
  type: "unreadable";
  /** What could not be read, as the beginning of a sentence, such as `The update of node search`. */
  what: string;
  /** Name of the exception's class that reading it raised. */
  reason: string;
}

/** Any event; `event["type"]` is its type. */
export type AnyEvent = RunStart | Drawing | RunEnd | TaskStart | TaskFinish | MessageStart | Delta | MessageFinish | Tool | Custom | Values | Checkpoint | Update | Interrupt | Unreadable;
