import { duration, place } from "../../../format/format";
import type { CheckpointNote } from "../../../model/runState";
import type { ViewContext } from "../../state/context";
import { button, h, setShown, setText } from "../../ui/element";

/** Most checkpoints in the list. */
const MAX_ROWS = 200;

/** Characters of an id that are always shown: the last ones, since the first are alike. */
const ID_END = 6;

/** The next nodes, as text. */
function next({ ns, next: nodes }: CheckpointNote): string {
  if (nodes.length === 0) return place(ns, "end");
  return nodes.map((node) => place(ns, node)).join(", ");
}

/** The checkpoints of a run, in order; the reader can select each. */
export class CheckpointList {
  readonly element = h("section", { class: "group", "aria-label": "Checkpoints" });
  #list = h("div", { class: "checkpoints" });
  /** The complete id of the checkpoint under the pointer or with the focus. */
  #whole = h("p", { class: "quiet checkpoint-id", "aria-hidden": true });
  #more = h("p", { class: "quiet" });
  #listed = 0;

  constructor(readonly context: ViewContext) {
    const title = h("p", { class: "group-title" }, "Checkpoints");
    this.element.append(title, this.#list, this.#whole, this.#more);
  }

  /** Update it. */
  update(): void {
    const all = this.context.run.checkpoints;
    setShown(this.element, all.length > 0);
    for (const each of all.slice(this.#listed, MAX_ROWS)) this.#list.append(this.#row(each));
    this.#listed = Math.min(all.length, MAX_ROWS);
    setText(this.#more, all.length > MAX_ROWS ? `and ${all.length - MAX_ROWS} more` : "");
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
      h("code", {}, `…${id.slice(-ID_END)}`),
      h("span", { class: "number" }, duration(t)),
    );
    const name = () => setText(this.#whole, id);
    row.addEventListener("pointerenter", name);
    row.addEventListener("focus", name);
    return row;
  }
}
