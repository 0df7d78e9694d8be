/** Usual code units of markup. */
const NEAR = 24;
/** Code units that must agree behind a longer gap, such as a link's address. */
const PROBES = [12, 6, 3];

/** Find where a text continues in its source, which has more in it; -1 if it is not found. */
function next(shown: string, index: number, source: string, from: number): number {
  const found = source.indexOf(shown[index] ?? "", from);
  if (found === -1 || found - from <= NEAR) return found;
  for (const length of PROBES) {
    const far = source.indexOf(shown.slice(index, index + length), from);
    if (far !== -1) return far;
  }
  return -1;
}

/**
 * Find the source of each part of a drawn text. A drawn text is its
 * source without its markup, in the same order.
 *
 * @param shown - the drawn text
 * @param source - its Markdown
 * @returns for each code unit of `shown` its offset in `source`, or -1 if it is not from
 *   there: a ticked box, a character that was written as `&copy;`
 */
export function sourceOffsets(shown: string, source: string): Int32Array {
  const places = new Int32Array(shown.length).fill(-1);
  let at = 0;
  for (let index = 0; index < shown.length; index += 1) {
    const found = source[at] === shown[index] ? at : next(shown, index, source, at);
    if (found === -1) continue;
    places[index] = found;
    at = found + 1;
  }
  return places;
}
