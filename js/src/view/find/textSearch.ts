import type { Virtualizer } from "../ui/virtualizer";

/** Most hits: more are not useful. */
const MAX_HITS = 5000;
/** Elements whose content is one text, whatever markup is in it. */
const BLOCKS = "p, li, h3, h4, h5, h6, td, th, pre, summary, dd, dt, div, button";
const SKIPPED = ".lgn-bar, .lgn-number, [hidden]";

/** Elements that are hidden without a hit, if the reader wants to see hits only. */
const HOLDERS = "article, .lgn-batch";

/** A place where the text was found; without a range if it is in a detached piece. */
interface Hit {
  readonly element: Element;
  readonly range: StaticRange | null;
}

/** The browser's highlights under a name, shared by all views of the page. */
function highlights(name: string): Highlight | null {
  if (typeof Highlight === "undefined") return null;
  const known = CSS.highlights.get(name);
  if (known) return known;
  const fresh = new Highlight();
  CSS.highlights.set(name, fresh);
  return fresh;
}

/** The detached piece that a node is in, or null. */
function outside(node: Node, { away }: Virtualizer): Element | null {
  const root = node.getRootNode();
  for (const [element, kept] of away) if (kept === root) return element;
  return null;
}

/** The texts in an element in reading order, each with its text nodes. */
function* texts(root: Node, virtualizer: Virtualizer): Generator<[string, (Text | Element)[]]> {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ALL);
  let nodes: Text[] = [];
  let block: Element | null = null;
  const flush = function* (): Generator<[string, Text[]]> {
    if (nodes.length > 0) yield [nodes.map((node) => node.data).join(""), nodes];
    nodes = [];
  };
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Element) {
      const away = virtualizer.away.get(node);
      if (away === undefined) continue;
      yield* flush();
      if (typeof away === "string") yield [away, [node]];
      else yield* texts(away, virtualizer);
    } else if (node instanceof Text && !node.parentElement?.closest(SKIPPED)) {
      const own = node.parentElement?.closest(BLOCKS) ?? null;
      if (own !== block) yield* flush();
      block = own;
      nodes.push(node);
    }
  }
  yield* flush();
}

/** A range of the joined text of some nodes. */
function rangeOf(nodes: readonly Text[], from: number, to: number): StaticRange {
  const at = (offset: number, end: boolean): [Text, number] => {
    let left = offset;
    for (const node of nodes) {
      if (left < node.length || (end && left === node.length)) return [node, left];
      left -= node.length;
    }
    const last = nodes[nodes.length - 1] as Text;
    return [last, last.length];
  };
  const [startContainer, startOffset] = at(from, false);
  const [endContainer, endOffset] = at(to, true);
  return new StaticRange({ startContainer, startOffset, endContainer, endOffset });
}

/** Finds a text in a transcript, marks its hits, and moves from one hit to the next. */
export class TextSearch {
  /** Index of the current hit; -1 before the first. */
  index = -1;
  #hits: Hit[] = [];
  #marked: Element[] = [];
  #text = "";

  /**
   * @param root - holds the transcript
   * @param virtualizer - has the transcript's detached pieces
   */
  constructor(
    readonly root: Element,
    readonly virtualizer: Virtualizer,
  ) {}

  /** Number of hits. */
  get count(): number {
    return this.#hits.length;
  }

  /** Search for a text from the start; capitals and the width of spaces do not matter. */
  search(text: string): void {
    this.clear();
    if (text !== this.#text) this.index = -1;
    this.#text = text;
    const words = text.trim().split(/\s+/);
    if (words[0] === "") return;
    const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
    const pattern = new RegExp(escaped.join("\\s+"), "giu");
    for (const [joined, nodes] of texts(this.root, this.virtualizer)) {
      for (const found of joined.matchAll(pattern)) {
        if (this.#hits.length === MAX_HITS) break;
        const [first] = nodes;
        const range =
          first instanceof Text
            ? rangeOf(nodes as Text[], found.index, found.index + found[0].length)
            : null;
        const element = range ? range.startContainer.parentElement : (first as Element);
        if (element) this.#hits.push({ element, range });
      }
    }
    this.index = Math.min(this.index, this.#hits.length - 1);
    this.#mark();
  }

  /** Move on by a number of hits, around the ends. */
  go(by: number): void {
    const { length } = this.#hits;
    if (length === 0) return;
    this.index = this.index === -1 && by < 0 ? length - 1 : (this.index + by + length) % length;
    const hit = this.#hits[this.index];
    const { virtualizer } = this;
    for (let at = hit && outside(hit.element, virtualizer); at; at = outside(at, virtualizer))
      virtualizer.fetch(at);
    for (let at = hit?.element; at && at !== this.root; at = at.parentElement ?? undefined) {
      if (at instanceof HTMLDetailsElement) at.open = true;
    }
    hit?.element.scrollIntoView({ block: "nearest" });
    this.#mark();
  }

  /** Remove all marks. */
  clear(): void {
    for (const name of ["lgn-hit", "lgn-hit-current"]) {
      const all = highlights(name);
      for (const { range } of this.#hits) if (range) all?.delete(range);
    }
    for (const each of this.#marked) each.removeAttribute("data-hit");
    this.#marked = [];
    this.#hits = [];
  }

  /** The holder around an element, even if the element is in a detached piece. */
  #around(element: Element): Element | null {
    return (element.parentElement ?? outside(element, this.virtualizer))?.closest(HOLDERS) ?? null;
  }

  #mark(): void {
    const [all, now] = [highlights("lgn-hit"), highlights("lgn-hit-current")];
    for (const [index, { range, element }] of this.#hits.entries()) {
      for (let at: Element | null = element.closest(HOLDERS); at; at = this.#around(at)) {
        if (at.hasAttribute("data-hit")) break;
        at.setAttribute("data-hit", "");
        this.#marked.push(at);
      }
      if (!range) continue;
      all?.add(range);
      if (index === this.index) now?.add(range);
      else now?.delete(range);
    }
  }
}
