import type { ViewContext } from "../state/context";
import { button, h, setShown, setText } from "../ui/element";
import type { Scope } from "../ui/scope";
import { BatchedList } from "./batchedList";

/** Most lanes that are side by side in full; more are cells of a grid, each cut to a height. */
const MAX_LANES = 4;

/** A row with a lane for each of the tasks that run at the same time. */
export class ParallelRow {
  readonly element = h("div", { class: "parallel" });
  readonly #lanes: BatchedList[] = [];
  /** Rows of no lane. */
  readonly below: BatchedList;
  readonly #tasks: string[] = [];
  /** Updates the line above a grid; null while there is none. */
  #count: (() => void) | null = null;

  constructor(
    readonly context: ViewContext,
    readonly scope: Scope,
  ) {
    this.below = new BatchedList(this.element, context, scope);
  }

  /**
   * A lane, made if it is the next one.
   *
   * @param index - its number
   * @param task - the task whose message comes next
   */
  lane(index: number, task: string | null): BatchedList {
    if (task !== null && !this.#tasks.includes(task)) this.#tasks.push(task);
    this.#count?.();
    const known = this.#lanes[index];
    if (known) return known;
    const lane = h("div", { class: "lane" });
    const list = new BatchedList(lane, this.context, this.scope);
    this.#lanes.push(list);
    this.element.append(lane);
    const { length } = this.#lanes;
    if (length === 2) {
      this.element.classList.add("lgn-lanes");
      this.element.setAttribute("role", "group");
    }
    if (length > 1) {
      this.element.dataset.lanes = String(length);
      this.element.setAttribute("aria-label", `${length} in parallel`);
    }
    if (length > MAX_LANES) this.#grid(lane);
    return list;
  }

  /** Turn into a grid, with a line above that counts and folds it. */
  #grid(fresh: HTMLElement): void {
    if (this.#count) {
      this.#clip(fresh);
      return;
    }
    this.element.classList.add("lgn-grid");
    const words = h("span");
    const fold = button(
      { class: "parallel-head", "aria-expanded": "true" },
      () => {
        const folded = this.element.classList.toggle("lgn-folded");
        fold.setAttribute("aria-expanded", String(!folded));
      },
      words,
    );
    this.element.prepend(fold);
    for (const { element } of this.#lanes) this.#clip(element);
    const draw = () => {
      const tasks = this.#tasks.map((id) => this.context.run.tasks.get(id));
      const done = tasks.filter((task) => task?.finished != null).length;
      const names = [...new Set(tasks.map((task) => task?.node).filter(Boolean))].join(", ");
      setText(words, `${names} · ${tasks.length} in parallel · ${done} done`);
    };
    this.#count = draw;
    this.scope.paint(() => this.context.run.changed.value, draw);
  }

  /** Cut a lane to a height, with a button that shows the rest. */
  #clip(lane: HTMLElement): void {
    lane.classList.add("lgn-clipped");
    const more = button({ class: "link more", hidden: true, "aria-expanded": "false" }, () =>
      open(!lane.classList.contains("lgn-open")),
    );
    const open = (whole: boolean) => {
      lane.classList.toggle("lgn-open", whole);
      more.setAttribute("aria-expanded", String(whole));
      setText(more, whole ? "Show less" : "Show all");
    };
    open(false);
    lane.prepend(more);
    const observer = new ResizeObserver(() => {
      if (!lane.classList.contains("lgn-open")) {
        setShown(more, lane.scrollHeight > lane.clientHeight + 1);
      }
    });
    observer.observe(lane);
    this.scope.onClose(() => observer.disconnect());
    // The keyboard's focus must not move behind the cut.
    lane.addEventListener("focusin", (event) => {
      const { bottom } = (event.target as Element).getBoundingClientRect();
      if (event.target !== more && bottom > lane.getBoundingClientRect().bottom) open(true);
    });
  }
}
