import type { RunError } from "../../protocol/events.gen";
import { h } from "../ui/element";
import { icon } from "../ui/icon";

/** An exception: the line in the user's code, the message, and the folded traceback. */
export function errorBox({ type, message, traceback, source }: RunError): HTMLElement {
  return h(
    "section",
    { class: "box failed", "aria-label": "Error" },
    h("p", { class: "box-title" }, icon("error"), type),
    source
      ? h(
          "p",
          { class: "source" },
          source.text ? h("code", {}, source.text) : null,
          ` ${source.file}, line ${source.line}, in ${source.function}`,
        )
      : null,
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
