import type { RunState } from "../../model/runState";
import type { ViewContext } from "../state/context";
import { messageOf, type Selection, type SelectionKind } from "../state/selection";
import { button, h, setShown } from "../ui/element";
import type { Scope } from "../ui/scope";
import { FactList } from "./factList";
import type { Part, Section } from "./section";
import { SECTIONS } from "./sections";

/** The selection while the reader has selected nothing. */
const RUN = { kind: "run" } as const;

function sectionOf({ kind }: Selection): Section<SelectionKind> {
  return SECTIONS[kind];
}

/** The path to a selection, from the run inwards. */
function path(selected: Selection, run: RunState): Selection[] {
  if (selected.kind === "run") return [selected];
  return [...path(sectionOf(selected).within?.(selected, run) ?? RUN, run), selected];
}

/** The sections' parts above the facts, or below them; at most one of them is shown. */
class Parts {
  readonly element = h("div");
  readonly #built = new Map<SelectionKind, Part<SelectionKind>>();

  constructor(
    readonly place: "above" | "below",
    readonly context: ViewContext,
  ) {}

  show(selected: Selection): void {
    const { kind } = selected;
    for (const [each, part] of this.#built) {
      setShown(part.element, each === kind);
      if (each === kind || part.kept) continue;
      part.element.remove();
      this.#built.delete(each);
    }
    const part = this.#built.get(kind) ?? sectionOf(selected)[this.place]?.(this.context);
    if (!part) return;
    if (!this.#built.has(kind)) this.element.append(part.element);
    this.#built.set(kind, part);
    part.update(selected);
  }
}

/**
 * The details of the reader's selection: the whole run, one execution of a
 * node, a checkpoint, a message, a tool call, or a single token.
 */
export function sidebar(context: ViewContext, scope: Scope): HTMLElement {
  const { selection, run } = context;
  const crumbs = h("nav", { class: "breadcrumbs", "aria-label": "Path to the selection" });
  const rows = new FactList();
  const above = new Parts("above", context);
  const below = new Parts("below", context);
  const crumb = (selected: Selection, index: number, { length }: readonly Selection[]) => {
    const name = sectionOf(selected).crumb(selected);
    if (index === length - 1) return h("span", { class: "side-title", dir: "auto" }, name);
    const select = () => {
      selection.value = selected.kind === "run" ? null : selected;
    };
    return button({ class: "link", dir: "auto" }, select, name);
  };
  scope.renew(
    () => selection.value ?? RUN,
    (selected, part) => {
      crumbs.replaceChildren(...path(selected, run).map(crumb));
      const message = messageOf(selected);
      part.paint(
        () => [message?.tokens.value, message?.changed.value, run.changed.value, run.status.value],
        () => {
          rows.show(sectionOf(selected).facts(selected, run));
          above.show(selected);
          below.show(selected);
        },
      );
    },
  );
  return h(
    "aside",
    { class: "sidebar", "aria-label": "Details", tabindex: 0 },
    crumbs,
    above.element,
    rows.element,
    below.element,
  );
}
