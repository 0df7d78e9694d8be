import type { Payload } from "../protocol/events.gen";

const ID = /^[0-9a-f]{32}$/;

/** A run's answers to interrupts, one by one; none if its input is not an answer. */
export function interruptAnswers(input: Payload | undefined): Payload[] {
  if (!(input && typeof input === "object" && "resume" in input && "goto" in input)) return [];
  const { resume = null } = input;
  if (resume && typeof resume === "object" && !Array.isArray(resume)) {
    const keys = Object.keys(resume);
    if (keys.length > 0 && keys.every((key) => ID.test(key))) return Object.values(resume);
  }
  return resume === null ? [] : [resume];
}
