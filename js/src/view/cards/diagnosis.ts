import type { RunState } from "../../model/runState";
import { h } from "../ui/element";
import { icon } from "../ui/icon";
import type { Scope } from "../ui/scope";

/** The sentence of Python's `core/limits.py`. */
const UNMASKED = "Masking was off.";

/**
 * Hints about missing tokens and about masking: a line for each, after the run's end.
 * Also a line for each part that could not be read, as soon as that happens.
 */
export function diagnosis(run: RunState, scope: Scope): HTMLElement {
  const box = h("div", { role: "status" });
  let drawn = "";
  scope.paint(
    () => [run.status.value, run.changed.value],
    () => {
      const lines = [...run.diagnosis, ...run.unreadable, ...(run.masked ? [] : [UNMASKED])];
      if (lines.join("\n") === drawn) return;
      drawn = lines.join("\n");
      box.replaceChildren(
        ...lines.map((line) => h("p", { class: "hint" }, icon("note"), h("span", {}, line))),
      );
    },
  );
  return box;
}
