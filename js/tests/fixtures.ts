import type { AnyEvent } from "../src/protocol/events.gen";
import type { Frame } from "../src/protocol/frames";

/** A golden log, and the states that its fold has to give; Python's tests read the same. */
export interface Fixture {
  events: AnyEvent[];
  state: object;
  frames: (Frame & { buffer: string })[];
  frames_state: object;
}

const files = import.meta.glob<Fixture>("../../tests/fixtures/*.json", {
  eager: true,
  import: "default",
});

/** All golden logs by name. */
export const fixtures: [name: string, fixture: Fixture][] = Object.entries(files).map(
  ([path, fixture]) => [path.replace(/^.*\/|\.json$/g, ""), fixture],
);

/** One golden log. */
export function fixture(name: string): Fixture {
  const found = fixtures.find(([each]) => each === name)?.[1];
  if (!found) throw new Error(`No fixture ${name}`);
  return found;
}
