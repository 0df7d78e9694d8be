import { untracked } from "@preact/signals-core";
import { duration, plural } from "../../format/format";
import { type Filters, shows } from "../../model/filters";
import type { Message } from "../../model/message";
import type { Task } from "../../model/tasks";
import type { ViewContext } from "../state/context";
import { h, setShown, setText } from "../ui/element";
import { type IconName, icon } from "../ui/icon";
import type { Scope } from "../ui/scope";
import type { HostTask } from "./lanes";
import { RowList } from "./rowList";

/** A subgraph, such as an agent that another one calls: its own rows, foldable. */
export class SubgraphGroup {
  readonly element: HTMLDetailsElement;
  readonly rows: RowList;
  readonly #title = h("span", { class: "node" });
  readonly #where = h("span", { class: "quiet" });
  readonly #figures = h("span", { class: "number" });
  readonly #mark = h("span", { class: "status" });
  /** The executions of its nodes so far. */
  readonly #tasks: Task[] = [];
  #seen = 0;
  readonly #scope: Scope;
  #count = 0;

  /**
   * @param ns - its namespace
   * @param host - the task that runs it
   * @param outer - the rows around it
   */
  constructor(
    readonly context: ViewContext,
    readonly ns: readonly string[],
    readonly host: HostTask,
    readonly outer: RowList,
    scope: Scope,
  ) {
    this.#scope = scope;
    const { run } = context;
    this.rows = new RowList(context, ns, scope);
    this.element = h(
      "details",
      { class: "subgraph", open: true, hidden: true },
      h("summary", {}, this.#mark, this.#title, this.#where, this.#figures),
      this.rows.element,
    );
    this.#name(null);
    scope.paint(
      () => [run.changed.value, run.status.value],
      () => this.#draw(),
    );
  }

  /** Count a message in its rows, or in a group inside it, when the message is shown. */
  add(message: Message, filters: Filters): void {
    if (this.rows.agent === null && message.ns.length === this.ns.length) {
      this.#name(message.agent);
    }
    let counted = false;
    this.#scope.follow(() => {
      if (counted || !shows(filters, message)) return;
      counted = true;
      untracked(() => {
        this.#count += 1;
        this.reveal();
        this.#draw();
      });
    });
  }

  /** Show it: the filters do not hide all of its content. */
  reveal(): void {
    setShown(this.element, true);
  }

  #name(agent: string | null): void {
    // A graph in a tool inherits the name of the agent that called the tool.
    const own = agent === this.outer.agent ? null : agent;
    this.rows.agent = agent;
    const { node } = this.host;
    const last = this.ns.at(-1) ?? "";
    const again = last.includes(":") ? "" : `call ${Number(last) + 1}`;
    setText(this.#title, own ?? node);
    setText(
      this.#where,
      [own && own !== node ? `in ${node}` : "", again].filter(Boolean).join(" · "),
    );
  }

  #draw(): void {
    const { tasks, status } = this.context.run;
    const path = this.ns.join("|");
    for (; this.#seen < tasks.all.length; this.#seen += 1) {
      const task = tasks.all[this.#seen];
      if (task?.ns.join("|") === path) this.#tasks.push(task);
    }
    const host = tasks.get(this.host.task);
    const over = status.value !== "running";
    const open = this.#tasks.some(({ finished }) => finished === null);
    const last = this.#tasks.at(-1);
    const asks = this.#tasks.some(({ interrupts }) => interrupts.length > 0);
    const busy = open || (host !== undefined && host.finished === null);
    let mark: IconName = "done";
    if (last?.error || (over && host?.error)) mark = "error";
    else if (asks) mark = "interrupted";
    else if (busy) mark = over ? "stopped" : "running";
    if (this.element.dataset.status !== mark) {
      this.element.dataset.status = mark;
      this.#mark.dataset.status = mark;
      this.#mark.title = mark;
      this.#mark.replaceChildren(icon(mark));
    }
    const from = this.#tasks[0]?.started;
    const to = Math.max(...this.#tasks.map(({ finished }) => finished ?? 0));
    const took = from === undefined || open ? "" : duration(to - from);
    setText(this.#figures, [plural(this.#count, "message"), took].filter(Boolean).join(" · "));
  }
}
