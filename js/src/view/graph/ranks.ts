import { type Cell, mean } from "./cell";

/**
 * Rank the boxes: every edge leads down, except those that close a circle.
 *
 * @param cells - the boxes' cells, whose ranks are set
 * @param edges - source, target and least length, in ranks, of each edge
 * @returns the indices of the edges that lead up
 */
export function rank(
  cells: readonly Cell[],
  edges: readonly (readonly [number, number, number])[],
): ReadonlySet<number> {
  const out = cells.map(() => [] as number[]);
  const into = cells.map(() => 0);
  for (const [index, [from, to]] of edges.entries()) {
    if (from === to) continue;
    out[from]?.push(index);
    into[to] = (into[to] ?? 0) + 1;
  }
  const flipped = new Set<number>();
  const state: number[] = [];
  const order: number[] = [];
  const visit = (box: number) => {
    state[box] = 1;
    for (const edge of out[box] ?? []) {
      const to = edges[edge]?.[1] ?? 0;
      if (state[to] === 1) flipped.add(edge);
      else if (!state[to]) visit(to);
    }
    state[box] = 2;
    order.unshift(box);
  };
  const all = cells.map((_, index) => index);
  for (const box of [...all.filter((each) => !into[each]), ...all]) if (!state[box]) visit(box);

  const down = edges.map(([from, to, length], index) =>
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
export function order(ranks: Cell[][], sweeps: number): void {
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
