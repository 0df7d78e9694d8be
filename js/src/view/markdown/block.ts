import type { MarkedToken, Token, Tokens } from "marked";
import { h } from "../ui/element";
import { CodeBlock } from "./codeBlock";
import { inline, target } from "./inline";

/** Models' headings start below those of the page that shows them. */
const HEADINGS = ["h3", "h4", "h5", "h6", "h6", "h6"] as const;

/** What a block became: its element, and a way to bring it up to date where that is cheap. */
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
    // Items that have come stay; else a long list would cost more with each of them.
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
 * What a link refers to. It is shown by its link; where none will lead there, and in
 * footnotes, it would be read by nobody.
 */
function reference({ raw, tag, href }: Tokens.Def): DrawnBlock | null {
  const linked = target(href) !== null && !tag.startsWith("^");
  return linked ? null : { node: h("p", { class: "html" }, raw.trimEnd()) };
}

/** A block token as DOM, or null if it shows nothing. */
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

/** The blocks inside another one; a tight list's item holds inline text right away. */
function blocks(tokens: readonly Token[]): Node[] {
  return tokens.flatMap((token) => {
    if (token.type === "text" || token.type === "checkbox") return inline([token]);
    return drawBlock(token)?.node ?? [];
  });
}
