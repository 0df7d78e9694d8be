import type { ReadonlySignal } from "@preact/signals-core";
import { duration, place } from "../figures";
import type { Store } from "../store";
import { h } from "./element";
import type { Scope } from "./scope";

/**
 * Tells those who listen what those who look see at a glance: that a run began, that a
 * message is complete, how the run ended. Never tokens.
 */
export function announcer(store: ReadonlySignal<Store | undefined>, scope: Scope): HTMLElement {
  const element = h("div", { class: "heard", role: "status", "aria-live": "polite" });
  let known: Store | undefined;
  let status = "";
  let finished = 0;
  scope.follow(() => {
    const run = store.value;
    if (!run) return;
    run.changed.value;
    const done = run.messages.filter((message) => message.done);
    const now = run.status.value;
    // A run that is met in its middle, or at its end, is not news.
    const news: string[] = [];
    if (run !== known) {
      if (now === "running" && run.messages.length === 0) news.push("Running.");
    } else {
      for (const message of done.slice(finished)) {
        news.push(`Message from ${place(message.ns, message.node) || message.role}.`);
      }
      if (now !== status) news.push(`The run is ${now}, after ${duration(run.elapsed)}.`);
    }
    known = run;
    status = now;
    finished = done.length;
    if (news.length > 0) element.textContent = news.join(" ");
  });
  return element;
}
