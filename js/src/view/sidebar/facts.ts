import { brief, count, pretty } from "../../format/format";
import type { Payload, Usage } from "../../protocol/events.gen";

/** One thing known, in words; a longer one is a function, so that only those who look pay. */
export interface Fact {
  label: string;
  value: string | (() => string);
}

/** Facts that belong together. */
export interface FactGroup {
  title: string;
  facts: Fact[];
}

type Known = Payload | undefined;

/** A fact, unless there is nothing to say. */
export function fact(label: string, value: Known): Fact[] {
  if (value === null || value === undefined || value === "") return [];
  if (Array.isArray(value)) {
    return value.length > 0 ? [{ label, value: value.map((each) => brief(each)).join(", ") }] : [];
  }
  return [{ label, value: typeof value === "number" ? String(value) : brief(value) }];
}

/** A longer fact, unless there is nothing to say. */
export function longFact(label: string, value: Known): Fact[] {
  return value === null || value === undefined ? [] : [{ label, value: () => pretty(value) }];
}

/** What the providers counted. */
export function usageFacts(usage: Usage | null): FactGroup {
  return {
    title: "Usage",
    facts: usage
      ? [
          ...fact("Input tokens", count(usage.input_tokens)),
          ...fact("Output tokens", count(usage.output_tokens)),
          ...fact("Total tokens", count(usage.total_tokens)),
        ]
      : [],
  };
}

/** The groups that have anything to say. */
export function withFacts(groups: FactGroup[]): FactGroup[] {
  return groups.filter((group) => group.facts.length > 0);
}
