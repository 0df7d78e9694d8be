import { answers } from "../answers";
import type { Payload } from "../events.gen";
import { pretty } from "../figures";
import type { Store } from "../store";
import { h } from "./element";
import { icon } from "./icon";
import type { Scope } from "./scope";

/** What was asked or answered, in a box. */
export function asked(label: string, title: string, value: Payload): HTMLElement {
  return h(
    "section",
    { class: "box asks", "aria-label": label },
    h("p", { class: "box-title" }, icon("interrupted"), title),
    h("div", { class: typeof value === "string" ? "plain" : "plain mono" }, pretty(value)),
  );
}

/** What a run answered, which is where it began; empty where it did not. */
export function answered(store: Store, scope: Scope): HTMLElement {
  const holder = h("div");
  scope.paint(
    () => [store.count.value],
    () => {
      if (holder.hasChildNodes()) return;
      holder.append(
        ...answers(store.start?.input).map((value) => asked("Answer", "Answered", value)),
      );
    },
  );
  return holder;
}
