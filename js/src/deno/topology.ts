import type { Topology } from "../protocol/events.gen";

/** A graph as `getGraph` of LangGraph.js returns it. */
interface Drawn {
  nodes: Record<string, unknown>;
  edges: { source: string; target: string; conditional?: boolean; data?: unknown }[];
}

interface Drawable {
  getGraphAsync?: () => Promise<Drawn>;
  getSubgraphsAsync?: () => AsyncIterable<[string, Drawable]>;
}

/** Most nodes, as in `graphs/topology.py`. */
const NODES = 200;
const DEEPEST = 4;
const KINDS: Record<string, "start" | "end"> = { __start__: "start", __end__: "end" };

async function level(
  graph: Drawable,
  parent: string | null,
  depth: number,
  out: Topology,
): Promise<void> {
  const drawn = await graph.getGraphAsync?.();
  if (!drawn) return;
  const inner = new Map<string, Drawable>();
  if (depth < DEEPEST && graph.getSubgraphsAsync) {
    for await (const [name, sub] of graph.getSubgraphsAsync()) inner.set(name, sub);
  }
  const ids = new Map<string, string>();
  for (const name of Object.keys(drawn.nodes)) {
    if (out.nodes.length >= NODES) {
      out.omitted += 1;
      continue;
    }
    const id = parent === null ? name : `${parent}|${name}`;
    ids.set(name, id);
    const sub = inner.get(name);
    const kind = KINDS[name] ?? (sub ? "subgraph" : "node");
    out.nodes.push({ id, label: name, kind, parent });
    if (sub) await level(sub, id, depth + 1, out);
  }
  for (const { source, target, conditional, data } of drawn.edges) {
    const [from, to] = [ids.get(source), ids.get(target)];
    if (from === undefined || to === undefined) continue;
    const label = data == null ? null : String(data).slice(0, 40);
    out.edges.push({ source: from, target: to, conditional: conditional === true, label });
  }
}

/** A graph's nodes and edges, level by level; null if they cannot be found. */
export async function topology(graph: unknown): Promise<Topology | null> {
  const out: Topology = { nodes: [], edges: [], omitted: 0 };
  try {
    await level(graph as Drawable, null, 0, out);
  } catch {
    // A drawing that fails must not keep a graph from running.
    return null;
  }
  return out.nodes.length > 0 ? out : null;
}
