import { pretty } from "../../format/format";
import { interruptAnswers } from "../../model/interruptAnswers";
import type { RunState } from "../../model/runState";
import type { Payload } from "../../protocol/events.gen";
import { h } from "../ui/element";
import { icon } from "../ui/icon";
import type { Scope } from "../ui/scope";

/** The question or answer of an interrupt, in a box. */
export function interruptBox(label: string, title: string, value: Payload): HTMLElement {
  return h(
    "section",
    { class: "box question", "aria-label": label },
    h("p", { class: "box-title" }, icon("interrupted"), title),
    h("div", { class: typeof value === "string" ? "plain" : "plain mono" }, pretty(value)),
  );
}

/** The interrupts that a run answered at its beginning, if any. */
export function interruptBoxes(run: RunState, scope: Scope): HTMLElement {
  const holder = h("div");
  scope.paint(
    () => [run.count.value],
    () => {
      if (holder.hasChildNodes()) return;
      holder.append(
        ...interruptAnswers(run.start?.input).map((value) =>
          interruptBox("Answer", "Answered", value),
        ),
      );
    },
  );
  return holder;
}
