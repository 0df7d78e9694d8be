import type { Block } from "../../model/message";
import { sourceOffsets } from "../markdown/sourceOffsets";
import type { ViewContext } from "../state/context";
import type { Selection } from "../state/selection";
import type { Scope } from "../ui/scope";

/** Elements that handle a click themselves: it selects nothing around them. */
const INTERACTIVE = "a, button, summary, input, textarea, select, audio, label";
/** Elements in a drawn text that do not come from its source. */
const NOT_SOURCE = ".lgn-code-head, .lgn-chip, button";
const MARK = "lgn-token";

/** A section of a drawn text, with its part of the source. */
interface Section {
  readonly nodes: readonly Text[];
  readonly shown: string;
  /** Offset of the source within its block's text. */
  readonly from: number;
  readonly source: string;
}

function read(section: HTMLElement, block: Block): Section {
  const nodes: Text[] = [];
  const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement?.closest(NOT_SOURCE)) nodes.push(node as Text);
  }
  const from = Number(section.dataset.from ?? 0);
  const after = (section.nextElementSibling as HTMLElement | null)?.dataset.from;
  return {
    nodes,
    shown: nodes.map((node) => node.data).join(""),
    from,
    source: block.text.slice(from, after === undefined ? block.text.length : Number(after)),
  };
}

/** The token that holds a code unit of a block's text. */
function tokenOf({ tokens }: Block, offset: number): number {
  let [low, high] = [0, tokens.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens.end(middle) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The character at a point of the page, or null. */
function characterAt(x: number, y: number, root: Node): [Text, number] | null {
  const shadowRoots = root instanceof ShadowRoot ? [root] : [];
  let node: Node | undefined;
  let offset = 0;
  if ("caretPositionFromPoint" in document) {
    const caret = document.caretPositionFromPoint(x, y, { shadowRoots });
    node = caret?.offsetNode;
    offset = caret?.offset ?? 0;
  } else {
    const caret = (document as Document).caretRangeFromPoint(x, y);
    node = caret?.startContainer;
    offset = caret?.startOffset ?? 0;
  }
  if (!(node instanceof Text)) return null;
  // The caret is before or behind the character; at the end of a line it is beside none.
  const range = document.createRange();
  for (const at of [offset, offset - 1]) {
    if (at < 0 || at >= node.length) continue;
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    for (const { left, right, top, bottom } of range.getClientRects()) {
      if (x >= left && x <= right && y >= top && y <= bottom) return [node, at];
    }
  }
  return null;
}

/** The token that is drawn at a point, in a text that is drawn as Markdown. */
function tokenAt(event: MouseEvent, block: Block): Selection | null {
  const found = characterAt(event.clientX, event.clientY, (event.target as Node).getRootNode());
  const section = found?.[0].parentElement?.closest<HTMLElement>(".lgn-section");
  if (!found || !section) return null;
  const { nodes, shown, from, source } = read(section, block);
  let index = found[1];
  for (const node of nodes) {
    if (node === found[0]) {
      const place = sourceOffsets(shown, source)[index] ?? -1;
      return place < 0 ? null : { kind: "token", block, index: tokenOf(block, from + place) };
    }
    index += node.length;
  }
  return null;
}

/** The place of a token in a drawn text, as far as it is drawn. */
function rangeOf(holder: Element, block: Block, index: number): Range | null {
  const [start, end] = [block.tokens.start(index), block.tokens.end(index)];
  const sections = [...holder.querySelectorAll<HTMLElement>(".lgn-section")];
  const section = sections.filter((each) => Number(each.dataset.from ?? 0) <= start).at(-1);
  if (!section) return null;
  const { nodes, shown, from, source } = read(section, block);
  const places = sourceOffsets(shown, source);
  const inside = (place: number) => place >= 0 && place + from >= start && place + from < end;
  const first = places.findIndex(inside);
  const last = places.reduce((found, place, at) => (inside(place) ? at : found), first);
  if (first < 0) return null;
  const range = document.createRange();
  let at = 0;
  for (const node of nodes) {
    if (first >= at && first < at + node.length) range.setStart(node, first - at);
    if (last >= at && last < at + node.length) range.setEnd(node, last - at + 1);
    at += node.length;
  }
  return range;
}

/**
 * Lets the reader select by clicking. A click on a tool call's card selects the call, one on a
 * text the token there, and one elsewhere in a message the message. Links, buttons and selecting
 * a text work as usual. The selected token is marked in its text.
 *
 * @param root - holds the transcript
 */
export function tokenPicker(root: HTMLElement, context: ViewContext, scope: Scope): void {
  const { selection, blocks, raw, virtualizer, run } = context;
  const choose = (event: MouseEvent): Selection | null => {
    const goal = event.target as Element;
    const place = goal.closest<HTMLElement>(".lgn-call, article");
    if (!place) return null;
    const block = blocks.get(place);
    if (block) return { kind: "call", block };
    const message = run.messages.find(({ key }) => String(key) === place.dataset.key);
    if (!message) return null;
    const holder = goal.closest(".lgn-text");
    const text = holder ? blocks.get(holder) : undefined;
    const token =
      text && text.message === message && message.origin === "streamed" && tokenAt(event, text);
    return token || { kind: "message", message };
  };
  const onClick = (event: MouseEvent) => {
    if ((event.target as Element).closest(INTERACTIVE) || !getSelection()?.isCollapsed) return;
    const chosen = choose(event);
    if (chosen) selection.value = chosen;
  };
  root.addEventListener("click", onClick);
  scope.onClose(() => root.removeEventListener("click", onClick));

  if (typeof Highlight === "undefined") return;
  const marks = CSS.highlights.get(MARK) ?? new Highlight();
  CSS.highlights.set(MARK, marks);
  scope.follow(() => {
    virtualizer.moved.value;
    const chosen = selection.value;
    if (chosen?.kind !== "token" || raw.value) return;
    const { block, index } = chosen;
    const texts = root.querySelectorAll(`[data-key="${block.message.key}"] .lgn-text`);
    const holder = [...texts].find((each) => blocks.get(each) === block);
    const range = holder && rangeOf(holder, block, index);
    if (!range) return;
    marks.add(range);
    return () => marks.delete(range);
  });
}
