import type { RunState } from "../../model/runState";
import { h } from "../ui/element";
import { icon } from "../ui/icon";
import type { Scope } from "../ui/scope";

/** The sentence of Python's `core/limits.py`. */
const UNMASKED = "Masking was off.";

/** Hints about missing tokens and about masking: a line for each, after the run's end. */
export function diagnosis(run: RunState, scope: Scope): HTMLElement {
  const box = h("div", { role: "status" });
  scope.paint(
    () => run.status.value,
    () => {
      box.replaceChildren(
        ...[...run.diagnosis, ...(run.masked ? [] : [UNMASKED])].map((line) =>
          h("p", { class: "hint" }, icon("note"), h("span", {}, line)),
        ),
      );
    },
  );
  return box;
}
