import type { GraphEdge, GraphModel, GraphNode } from "./graphModel";
import { type Layout, LOOP, layout, type Point } from "./layout";

/** A node's place: its upper left corner and its size. */
export interface PlannedNode {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Whether its subgraph is drawn. */
  readonly open: boolean;
}

/** An edge's line as an SVG path, and its arrow's. */
export interface PlannedEdge {
  readonly edge: GraphEdge;
  readonly line: string;
  readonly arrow: string;
  readonly label: Point | null;
}

/** A drawing of a graph. Nodes come in reading order, graphs before their nodes. */
export interface BoxPlan {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlannedNode[];
  readonly edges: readonly PlannedEdge[];
}

/** Measures the width of a text, in CSS pixels. */
export type Measure = (text: string) => number;

const HEIGHT = 40;
const NARROWEST = 118;
const WIDEST = 196;
/** Width of a node's box beside its name. */
export const SIDES = 28;
/** Width of the button that opens and closes a subgraph. */
export const SIGN = 22;
const PADDING = 14;
/** Width for an open graph's status, beside its name. */
const NOTE = 140;
export const HEADER = 34;
const DOT = 12;
const PILL = 24;
const ARROW = 7;

/**
 * Plan the drawing of a graph.
 *
 * @param picture - the graph
 * @param isOpen - whether to draw a node's subgraph
 * @param measure - measures a node's name
 * @param across - from left to right rather than from top to bottom
 */
export function planBoxes(
  picture: GraphModel,
  isOpen: (id: string) => boolean,
  measure: Measure,
  across: boolean,
): BoxPlan {
  const nodes: PlannedNode[] = [];
  const edges: PlannedEdge[] = [];
  const inside = new Map<string | null, GraphNode[]>();
  for (const node of picture.nodes.values()) {
    inside.set(node.parent, [...(inside.get(node.parent) ?? []), node]);
  }

  /** Lay one graph out; `place` puts it where its corner turns out to be. */
  const level = (parent: string | null): { layout: Layout; place(x: number, y: number): void } => {
    const members = inside.get(parent) ?? [];
    const own = new Set(members.map((node) => node.id));
    const ways = picture.edges.filter((edge) => own.has(edge.source) && own.has(edge.target));
    const inner = new Map(
      members
        .filter((node) => node.kind === "subgraph" && isOpen(node.id))
        .map((node) => [node.id, level(node.id)]),
    );
    const boxes = members.map((node) => {
      const { id, kind, label } = node;
      const sub = inner.get(id)?.layout;
      const sign = kind === "subgraph" ? SIGN : 0;
      const name = Math.min(Math.max(measure(label) + SIDES + sign, NARROWEST), WIDEST);
      if (sub) {
        const width = Math.max(sub.width + 2 * PADDING, measure(label) + NOTE + sign);
        return { id, width, height: sub.height + HEADER + PADDING };
      }
      if (kind !== "start" && kind !== "end") return { id, width: name, height: HEIGHT };
      return parent === null ? { id, width: 52, height: PILL } : { id, width: DOT, height: DOT };
    });
    const drawing = layout(
      boxes,
      ways.map(({ source, target, label }) => ({
        ...{ source, target },
        ...(label ? { width: Math.min(measure(label), WIDEST), height: 16 } : {}),
      })),
      across,
    );
    return {
      layout: drawing,
      place(x, y) {
        const order = members.map((node, at) => {
          const { width = 0, height = 0 } = boxes[at] ?? {};
          const [cx, cy] = drawing.boxes.get(node.id) ?? [0, 0];
          return { node, x: x + cx - width / 2, y: y + cy - height / 2, width, height };
        });
        const main = across ? "x" : "y";
        const cross = across ? "y" : "x";
        order.sort((a, b) => a[main] - b[main] || a[cross] - b[cross]);
        for (const [at, edge] of ways.entries()) {
          const { points = [], label = null } = drawing.routes[at] ?? {};
          const moved = points.map(([px, py]) => [x + px, y + py] as const);
          edges.push({
            edge,
            ...path(moved, across, edge.source === edge.target),
            label: label && [x + label[0], y + label[1]],
          });
        }
        for (const each of order) {
          const sub = inner.get(each.node.id);
          nodes.push({ ...each, open: sub !== undefined });
          if (!sub) continue;
          const room = each.width - sub.layout.width;
          sub.place(each.x + room / 2, each.y + HEADER);
        }
      },
    };
  };

  const root = level(null);
  root.place(0, 0);
  return { width: root.layout.width, height: root.layout.height, nodes, edges };
}

/** A route as a smooth line, with the arrow at its end. */
function path(
  points: readonly Point[],
  across: boolean,
  loop: boolean,
): { line: string; arrow: string } {
  const say = (...values: number[]) => values.map((value) => Math.round(value * 10) / 10).join(" ");
  const [first = [0, 0], ...rest] = points;
  let line = `M${say(...first)}`;
  let [x, y] = first;
  const before = points.at(-3) ?? first;
  for (const [at, [nx, ny]] of rest.entries()) {
    if (loop) {
      const [a, b] = across ? [0, LOOP] : [LOOP, 0];
      line += `C${say(x + a, y + b, nx + a, ny + b, nx, ny)}`;
    } else if (at % 2 === 0 || x === nx || y === ny) line += `L${say(nx, ny)}`;
    else if (across) line += `C${say((x + nx) / 2, y, (x + nx) / 2, ny, nx, ny)}`;
    else line += `C${say(x, (y + ny) / 2, nx, (y + ny) / 2, nx, ny)}`;
    [x, y] = [nx, ny];
  }
  const along = loop !== across;
  const back = along
    ? Math.sign(x - before[0] || -1) * ARROW
    : Math.sign(y - before[1] || -1) * ARROW;
  const [w, v] = along ? [back, 4] : [4, back];
  const arrow = along
    ? `M${say(x - w, y - v)}L${say(x, y)}L${say(x - w, y + v)}`
    : `M${say(x - w, y - v)}L${say(x, y)}L${say(x + w, y - v)}`;
  return { line, arrow };
}
