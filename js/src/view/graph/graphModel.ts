import { pathOf } from "../../format/format";
import type { Task } from "../../model/tasks";
import type { Topology } from "../../protocol/events.gen";

/** The status of a node of the drawing. */
export type NodeStatus = "idle" | "running" | "done" | "failed" | "waiting";

/** A node of the drawing, and its executions. */
export interface GraphNode {
  readonly id: string;
  readonly label: string;
  readonly parent: string | null;
  kind: "start" | "end" | "node" | "subgraph";
  /** Number of executions so far. */
  runs: number;
  live: number;
  /** Nanoseconds during which it ran, parallel executions counted once. */
  time: number;
  status: NodeStatus;
}

/** An edge between two nodes of one graph. */
export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  /** Taken under a condition; or missing from the topology, but seen when the graph ran. */
  readonly style: "always" | "conditional" | "seen";
  readonly label: string;
}

/** A graph as it is drawn: its topology, and the executions of its nodes. */
export interface GraphModel {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly GraphEdge[];
  readonly omitted: number;
}

/** Most nodes; a recording may come from anyone. */
const NODES = 200;
const KINDS = ["start", "end", "node", "subgraph"];

/** The progress of one execution of one graph. */
interface Flow {
  /** The tasks of the newest superstep, and the nodes of the one before. */
  now: Task[];
  before: string[];
}

/**
 * Join a graph's topology with the executions of its nodes.
 *
 * Nodes that the topology lacks are added below the node that ran them, with edges in the order
 * of execution. Examples are tasks, graphs called by hand or in a tool, and remote graphs.
 *
 * @param topology - the graph's nodes and edges, if they are known
 * @param tasks - the executions, in order
 * @param asks - whether the run waits for an answer
 * @param over - whether the run has ended
 */
export function graphModel(
  topology: Topology | null | undefined,
  tasks: readonly Task[],
  asks: boolean,
  over: boolean,
): GraphModel {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  const reached = new Set<string>();
  let omitted = Number(topology?.omitted) || 0;

  const add = (id: string, label: string, kind: GraphNode["kind"], parent: string | null) => {
    const node: GraphNode = {
      ...{ id, label, kind, parent, runs: 0, live: 0, time: 0 },
      status: "idle",
    };
    nodes.set(id, node);
    return node;
  };
  const link = (source: string, target: string, style: GraphEdge["style"], label = "") => {
    const key = JSON.stringify([source, target, label]);
    if (!edges.has(key)) edges.set(key, { source, target, style, label });
    if (style !== "seen") reached.add(target);
  };

  const list = (value: unknown) => (Array.isArray(value) ? value : []);
  for (const { id, label, kind, parent } of list(topology?.nodes)) {
    const fits = typeof id === "string" && (parent === null || nodes.has(parent));
    if (!fits || nodes.size >= NODES) continue;
    add(id, String(label), KINDS.includes(kind) ? kind : "node", parent);
  }
  for (const { source, target, conditional, label } of list(topology?.edges)) {
    const [from, to] = [nodes.get(source), nodes.get(target)];
    if (!from || from.parent !== to?.parent) continue;
    link(source, target, conditional ? "conditional" : "always", label ? String(label) : "");
  }
  const known = new Set(nodes.keys());
  const levels = new Set([...nodes.values()].map((node) => node.parent ?? ""));

  /** Find or add the node at a path; undefined if there are too many. */
  const find = (path: string): GraphNode | undefined => {
    const there = nodes.get(path);
    if (there) return there;
    const cut = path.lastIndexOf("|");
    const parent = cut < 0 ? undefined : find(path.slice(0, cut));
    if (nodes.size >= NODES || (cut >= 0 && !parent)) {
      omitted += 1;
      return undefined;
    }
    if (parent) parent.kind = "subgraph";
    return add(path, path.slice(cut + 1), "node", parent?.id ?? null);
  };

  const flows = new Map<string, Flow>();
  const busy = new Map<string, number>();
  for (const task of tasks) {
    const node = task.node === null ? undefined : find(pathOf(task.ns, task.node));
    if (!node) continue;
    const { started, finished } = task;
    const running = finished === null && !over;
    const until = busy.get(node.id) ?? 0;
    node.runs += 1;
    node.time += Math.max((finished ?? started) - Math.max(started, until), 0);
    busy.set(node.id, Math.max(until, finished ?? started));
    if (running) node.live += 1;
    if (running) node.status = "running";
    else if (node.status !== "running") {
      if (task.error) node.status = "failed";
      else if (asks && task.interrupts.length > 0) node.status = "waiting";
      else if (finished !== null && node.status === "idle") node.status = "done";
    }

    const where = task.ns.join("|");
    const flow = flows.get(where) ?? { now: [], before: [] };
    flows.set(where, flow);
    const unfinished = flow.now.filter((each) => (each.finished ?? Infinity) > started);
    const caller = unfinished.at(-1);
    const level = levels.has(node.parent ?? "");
    if (level && caller && !known.has(node.id) && task.triggers.includes("__pregel_push")) {
      // A task that a node called runs beside its superstep.
      link(pathOf(caller.ns, caller.node), node.id, "seen");
      continue;
    }
    if (!caller) {
      flow.before = [...new Set(flow.now.map((each) => pathOf(each.ns, each.node)))];
      flow.now = [];
    }
    flow.now.push(task);
    if (!reached.has(node.id)) for (const source of flow.before) link(source, node.id, "seen");
  }
  return { nodes, edges: [...edges.values()], omitted };
}
