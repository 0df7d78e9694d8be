import type { RunState } from "../../model/runState";
import { h } from "../ui/element";
import { icon } from "../ui/icon";
import type { Scope } from "../ui/scope";

/**
 * Why tokens are missing, and what to do: a calm line for each cause, once the run has ended.
 * Also a line for each thing that could not be read, as soon as that happens.
 */
export function diagnosis(run: RunState, scope: Scope): HTMLElement {
  const box = h("div", { role: "status" });
  let drawn = "";
  scope.paint(
    () => [run.status.value, run.changed.value],
    () => {
      const lines = [...run.diagnosis, ...run.unreadable];
      if (lines.join("\n") === drawn) return;
      drawn = lines.join("\n");
      box.replaceChildren(
        ...lines.map((line) => h("p", { class: "hint" }, icon("note"), h("span", {}, line))),
      );
    },
  );
  return box;
}
