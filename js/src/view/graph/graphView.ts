import { plural } from "../../format/format";
import type { Task } from "../../model/tasks";
import type { Topology } from "../../protocol/events.gen";
import { button, h, setShown, setText } from "../ui/element";
import { type BoxPlan, type Measure, planBoxes } from "./boxes";
import { type GraphModel, graphModel } from "./graphModel";
import { type SvgDrawing, svgDrawing, type Target } from "./svgDrawing";

/** Width from which a graph may be drawn from left to right, in CSS pixels. */
const WIDE = 620;
/** Height that a drawing should fit into, in CSS pixels: the style sheet's limit. */
const MAX_HEIGHT = 360;
/** Nodes up to which all subgraphs are open until the reader closes them; half in narrow places. */
const MAX_OPEN = 14;
/** Scale below which names can no longer be read. */
const MIN_SCALE = 0.8;
const MAX_SCALE = 2.5;
const STEP = 1.25;
/** Width of the scroller's padding, in CSS pixels. */
const MARGIN = 28;

/** Directions of the arrow keys. */
const DIRECTIONS: { readonly [key: string]: readonly [number, number] | undefined } = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** A graph to draw, and the room for it. */
export interface GraphScene {
  readonly topology: Topology | null | undefined;
  readonly tasks: readonly Task[];
  /** Whether the run waits for an answer. */
  readonly asks: boolean;
  /** Whether the run has ended. */
  readonly over: boolean;
  /** Width for the drawing, in CSS pixels. */
  readonly width: number;
  /** Id of the node that the reader has chosen. */
  readonly at: string | undefined;
}

/** Measure names in the font of an element. */
function ruler(element: Element): Measure {
  const context = document.createElement("canvas").getContext("2d");
  if (context) context.font = `600 12.5px ${getComputedStyle(element).fontFamily}`;
  return (text) => context?.measureText(text).width ?? text.length * 7;
}

/** The scale of a plan in some room, and how well it can be seen then, at best 1. */
function view({ width, height }: BoxPlan, room: number): { scale: number; worth: number } {
  const scale = Math.min(1, Math.max(room / width, MIN_SCALE));
  const seen = (have: number, want: number) => Math.min(1, have / (want * scale));
  return { scale, worth: scale * seen(room, width) * seen(MAX_HEIGHT, height) };
}

/** The nearest target in a direction. */
function next(from: Target, targets: readonly Target[], [dx, dy]: readonly [number, number]) {
  let best: Target | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const each of targets) {
    const [x, y] = [each.x - from.x, each.y - from.y];
    const along = x * dx + y * dy;
    const far = along + 2 * Math.abs(x * dy + y * dx);
    if (along > 2 && far < least) [best, least] = [each, far];
  }
  return best;
}

/**
 * A graph on the page: its running and finished nodes, how often they ran and for how long.
 */
export class GraphView {
  readonly element: HTMLElement;
  readonly #scroller = h("div", { class: "graph-scroller" });
  readonly #tools: HTMLElement;
  readonly #omitted = h("p", { class: "quiet graph-omitted" });
  readonly #choose: (id: string) => void;
  #scene: GraphScene | undefined;
  #measure: Measure | undefined;
  #plan: BoxPlan | undefined;
  #drawing: SvgDrawing | undefined;
  /** Describes the drawing's layout: it is built again only if this changes. */
  #shape = "";
  /** Key of the target that the Tab key reaches. */
  #here = "";
  /** Subgraphs that the reader opened or closed. */
  readonly #opened = new Map<string, boolean>();
  #zoom: number | null = null;
  #followed = "";

  /** @param choose - called with a node's id when the reader chooses it */
  constructor(choose: (id: string) => void) {
    this.#choose = choose;
    const tool = (label: string, sign: string, zoom: () => number | null) =>
      button(
        { class: "button", "aria-label": label, title: label },
        () => {
          this.#zoom = zoom();
          this.#draw();
        },
        sign,
      );
    this.#tools = h(
      "div",
      { class: "graph-tools" },
      tool("Smaller", "−", () => Math.max(this.#scale / STEP, MIN_SCALE / 4)),
      tool("Larger", "+", () => Math.min(this.#scale * STEP, MAX_SCALE)),
      tool("Fit to width", "Fit", () => null),
    );
    this.#scroller.addEventListener("focusin", ({ target }) => {
      const found = this.#drawing?.targets.find(({ element }) => element === target);
      if (found && found.key !== this.#here) this.#lead(found.key);
    });
    this.#scroller.addEventListener("keydown", (event) => this.#key(event));
    this.element = h("div", {}, this.#scroller, this.#tools, this.#omitted);
  }

  /** Show a scene, or its new state. */
  show(scene: GraphScene): void {
    this.#scene = scene;
    this.#draw();
  }

  get #room(): number {
    return (this.#scene?.width ?? 0) - MARGIN;
  }

  get #scale(): number {
    return this.#zoom ?? (this.#plan ? view(this.#plan, this.#room).scale : 1);
  }

  #draw(): void {
    const scene = this.#scene;
    if (!scene) return;
    const now = graphModel(scene.topology, scene.tasks, scene.asks, scene.over);
    const shape = JSON.stringify([
      scene.width,
      [...this.#opened],
      [...now.nodes.values()].map(({ id, label, kind }) => [id, label, kind]),
      now.edges,
    ]);
    if (shape !== this.#shape) this.#build(now);
    this.#shape = shape;
    const [drawn, drawing] = [this.#plan, this.#drawing];
    if (!drawn || !drawing) return;
    const scale = this.#scale;
    drawing.scale(scale);
    drawing.update(now);
    drawing.press(scene.at);
    setShown(
      this.#tools,
      this.#zoom !== null || drawn.width > this.#room || drawn.height > MAX_HEIGHT - MARGIN,
    );
    setText(this.#omitted, `${plural(now.omitted, "more node")} not drawn.`);
    setShown(this.#omitted, now.omitted > 0);
    this.#follow(now, drawn);
  }

  /** Replace the drawing, and keep the keyboard's focus. */
  #build(now: GraphModel): void {
    this.#measure ??= ruler(this.#scroller);
    const measure = this.#measure;
    const own = [...now.nodes.values()].filter(({ kind }) => kind !== "start" && kind !== "end");
    const isOpen = (id: string) =>
      this.#opened.get(id) ?? own.length <= (this.#room < WIDE ? MAX_OPEN / 2 : MAX_OPEN);
    const planned = (across: boolean) => planBoxes(now, isOpen, measure, across);
    const down = planned(false);
    const across = this.#room < WIDE ? down : planned(true);
    const worth = (each: BoxPlan) => view(each, this.#room).worth;
    const held = this.#drawing?.element.contains(
      (this.element.getRootNode() as Document).activeElement,
    );
    this.#plan = worth(across) > worth(down) ? across : down;
    this.#drawing = svgDrawing(this.#plan, measure, this.#choose, (id) => {
      this.#opened.set(id, !isOpen(id));
      this.#draw();
    });
    this.#scroller.replaceChildren(this.#drawing.element);
    this.#lead(this.#here, held);
    this.#followed = "";
  }

  /** Make a target the one that the Tab key reaches, and focus it if `now` is true. */
  #lead(key: string, now = false): void {
    const targets = this.#drawing?.targets ?? [];
    const goal = targets.find((each) => each.key === key) ?? targets[0];
    for (const each of targets) each.element.setAttribute("tabindex", each === goal ? "0" : "-1");
    this.#here = goal?.key ?? "";
    if (now) goal?.element.focus();
  }

  #key(event: KeyboardEvent): void {
    const targets = this.#drawing?.targets ?? [];
    const from = targets.find(({ element }) => element === event.target);
    if (!from || event.ctrlKey || event.altKey || event.metaKey) return;
    const way = DIRECTIONS[event.key];
    if (way) this.#lead((next(from, targets, way) ?? from).key, true);
    else if (event.key === "Enter" || event.key === " ") from.act();
    else return;
    event.preventDefault();
  }

  /** Scroll to a node that has begun to run, unless the reader is busy here. */
  #follow(now: GraphModel, { nodes }: BoxPlan): void {
    const busy = nodes.filter(({ node, open }) => !open && now.nodes.get(node.id)?.live).at(-1);
    if (!busy || busy.node.id === this.#followed) return;
    this.#followed = busy.node.id;
    if (this.element.matches(":hover, :focus-within")) return;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.#scroller;
    const [x, y] = [busy.x * this.#scale, busy.y * this.#scale];
    const [right, bottom] = [x + busy.width, y + busy.height];
    const there = x > scrollLeft && right < scrollLeft + clientWidth - MARGIN;
    if (there && y > scrollTop && bottom < scrollTop + clientHeight - MARGIN) return;
    this.#scroller.scrollTo((x + right - clientWidth) / 2, (y + bottom - clientHeight) / 2);
  }
}
