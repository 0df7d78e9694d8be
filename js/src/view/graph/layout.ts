import { type Cell, cell } from "./cell";
import { order, rank } from "./ranks";
import { spread, straighten } from "./spacing";

/** A box to be placed. */
export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** An edge from one box to another, and the size of its label, if it has one. */
export interface BoxEdge {
  readonly source: string;
  readonly target: string;
  readonly width?: number;
  readonly height?: number;
}

export type Point = readonly [x: number, y: number];

/** Positions of boxes, by their centres, and of edges. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Point>;
  /**
   * One per edge, in order, from its source to its target: straight lines through ranks, with
   * curves between them. The first line is straight.
   */
  readonly routes: readonly { readonly points: readonly Point[]; readonly label: Point | null }[];
}

/** Space between ranks. */
const RANK = 34;
/** Space between the ends of two lines at one box. */
const PORT = 16;
/** Room beside a box with an edge to itself. */
export const LOOP = 24;
/** How often ranks are ordered and spread; less often with many cells. */
const SWEEPS = 8;
const ROUNDS = 14;
const MANY = 2000;

/**
 * Lay a graph out in ranks, from top to bottom.
 *
 * @param boxes - the boxes; their order is kept where the edges allow it
 * @param edges - the edges between them; their ends must be among the boxes
 * @param across - from left to right instead
 */
export function layout(boxes: readonly Box[], edges: readonly BoxEdge[], across = false): Layout {
  const index = new Map(boxes.map(({ id }, at) => [id, at]));
  const loops = new Set(
    edges.filter((edge) => edge.source === edge.target).map((edge) => edge.source),
  );
  const cells = boxes.map(({ id, width, height }) => {
    const [size, depth] = across ? [height, width] : [width, height];
    return cell(size + (loops.has(id) ? 2 * LOOP : 0), depth, false);
  });
  const ends = edges.map(({ source, target, width }) => {
    return [index.get(source) ?? 0, index.get(target) ?? 0, width ? 2 : 1] as const;
  });
  const flipped = rank(cells, ends);

  const ranks: Cell[][] = [];
  const put = (each: Cell) => {
    while (ranks.length <= each.rank) ranks.push([]);
    ranks[each.rank]?.push(each);
  };
  for (const each of cells) put(each);
  /** The cells of each edge, from its upper end to its lower one. */
  const chains = edges.map(({ width = 0, height = 0 }, edge) => {
    const [from, to] = (ends[edge] ?? []).map((each) => cells[each]) as [Cell, Cell];
    if (from === to) return [from];
    const [upper, lower] = flipped.has(edge) ? [to, from] : [from, to];
    const chain = [upper];
    const labelled = width > 0 ? (flipped.has(edge) ? lower.rank - 1 : upper.rank + 1) : -1;
    for (let at = upper.rank + 1; at < lower.rank; at += 1) {
      const [w, h] = at === labelled ? [width, height] : [0, 0];
      const line = across ? cell(h, w, true, at) : cell(w, h, true, at);
      put(line);
      chain.push(line);
    }
    chain.push(lower);
    for (const [at, each] of chain.entries()) {
      const next = chain[at + 1];
      if (!next) continue;
      each.down.push(next);
      next.up.push(each);
    }
    return chain;
  });
  const effort = Math.min(1, MANY / ranks.flat().length);
  order(ranks, Math.ceil(SWEEPS * effort));
  spread(ranks, Math.ceil(ROUNDS * effort));
  for (let round = 0; round < 2; round += 1) straighten(ranks, chains);

  const tops: number[] = [];
  const depths = ranks.map((row) => Math.max(0, ...row.map((each) => each.depth)));
  let height = 0;
  for (const depth of depths) {
    tops.push(height);
    height += depth + RANK;
  }
  const all = ranks.flat();
  const left = all.length > 0 ? Math.min(...all.map((each) => each.x - each.size / 2)) : 0;
  const right = all.length > 0 ? Math.max(...all.map((each) => each.x + each.size / 2)) : 0;
  const point = (x: number, y: number): Point => (across ? [y, x - left] : [x - left, y]);
  const middle = (each: Cell) => (tops[each.rank] ?? 0) + (depths[each.rank] ?? 0) / 2;

  /** Where edges leave or reach a box: side by side, in the order of their other ends. */
  const ports = new Map<Cell, { chain: Cell[]; to: number }[][]>();
  for (const chain of chains) {
    if (chain.length === 1) continue;
    for (const [side, box, next] of [
      [0, chain.at(-1), chain.at(-2)],
      [1, chain[0], chain[1]],
    ] as const) {
      if (!box || !next) continue;
      const sides = ports.get(box) ?? [[], []];
      ports.set(box, sides);
      sides[side]?.push({ chain, to: next.x });
    }
  }
  const port = (box: Cell, chain: Cell[], side: 0 | 1) => {
    const lines = [...(ports.get(box)?.[side] ?? [])].sort((a, b) => a.to - b.to);
    const at = lines.findIndex((each) => each.chain === chain) - (lines.length - 1) / 2;
    return box.x + at * Math.min(PORT, (box.size - 12) / lines.length);
  };
  const routes = chains.map((chain, edge) => {
    const [upper] = chain as [Cell];
    const lower = chain.at(-1) as Cell;
    if (chain.length === 1) {
      const side = upper.x + upper.size / 2 - LOOP;
      const y = middle(upper);
      return { points: [point(side, y - 8), point(side, y + 8)], label: null };
    }
    const between = chain.slice(1, -1);
    const top = (each: Cell) => tops[each.rank] ?? 0;
    const bottom = (each: Cell) => top(each) + (depths[each.rank] ?? 0);
    const out = port(upper, chain, 1);
    const into = port(lower, chain, 0);
    const points = [
      point(out, middle(upper) + upper.depth / 2),
      point(out, bottom(upper)),
      ...between.flatMap((each) => [point(each.x, top(each)), point(each.x, bottom(each))]),
      point(into, top(lower)),
      point(into, middle(lower) - lower.depth / 2),
    ];
    const labelled = between.find((each) => each.size > 0);
    const label = labelled ? point(labelled.x, middle(labelled)) : null;
    return { points: flipped.has(edge) ? points.reverse() : points, label };
  });
  const places = cells.map(
    (each, at) => [boxes[at]?.id ?? "", point(each.x, middle(each))] as const,
  );
  const [wide, high] = [right - left, Math.max(height - RANK, 0)];
  return {
    width: across ? high : wide,
    height: across ? wide : high,
    boxes: new Map(places),
    routes,
  };
}
