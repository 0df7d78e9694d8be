import type { RunState } from "../../model/runState";
import type { ViewContext } from "../state/context";
import { button, h } from "../ui/element";
import type { Scope } from "../ui/scope";
import { type FilterKey, KEYS, toggleName } from "./query";

/** Most names offered of each kind. */
const MAX_NAMES = 12;

/** The names in a run so far, for each filter. */
function seen({ messages }: RunState): { readonly [key in FilterKey]: string[] } {
  const names: { [key in FilterKey]: Set<string> } = {
    node: new Set(),
    tag: new Set(),
    agent: new Set(),
    kind: new Set(["text"]),
  };
  for (const { node, tags, agent, role, blocks } of messages) {
    if (node) names.node.add(node);
    for (const tag of tags) names.tag.add(tag);
    if (agent) names.agent.add(agent);
    for (const { kind } of blocks) if (kind === "reasoning") names.kind.add(kind);
    if (role === "tool" || blocks.some(({ kind }) => kind === "tool_call")) names.kind.add("tool");
  }
  const list = (key: FilterKey) => [...names[key]].slice(0, MAX_NAMES);
  return { node: list("node"), tag: list("tag"), agent: list("agent"), kind: list("kind") };
}

/** Buttons that filter by the names in the run. */
export function nameChips({ run, filters }: ViewContext, scope: Scope): HTMLElement {
  const element = h("div", { class: "chips" });
  let drawn = "";
  const draw = () => {
    const names = seen(run);
    // With one name there is nothing to choose.
    const all = KEYS.flatMap((key) =>
      names[key].length > 1 || filters.value[key].length > 0
        ? names[key].map((name) => [key, name] as const)
        : [],
    );
    const shape = JSON.stringify([all, filters.value]);
    if (shape === drawn) return;
    drawn = shape;
    const held = element.contains(document.activeElement) ? document.activeElement : null;
    const wanted = held?.getAttribute("title");
    element.replaceChildren(
      ...all.map(([key, name]) =>
        button(
          {
            class: "chip",
            title: `${key}:${name}`,
            "aria-pressed": String(filters.value[key].includes(name)),
          },
          () => {
            filters.value = toggleName(filters.value, key, name);
          },
          h("bdi", {}, `${key}:${name}`),
        ),
      ),
    );
    for (const each of element.querySelectorAll("button")) {
      if (wanted && each.title === wanted) each.focus();
    }
  };
  scope.paint(() => [run.count.value, run.changed.value, filters.value], draw);
  return element;
}
