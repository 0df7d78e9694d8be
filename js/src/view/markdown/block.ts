import type { MarkedToken, Token, Tokens } from "marked";
import { h } from "../ui/element";
import { CodeBlock } from "./codeBlock";
import { inline, target } from "./inline";

/** Headings of messages are below those of the page. */
const HEADINGS = ["h3", "h4", "h5", "h6", "h6", "h6"] as const;

/** A block's element, and a function to update it if that is cheap. */
export interface DrawnBlock {
  readonly node: Node;
  /** Show a later form of the block; false if it has to be drawn again. */
  update?(token: Token): boolean;
}

function code(token: Tokens.Code): DrawnBlock {
  const view = new CodeBlock(token.lang ?? "");
  view.update(token.text);
  return {
    node: view.element,
    update(next) {
      if (next.type !== "code" || (next as Tokens.Code).lang !== token.lang) return false;
      view.update((next as Tokens.Code).text);
      return true;
    },
  };
}

function item(token: Tokens.ListItem): HTMLLIElement {
  return h("li", token.task ? { class: "task" } : {}, ...blocks(token.tokens));
}

function list(token: Tokens.List): DrawnBlock {
  const start = token.ordered && token.start !== "" && token.start !== 1 ? token.start : null;
  const element = h(token.ordered ? "ol" : "ul", { start, dir: "auto" }, ...token.items.map(item));
  let shown = token;
  return {
    node: element,
    // Keep the items: otherwise each new one would cost more in a long list.
    update(next) {
      if (next.type !== "list") return false;
      const grown = next as Tokens.List;
      const { ordered, start: begin, loose } = grown;
      if (ordered !== shown.ordered || begin !== shown.start || loose !== shown.loose) return false;
      grown.items.forEach((each, index) => {
        if (shown.items[index]?.raw === each.raw) return;
        const old = element.children[index];
        if (old) old.replaceWith(item(each));
        else element.append(item(each));
      });
      while (element.children.length > grown.items.length) element.lastElementChild?.remove();
      shown = grown;
      return true;
    },
  };
}

function table(token: Tokens.Table): Node {
  const cell = (each: Tokens.TableCell) =>
    h(
      each.header ? "th" : "td",
      each.align ? { class: `align-${each.align}` } : {},
      ...inline(each.tokens),
    );
  return h(
    "div",
    { class: "table", tabindex: 0, role: "group", "aria-label": "Table" },
    h(
      "table",
      { dir: "auto" },
      h("thead", {}, h("tr", {}, ...token.header.map(cell))),
      h("tbody", {}, ...token.rows.map((row) => h("tr", {}, ...row.map(cell)))),
    ),
  );
}

/**
 * A link's definition. Its link shows it; without one, and in footnotes, it would be
 * invisible otherwise.
 */
function reference({ raw, tag, href }: Tokens.Def): DrawnBlock | null {
  const linked = target(href) !== null && !tag.startsWith("^");
  return linked ? null : { node: h("p", { class: "html" }, raw.trimEnd()) };
}

/** Draw a block token; null if it shows nothing. */
export function drawBlock(token: Token): DrawnBlock | null {
  const known = token as MarkedToken;
  switch (known.type) {
    case "space":
      return null;
    case "def":
      return reference(known);
    case "code":
      return code(known);
    case "list":
      return list(known);
    case "heading":
      return {
        node: h(HEADINGS[known.depth - 1] ?? "h6", { dir: "auto" }, ...inline(known.tokens)),
      };
    case "paragraph":
      return { node: h("p", { dir: "auto" }, ...inline(known.tokens)) };
    case "blockquote":
      return { node: h("blockquote", { dir: "auto" }, ...blocks(known.tokens)) };
    case "hr":
      return { node: h("hr") };
    case "table":
      return { node: table(known) };
    case "html":
      return { node: h("p", { class: "html", dir: "auto" }, known.raw.trimEnd()) };
    default:
      return { node: h("p", { dir: "auto" }, ...inline([token])) };
  }
}

/** The blocks inside another one; the items of a tight list hold inline text directly. */
function blocks(tokens: readonly Token[]): Node[] {
  return tokens.flatMap((token) => {
    if (token.type === "text" || token.type === "checkbox") return inline([token]);
    return drawBlock(token)?.node ?? [];
  });
}
