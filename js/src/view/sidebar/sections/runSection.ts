import { count, duration } from "../../../format/format";
import type { RunState } from "../../../model/runState";
import { h } from "../../ui/element";
import { type FactGroup, fact, longFact, usageFacts, withFacts } from "../facts";
import type { Section } from "../section";
import { CheckpointList } from "./checkpointList";
import { Timeline } from "./timeline";

/** The facts about a whole run. */
export function runFacts(run: RunState): FactGroup[] {
  const { start, end, tasks, messages } = run;
  const begun = start && new Date(start.started_at * 1000).toLocaleString();
  return withFacts([
    {
      title: "Run",
      facts: [
        ...fact("Status", run.status.value),
        ...fact("Began", begun),
        ...fact("Duration", end && duration(end.duration)),
        ...fact("Node executions", count(tasks.all.length)),
        ...fact("Messages", count(messages.length)),
        ...fact("Streamed tokens", count(run.tokens.value)),
      ],
    },
    usageFacts(run.usage),
    {
      title: "Raw",
      facts: [...longFact("Input", start?.input), ...longFact("Final state", end?.state)],
    },
  ]);
}

/** The whole run: shown while nothing else is selected. */
export const runSection: Section<"run"> = {
  crumb: () => "Run",
  facts: (_, run) => runFacts(run),
  above: (context) => {
    const timeline = new Timeline(context);
    const checkpoints = new CheckpointList(context);
    return {
      element: h("div", {}, timeline.element, checkpoints.element),
      // The reader returns to it often, and its lists may be long.
      kept: true,
      update: () => {
        timeline.update();
        checkpoints.update();
      },
    };
  },
};
