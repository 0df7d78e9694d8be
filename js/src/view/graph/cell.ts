/** A box, or a point where a line crosses a rank. */
export interface Cell {
  /** Its width, or its height in a layout from left to right. */
  readonly size: number;
  /** Its extent across the ranks. */
  readonly depth: number;
  /** Whether it is a point of a line. */
  readonly line: boolean;
  rank: number;
  /** Its index in its rank. */
  at: number;
  /** Its centre in its rank. */
  x: number;
  up: Cell[];
  down: Cell[];
}

/** Make a cell. */
export const cell = (size: number, depth: number, line: boolean, rank = 0): Cell => ({
  ...{ size, depth, line, rank, at: 0, x: 0 },
  up: [],
  down: [],
});

/** The mean of some numbers. */
export const mean = (values: readonly number[]) =>
  values.reduce((a, b) => a + b, 0) / values.length;
