import type { RunError } from "../events.gen";
import { h } from "./element";
import { icon } from "./icon";

/** An exception: its class, its words, and the traceback for those who ask. */
export function failure({ type, message, traceback }: RunError): HTMLElement {
  return h(
    "section",
    { class: "box failed", "aria-label": "Error" },
    h("p", { class: "box-title" }, icon("error"), type),
    h("div", { class: "plain", dir: "auto" }, message),
    traceback
      ? h(
          "details",
          { class: "fold" },
          h("summary", {}, "Traceback"),
          h("pre", { tabindex: 0 }, traceback),
        )
      : null,
  );
}
