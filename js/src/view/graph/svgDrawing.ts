import { duration } from "../../format/format";
import { type IconName, icon } from "../ui/icon";
import { svg } from "../ui/svg";
import { type BoxPlan, HEADER, type Measure, type PlannedNode, SIDES, SIGN } from "./boxes";
import type { GraphModel, GraphNode, NodeStatus } from "./graphModel";

const ICONS: { readonly [status in NodeStatus]?: IconName } = {
  done: "done",
  failed: "error",
  waiting: "interrupted",
};

/** A node's executions in words; empty before the first. */
function words({ runs, live, time, status }: GraphNode): string {
  if (runs === 0) return "";
  const times = runs > 1 ? `${runs}× · ` : "";
  if (live > 0) return runs > 1 ? `${runs - live} of ${runs} done` : "running";
  if (status === "idle") return "stopped";
  return times + (status === "done" ? duration(time) : status);
}

/** Cut a name so that it fits into a width. */
function fitting(name: string, width: number, measure: Measure): string {
  if (measure(name) <= width) return name;
  let length = name.length;
  while (length > 0 && measure(`${name.slice(0, length)}…`) > width) length -= 1;
  return `${name.slice(0, length)}…`;
}

/** A part of the drawing that the reader can click. */
export interface Target {
  readonly element: SVGGElement;
  /** Its name, which is the same in the next drawing. */
  readonly key: string;
  readonly x: number;
  readonly y: number;
  act(): void;
}

/** A drawing on the page. */
export interface SvgDrawing {
  readonly element: SVGSVGElement;
  readonly targets: readonly Target[];
  /** Show the status of the nodes. */
  update(picture: GraphModel): void;
  /** Show it at a scale. */
  scale(by: number): void;
  /** Mark the chosen node. */
  press(id: string | undefined): void;
}

/**
 * Draw a plan.
 *
 * @param choose - called when the reader chooses a node
 * @param toggle - called when the reader opens or closes one
 */
export function svgDrawing(
  plan: BoxPlan,
  measure: Measure,
  choose: (id: string) => void,
  toggle: (id: string) => void,
): SvgDrawing {
  const targets: Target[] = [];
  const updates: ((picture: GraphModel) => void)[] = [];
  const nodes = new Map<string, SVGGElement>();

  const target = (key: string, x: number, y: number, element: SVGGElement, act: () => void) => {
    targets.push({ key, x, y, element, act });
    element.addEventListener("click", act);
    return element;
  };

  const mark = ({ node, x, y, width, height, open }: PlannedNode): Element[] => {
    const { id, label, kind } = node;
    const at = `translate(${x} ${y})`;
    if (kind === "start" || kind === "end") {
      const dot = width < SIGN;
      const round = svg("rect", { width, height, rx: height / 2 });
      const middle = { class: "lgn-graph-label", x: width / 2, y: height / 2 + 4 };
      const name = svg("text", middle, dot ? "" : kind);
      const title = svg("title", {}, kind);
      return [
        svg(
          "g",
          {
            class: `lgn-graph-box${dot && kind === "start" ? " lgn-graph-dot" : ""}`,
            transform: at,
          },
          title,
          round,
          name,
        ),
      ];
    }
    const room = kind === "subgraph" ? SIGN : 0;
    const shown = fitting(label, width - SIDES - room, measure);
    const name = svg("text", { class: "lgn-graph-name", x: 14 }, shown);
    const note = svg("g", { class: "lgn-graph-status" });
    const body = svg("rect", { width, height, rx: 8 });
    const line = open ? HEADER : height;
    const element = target(
      id,
      x + width / 2,
      y + line / 2,
      svg(
        "g",
        {
          class: `lgn-graph-box lgn-graph-node${open ? " lgn-graph-open" : ""}`,
          role: "button",
          transform: at,
        },
        ...(shown === label ? [] : [svg("title", {}, label)]),
        ...[body, name, note],
      ),
      () => choose(id),
    );
    element.dataset.node = id;
    nodes.set(id, element);
    let before: string | undefined;
    updates.push((picture) => {
      const now = picture.nodes.get(id) ?? node;
      const said = words(now);
      if (before === now.status + said) return;
      before = now.status + said;
      element.dataset.status = now.status;
      element.setAttribute("aria-label", said ? `${label} ${said}` : label);
      const below = said !== "" && !open;
      name.setAttribute("y", String(line / 2 + (below ? -3 : 4.5)));
      const glyph = ICONS[now.status];
      const light = svg("circle", { class: "lgn-graph-running", cx: 7, cy: 7, r: 3.5 });
      const sign = glyph ? icon(glyph) : light;
      // Style sheets do not size an SVG inside an SVG.
      sign.setAttribute("width", "14");
      sign.setAttribute("height", "14");
      // The space separates the name and this text when both are read as one.
      const parts = [sign, svg("text", { x: 18, y: 11 }, ` ${said}`)];
      note.replaceChildren(...(said ? parts : []));
      const place = open ? [24 + measure(shown), line / 2 - 7] : [13, line / 2 + 2];
      note.setAttribute("transform", `translate(${place.join(" ")})`);
    });
    if (room === 0) return [element];
    const [sx, sy] = [x + width - SIGN / 2 - 5, y + line / 2];
    const opener = svg(
      "g",
      {
        class: "lgn-graph-toggle",
        role: "button",
        "aria-expanded": open,
        "aria-label": `${label}: what is inside`,
        transform: `translate(${sx} ${sy})`,
      },
      svg("rect", { x: -10, y: -10, width: 20, height: 20, rx: 5 }),
      svg("path", { class: "lgn-graph-line", d: open ? "M-4 0h8" : "M-4 0h8M0-4v8" }),
    );
    return [element, target(`${id}|`, sx, sy, opener, () => toggle(id))];
  };

  const edges = plan.edges.map(({ edge, line, arrow, label }) =>
    svg(
      "g",
      { class: "lgn-graph-edge" },
      svg("title", {}, edge.label),
      svg("path", { class: `lgn-graph-line lgn-graph-${edge.style}`, d: line }),
      svg("path", { class: "lgn-graph-line", d: arrow }),
      ...(label
        ? [svg("text", { class: "lgn-graph-label", x: label[0], y: label[1] + 4 }, edge.label)]
        : []),
    ),
  );
  // Open graphs are below their edges.
  const below = plan.nodes.filter((each) => each.open).flatMap(mark);
  const above = plan.nodes.filter((each) => !each.open).flatMap(mark);
  const element = svg(
    "svg",
    { viewBox: `-2 -2 ${plan.width + 4} ${plan.height + 4}`, class: "lgn-graph-drawing" },
    ...below,
    svg("g", { "aria-hidden": "true" }, ...edges),
    ...above,
  );
  return {
    element,
    targets,
    update(picture) {
      for (const update of updates) update(picture);
    },
    scale(by) {
      element.setAttribute("width", String((plan.width + 4) * by));
      element.setAttribute("height", String((plan.height + 4) * by));
    },
    press(id) {
      for (const [each, mark] of nodes) mark.setAttribute("aria-pressed", String(each === id));
    },
  };
}
