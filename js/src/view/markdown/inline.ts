import type { MarkedToken, Token, Tokens } from "marked";
import { h } from "../ui/element";
import { resolveEntities } from "./entity";
import { imageChip } from "./imageChip";

const LINKED = new Set(["http:", "https:", "mailto:"]);

/**
 * A link's target, if it may be a link: an absolute address of the web or mail.
 *
 * @returns the normalised address, or null
 */
export function target(href: string): string | null {
  try {
    const url = new URL(href);
    return LINKED.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(token: Tokens.Link): Node {
  const address = target(token.autolink ? token.href : resolveEntities(token.href));
  // Show other targets as they were written, so that nobody is misled.
  if (address === null) return document.createTextNode(token.raw);
  const title = token.title ? `${address}\n${resolveEntities(token.title)}` : address;
  return h(
    "a",
    { href: address, target: "_blank", rel: "noopener noreferrer", title },
    ...inline(token.tokens),
  );
}

function node(token: MarkedToken): Node | Node[] {
  switch (token.type) {
    case "text":
      return token.tokens
        ? inline(token.tokens)
        : document.createTextNode(resolveEntities(token.text));
    case "escape":
      return document.createTextNode(token.text);
    case "strong":
    case "em":
    case "del":
      return h(token.type, {}, ...inline(token.tokens));
    case "codespan":
      return h("code", {}, token.text);
    case "br":
      return h("br");
    case "link":
      return link(token);
    case "image":
      return imageChip(resolveEntities(token.href), resolveEntities(token.text));
    case "checkbox":
      return document.createTextNode(token.checked ? "☑ " : "☐ ");
    default:
      return document.createTextNode(token.raw);
  }
}

/**
 * Draw inline tokens. Unknown ones, especially HTML, become text.
 */
export function inline(tokens: readonly Token[]): Node[] {
  return tokens.flatMap((token) => node(token as MarkedToken));
}
