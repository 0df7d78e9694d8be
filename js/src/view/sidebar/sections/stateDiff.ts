import type { State } from "../../../model/stateHistory";
import type { Payload } from "../../../protocol/events.gen";
import { h } from "../../ui/element";

const words = (value: Payload) =>
  typeof value === "string" ? value : JSON.stringify(value, null, 2);

function same(one: Payload, other: Payload): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A removed or added value; an element and a sign show which, not only a colour. */
function mark(kind: "del" | "ins", value: Payload): HTMLElement {
  const sign = kind === "del" ? "−" : "+";
  return h(kind, { class: "mark", tabindex: 0 }, `${sign} ${words(value)}`);
}

/** The change of a channel. */
function change(before: Payload | undefined, after: Payload | undefined): HTMLElement[] {
  if (Array.isArray(before) && Array.isArray(after) && before.length <= after.length) {
    const kept = after.slice(0, before.length);
    if (same(kept, before)) {
      const added = after.slice(before.length).map((item) => mark("ins", item));
      return [...(before.length ? [h("p", {}, `${before.length} as before`)] : []), ...added];
    }
  }
  return [
    ...(before === undefined ? [] : [mark("del", before)]),
    ...(after === undefined ? [] : [mark("ins", after)]),
  ];
}

/**
 * The state of a graph before a node's execution and after its superstep, with the difference
 * marked. Nodes of the same superstep share the state after it.
 *
 * @param states - null if the graph reported none
 */
export function stateDiff({
  before,
  after,
}: {
  before: State | null;
  after: State | null;
}): HTMLElement | null {
  if (!before && !after) return null;
  const channels = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changed = after
    ? channels.filter((name) => !same(before?.[name] ?? null, after[name] ?? null))
    : [];
  const kept = channels.filter((name) => !changed.includes(name));
  const rest = kept.map((name) => [
    h("dt", { dir: "auto" }, name),
    h("dd", {}, h("pre", { class: "mark", tabindex: 0 }, words(before?.[name] ?? null))),
  ]);
  return h(
    "section",
    { class: "group state-diff", "aria-label": "State" },
    h("p", { class: "group-title" }, after ? "State, before and after" : "State, before"),
    ...changed.map((name) =>
      h("div", {}, h("p", { dir: "auto" }, name), ...change(before?.[name], after?.[name])),
    ),
    after && changed.length === 0 ? h("p", {}, "Nothing has changed.") : null,
    kept.length === 0
      ? null
      : h(
          "details",
          { class: "fold" },
          h("summary", {}, after ? `${kept.length} unchanged` : `${kept.length} channels`),
          h("dl", {}, ...rest.flat()),
        ),
  );
}
