import type { RunState } from "../../model/runState";
import { h } from "../ui/element";
import { icon } from "../ui/icon";
import type { Scope } from "../ui/scope";

/** Hints about missing tokens: a line for each cause, after the run's end. */
export function diagnosis(run: RunState, scope: Scope): HTMLElement {
  const box = h("div", { role: "status" });
  scope.paint(
    () => run.status.value,
    () => {
      box.replaceChildren(
        ...run.diagnosis.map((line) =>
          h("p", { class: "hint" }, icon("note"), h("span", {}, line)),
        ),
      );
    },
  );
  return box;
}
