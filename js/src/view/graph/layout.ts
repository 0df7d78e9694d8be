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

/** Space between neighbours, between a box and a line beside it, and between ranks. */
const GAP = 26;
const LANE = 13;
const RANK = 34;
/** Space between the ends of two lines at one box. */
const PORT = 16;
/** Room beside a box with an edge to itself. */
export const LOOP = 24;
/** How often ranks are ordered and spread; less often with many cells. */
const SWEEPS = 8;
const ROUNDS = 14;
const MANY = 2000;

/** A box, or a point where a line crosses a rank. */
interface Cell {
  readonly size: number;
  readonly depth: number;
  readonly line: boolean;
  rank: number;
  at: number;
  x: number;
  up: Cell[];
  down: Cell[];
}

const cell = (size: number, depth: number, line: boolean, rank = 0): Cell => ({
  ...{ size, depth, line, rank, at: 0, x: 0 },
  up: [],
  down: [],
});

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Rank the boxes: every edge leads down, except those that close a circle. */
function rank(cells: readonly Cell[], ways: readonly (readonly [number, number, number])[]) {
  const out = cells.map(() => [] as number[]);
  const into = cells.map(() => 0);
  for (const [index, [from, to]] of ways.entries()) {
    if (from === to) continue;
    out[from]?.push(index);
    into[to] = (into[to] ?? 0) + 1;
  }
  const flipped = new Set<number>();
  const state: number[] = [];
  const order: number[] = [];
  const visit = (box: number) => {
    state[box] = 1;
    for (const way of out[box] ?? []) {
      const to = ways[way]?.[1] ?? 0;
      if (state[to] === 1) flipped.add(way);
      else if (!state[to]) visit(to);
    }
    state[box] = 2;
    order.unshift(box);
  };
  const all = cells.map((_, index) => index);
  for (const box of [...all.filter((each) => !into[each]), ...all]) if (!state[box]) visit(box);

  const down = ways.map(([from, to, length], index) =>
    flipped.has(index) ? ([to, from, length] as const) : ([from, to, length] as const),
  );
  const rankOf = (box: number) => (cells[box] as Cell).rank;
  const onwards = cells.map(() => [] as (readonly [to: number, length: number])[]);
  const reached = new Set<number>();
  for (const [from, to, length] of down) {
    if (from === to) continue;
    onwards[from]?.push([to, length]);
    reached.add(to);
  }
  for (const box of order) {
    for (const [to, length] of onwards[box] ?? []) {
      (cells[to] as Cell).rank = Math.max(rankOf(to), rankOf(box) + length);
    }
  }
  // Put a box without incoming edges right above its first target.
  for (const box of order) {
    const room = (onwards[box] ?? []).map(([to, length]) => rankOf(to) - length);
    if (room.length > 0 && !reached.has(box)) (cells[box] as Cell).rank = Math.min(...room);
  }
  return flipped;
}

/** How many lines cross between the ranks. */
function crossings(ranks: readonly Cell[][]): number {
  let count = 0;
  for (const row of ranks) {
    // Lines in the order of their upper ends: one crosses earlier lines that end further right.
    const ends: number[] = [];
    for (const each of row) {
      for (const end of each.down.map((to) => to.at).sort((x, y) => x - y)) {
        let [low, high] = [0, ends.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if ((ends[middle] ?? 0) <= end) low = middle + 1;
          else high = middle;
        }
        count += ends.length - low;
        ends.splice(low, 0, end);
      }
    }
  }
  return count;
}

const number = (row: readonly Cell[]) => {
  for (const [at, each] of row.entries()) each.at = at;
};

/** Order each rank so that few lines cross. */
function order(ranks: Cell[][], sweeps: number): void {
  for (const row of ranks) number(row);
  let best = ranks.map((row) => [...row]);
  let least = crossings(ranks);
  for (let sweep = 0; sweep < sweeps && least > 0; sweep += 1) {
    const upwards = sweep % 2 === 1;
    for (const row of upwards ? [...ranks].reverse() : ranks) {
      const wanted = new Map(
        row.map((each) => {
          const near = upwards ? each.down : each.up;
          return [each, near.length > 0 ? mean(near.map((to) => to.at)) : each.at];
        }),
      );
      row.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      number(row);
    }
    const now = crossings(ranks);
    if (now < least) {
      least = now;
      best = ranks.map((row) => [...row]);
    }
  }
  for (const [index, row] of best.entries()) {
    ranks[index] = row;
    number(row);
  }
}

/**
 * Put a row's cells as near as possible to their wanted places, in order and apart: the
 * least squares, found by joining neighbours that would collide into one block.
 */
function settle(row: readonly Cell[], wanted: (each: Cell) => number): void {
  const offsets: number[] = [];
  const blocks: { want: number; weight: number; from: number }[] = [];
  let offset = 0;
  for (const [from, each] of row.entries()) {
    const before = row[from - 1];
    if (before) offset += apart(before, each);
    offsets.push(offset);
    let block = { want: wanted(each) - offset, weight: each.line ? 4 : 1, from };
    for (let left = blocks.at(-1); left && left.want >= block.want; left = blocks.at(-1)) {
      blocks.pop();
      const weight = left.weight + block.weight;
      const want = (left.want * left.weight + block.want * block.weight) / weight;
      block = { want, weight, from: left.from };
    }
    blocks.push(block);
  }
  let block = -1;
  for (const [at, each] of row.entries()) {
    if (blocks[block + 1]?.from === at) block += 1;
    each.x = (blocks[block]?.want ?? 0) + (offsets[at] ?? 0);
  }
}

/** Spread the cells of all ranks so that lines are straight where they can be. */
function spread(ranks: readonly Cell[][], rounds: number): void {
  for (const row of ranks) settle(row, () => 0);
  for (let round = 0; round <= rounds; round += 1) {
    const last = round === rounds;
    const upwards = round % 2 === 1;
    for (const row of upwards ? [...ranks].reverse() : ranks) {
      settle(row, (each) => {
        let [sum, weight] = [0, 0];
        for (const near of last ? [each.up, each.down] : upwards ? [each.down] : [each.up]) {
          for (const to of near) {
            const pull = each.line && to.line ? 6 : 1;
            sum += to.x * pull;
            weight += pull;
          }
        }
        return weight > 0 ? sum / weight : each.x;
      });
    }
  }
}

/** The least distance between the centres of two neighbours. */
function apart(left: Cell, right: Cell): number {
  return (left.size + right.size) / 2 + (left.line || right.line ? LANE : GAP);
}

/** Straighten the lines that pass several ranks, as far as their neighbours leave room. */
function straighten(ranks: readonly Cell[][], chains: readonly Cell[][]): void {
  for (const chain of chains) {
    let run: Cell[] = [];
    let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const close = () => {
      const x = Math.min(Math.max(mean(run.map((each) => each.x)), low), high);
      for (const each of run) each.x = x;
      run = [];
      [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    };
    for (const each of chain.slice(1, -1)) {
      const row = ranks[each.rank] ?? [];
      const [left, right] = [row[each.at - 1], row[each.at + 1]];
      const from = left ? left.x + apart(left, each) : Number.NEGATIVE_INFINITY;
      const to = right ? right.x - apart(each, right) : Number.POSITIVE_INFINITY;
      if (Math.max(low, from) > Math.min(high, to)) close();
      [low, high] = [Math.max(low, from), Math.min(high, to)];
      run.push(each);
    }
    if (run.length > 0) close();
  }
}

/**
 * Lay a graph out in ranks, from top to bottom.
 *
 * @param boxes - the boxes; their order is kept where the edges allow it
 * @param ways - the edges between them; their ends must be among the boxes
 * @param across - from left to right instead
 */
export function layout(boxes: readonly Box[], ways: readonly BoxEdge[], across = false): Layout {
  const index = new Map(boxes.map(({ id }, at) => [id, at]));
  const loops = new Set(ways.filter((way) => way.source === way.target).map((way) => way.source));
  const cells = boxes.map(({ id, width, height }) => {
    const [size, depth] = across ? [height, width] : [width, height];
    return cell(size + (loops.has(id) ? 2 * LOOP : 0), depth, false);
  });
  const ends = ways.map(({ source, target, width }) => {
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
  const chains = ways.map(({ width = 0, height = 0 }, way) => {
    const [from, to] = (ends[way] ?? []).map((each) => cells[each]) as [Cell, Cell];
    if (from === to) return [from];
    const [upper, lower] = flipped.has(way) ? [to, from] : [from, to];
    const chain = [upper];
    const labelled = width > 0 ? (flipped.has(way) ? lower.rank - 1 : upper.rank + 1) : -1;
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
  const routes = chains.map((chain, way) => {
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
    return { points: flipped.has(way) ? points.reverse() : points, label };
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
