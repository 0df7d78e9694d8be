import { continueCode, readStateCode } from "../../../codegen/checkpointCode";
import { duration } from "../../../format/format";
import type { CheckpointNote, RunState } from "../../../model/runState";
import { copyButton } from "../../ui/copyButton";
import { h } from "../../ui/element";
import { type FactGroup, fact, longFact, withFacts } from "../facts";
import type { Section } from "../section";

declare module "../../state/selection" {
  interface Selections {
    checkpoint: { readonly checkpoint: CheckpointNote };
  }
}

/** The facts about a checkpoint, with its state. */
export function checkpointFacts(checkpoint: CheckpointNote): FactGroup[] {
  const { step, source, next, id, parent, thread, ns, t } = checkpoint;
  const state = Object.entries(checkpoint.state ?? checkpoint.knownState() ?? {});
  return withFacts([
    {
      title: "Checkpoint",
      facts: [
        ...fact("Step", step),
        ...fact("Source", source),
        ...fact("Next", next.length > 0 ? next : "nothing: the graph is at its end"),
        ...fact("Saved after", duration(t)),
        ...fact("Id", id),
        ...fact("Parent", parent),
        ...fact("Thread", thread),
        ...fact("Namespace", ns.join(" / ")),
      ],
    },
    { title: "State", facts: state.flatMap(([name, value]) => longFact(name, value)) },
  ]);
}

/** Buttons that copy code: to read a checkpoint, and to continue from it. */
function checkpointCode(checkpoint: CheckpointNote, run: RunState): HTMLElement {
  const thread =
    checkpoint.thread ??
    run.messages.map(({ metadata }) => metadata.thread_id).find(Boolean) ??
    null;
  const copyOf = (words: string, code: string) => {
    const copy = copyButton(`${words}: copy the code`, () => code);
    copy.classList.add("lgn-copy-code");
    copy.prepend(`${words} `);
    return copy;
  };
  const on = continueCode(checkpoint, thread);
  return h(
    "p",
    { class: "buttons" },
    copyOf("Get its state", readStateCode(checkpoint, thread)),
    on === null ? null : copyOf("Continue from it", on),
  );
}

/** One checkpoint, with its state. */
export const checkpointSection: Section<"checkpoint"> = {
  crumb: ({ checkpoint }) => `checkpoint of step ${checkpoint.step}`,
  facts: ({ checkpoint }) => checkpointFacts(checkpoint),
  above: ({ run }) => {
    const element = h("div");
    let shown: CheckpointNote | null = null;
    return {
      element,
      update: ({ checkpoint }) => {
        if (checkpoint !== shown) element.replaceChildren(checkpointCode(checkpoint, run));
        shown = checkpoint;
      },
    };
  },
};
