import { duration, place } from "../../../format/format";
import type { CheckpointNote } from "../../../model/runState";
import type { ViewContext } from "../../state/context";
import { button, h, setShown, setText } from "../../ui/element";

/** Checkpoints listed at most. */
const ROOM = 200;

/** Characters of an id that are always shown: its last ones, as ids of one run begin alike. */
const SHORT = 6;

/** What runs next, as people read it. */
function next({ ns, next: nodes }: CheckpointNote): string {
  if (nodes.length === 0) return place(ns, "end");
  return nodes.map((node) => place(ns, node)).join(", ");
}

/** The checkpoints that a run saved, in order, each to be chosen. */
export class CheckpointList {
  readonly element = h("section", { class: "group", "aria-label": "Checkpoints" });
  #list = h("div", { class: "checkpoints" });
  /** The whole id of the one that is pointed at, or has the focus. */
  #whole = h("p", { class: "quiet checkpoint-id", "aria-hidden": true });
  #more = h("p", { class: "quiet" });
  #listed = 0;

  constructor(readonly context: ViewContext) {
    const title = h("p", { class: "group-title" }, "Checkpoints");
    this.element.append(title, this.#list, this.#whole, this.#more);
  }

  /** Bring it up to date. */
  update(): void {
    const all = this.context.run.checkpoints;
    setShown(this.element, all.length > 0);
    for (const each of all.slice(this.#listed, ROOM)) this.#list.append(this.#row(each));
    this.#listed = Math.min(all.length, ROOM);
    setText(this.#more, all.length > ROOM ? `and ${all.length - ROOM} more` : "");
  }

  #row(checkpoint: CheckpointNote): HTMLElement {
    const { id, step, source, t } = checkpoint;
    const row = button(
      { class: "checkpoint", title: id },
      () => {
        this.context.selection.value = { kind: "checkpoint", checkpoint };
      },
      h("span", { class: "number" }, String(step ?? "")),
      h("span", { class: "timeline-name", dir: "auto" }, `→ ${next(checkpoint)}`),
      h("span", { class: "number" }, source ?? ""),
      h("code", {}, `…${id.slice(-SHORT)}`),
      h("span", { class: "number" }, duration(t)),
    );
    const name = () => setText(this.#whole, id);
    row.addEventListener("pointerenter", name);
    row.addEventListener("focus", name);
    return row;
  }
}
