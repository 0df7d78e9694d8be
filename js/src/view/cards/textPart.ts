import { prettyJson } from "../../format/format";
import { ChunkedText } from "../../model/chunkedText";
import type { Block, Message } from "../../model/message";
import { Markdown } from "../markdown/markdown";
import type { ViewContext } from "../state/context";
import { h, setText } from "../ui/element";
import { frameScheduler } from "../ui/frameScheduler";
import type { Scope } from "../ui/scope";
import { RawTokens } from "./rawTokens";

/** Draws a growing text; `update` returns whether all of it is drawn. */
interface Drawing {
  readonly element: HTMLElement;
  update(last: boolean): boolean;
  close?(): void;
}

/** A plain text: texts of people and tools are not Markdown. */
function plain(read: () => string): Drawing {
  const element = h("div", { class: "plain", dir: "auto" });
  return {
    element,
    update() {
      setText(element, read());
      return true;
    },
  };
}

/** A tool's result; JSON is indented when it is complete. */
function result(block: Block): Drawing {
  const drawing = plain(() => block.text.toString());
  return {
    element: drawing.element,
    update(last) {
      const text = block.text.toString();
      setText(drawing.element, (last && /^\s*[[{]/.test(text) && prettyJson(text)) || text);
      return true;
    },
  };
}

/** Choose how to draw a block's text. */
function drawing(block: Block, { raw, virtualizer, selection }: ViewContext): Drawing {
  if (raw.value) return new RawTokens(block, selection);
  if (block.message.role === "tool") return result(block);
  if (block.message.role === "human") return plain(() => block.text.toString());
  return new Markdown(block.text, virtualizer);
}

/**
 * Draw a growing text into an element, and update it while it grows.
 *
 * @param holder - the element
 * @param block - the text
 */
export function textPart(
  holder: HTMLElement,
  block: Block,
  context: ViewContext,
  scope: Scope,
): void {
  const { message } = block;
  context.blocks.set(holder, block);
  let shown: Drawing | undefined;
  const draw = () => {
    if (shown?.update(message.done) === false) frameScheduler.request(draw);
  };
  scope.renew(
    () => context.raw.value,
    (_, part) => {
      const fresh = drawing(block, context);
      part.onClose(() => fresh.close?.());
      shown = fresh;
      holder.replaceChildren(fresh.element);
      draw();
    },
  );
  scope.follow(() => {
    block.length.value;
    message.changed.value;
    frameScheduler.request(draw);
  });
  scope.onClose(() => frameScheduler.cancel(draw));
}

/** The text of a node's final message, if it differs from the streamed text. */
export function revisedPart(message: Message, context: ViewContext, scope: Scope): HTMLElement {
  const text = new ChunkedText();
  text.append(message.final ?? "");
  const markdown = new Markdown(text, context.virtualizer);
  const draw = () => {
    if (!markdown.update(true)) frameScheduler.request(draw);
  };
  draw();
  scope.onClose(() => {
    frameScheduler.cancel(draw);
    markdown.close();
  });
  return markdown.element;
}
