import type { Store } from "../../model/runState";
import { h } from "../ui/element";
import { icon } from "../ui/icon";
import type { Scope } from "../ui/scope";

/** Why tokens are missing, and what to do: a calm line for each cause, once the run has ended. */
export function diagnosis(store: Store, scope: Scope): HTMLElement {
  const box = h("div", { role: "status" });
  scope.paint(
    () => store.status.value,
    () => {
      box.replaceChildren(
        ...store.diagnosis.map((line) =>
          h("p", { class: "why" }, icon("note"), h("span", {}, line)),
        ),
      );
    },
  );
  return box;
}
