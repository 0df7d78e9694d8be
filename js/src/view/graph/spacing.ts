import { type Cell, mean } from "./cell";

/** Space between neighbours, and between a box and a line beside it. */
const GAP = 26;
const LANE = 13;

/**
 * Put a row's cells as near as possible to their wanted places, in order and apart. Finds the
 * least squares, by joining neighbours that would collide into one block.
 */
function placeRow(row: readonly Cell[], wanted: (each: Cell) => number): void {
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
export function spread(ranks: readonly Cell[][], rounds: number): void {
  for (const row of ranks) placeRow(row, () => 0);
  for (let round = 0; round <= rounds; round += 1) {
    const last = round === rounds;
    const upwards = round % 2 === 1;
    for (const row of upwards ? [...ranks].reverse() : ranks) {
      placeRow(row, (each) => {
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
export function straighten(ranks: readonly Cell[][], chains: readonly Cell[][]): void {
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
