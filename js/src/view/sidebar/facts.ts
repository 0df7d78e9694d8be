import { brief, count, pretty } from "../../format/format";
import type { Payload, Usage } from "../../protocol/events.gen";

/** A fact in words; a long one is a function, called only when the reader opens it. */
export interface Fact {
  label: string;
  value: string | (() => string);
}

/** A group of facts. */
export interface FactGroup {
  title: string;
  facts: Fact[];
}

type Known = Payload | undefined;

/** Make a fact, unless its value is empty. */
export function fact(label: string, value: Known): Fact[] {
  if (value === null || value === undefined || value === "") return [];
  if (Array.isArray(value)) {
    return value.length > 0 ? [{ label, value: value.map((each) => brief(each)).join(", ") }] : [];
  }
  return [{ label, value: typeof value === "number" ? String(value) : brief(value) }];
}

/** Make a long fact, unless its value is empty. */
export function longFact(label: string, value: Known): Fact[] {
  return value === null || value === undefined ? [] : [{ label, value: () => pretty(value) }];
}

/** The token counts of the providers. */
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

/** The groups that have facts. */
export function withFacts(groups: FactGroup[]): FactGroup[] {
  return groups.filter((group) => group.facts.length > 0);
}
