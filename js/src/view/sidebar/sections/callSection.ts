import { duration, prettyJson } from "../../../format/format";
import type { Block } from "../../../model/message";
import type { RunState } from "../../../model/runState";
import { type FactGroup, fact, longFact, withFacts } from "../facts";
import type { Section } from "../section";

/** The facts about a tool call. */
export function callFacts(block: Block, run: RunState): FactGroup[] {
  const tool = run.tools.get(block.callId);
  const { started = null, finished = null } = tool ?? {};
  const text = block.text.toString();
  return withFacts([
    {
      title: "Tool call",
      facts: [
        ...fact("Tool", block.name),
        ...fact("Id", block.callId),
        ...fact("State", tool?.phase),
        ...fact("Ran in", tool?.node),
        ...fact("Began after", started === null ? null : duration(started)),
        ...fact(
          "Duration",
          started === null || finished === null ? null : duration(finished - started),
        ),
      ],
    },
    {
      title: "Raw",
      facts: [
        ...longFact("Arguments", prettyJson(text) ?? text),
        ...longFact("Result", tool?.data),
      ],
    },
  ]);
}

/** One tool call. */
export const callSection: Section<"call"> = {
  crumb: ({ block }) => block.name ?? "tool call",
  within: ({ block }) => ({ kind: "message", message: block.message }),
  facts: ({ block }, run) => callFacts(block, run),
};
