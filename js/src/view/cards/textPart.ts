import { prettyJson } from "../../format/format";
import { Text } from "../../model/chunkedText";
import type { Block, Message } from "../../model/message";
import { Markdown } from "../markdown/markdown";
import type { Context } from "../state/context";
import { h, setText } from "../ui/element";
import { painter } from "../ui/frameScheduler";
import type { Scope } from "../ui/scope";
import { Raw } from "./rawTokens";

/** What draws a growing text; it answers whether all of it is drawn. */
interface Drawing {
  readonly element: HTMLElement;
  update(last: boolean): boolean;
  close?(): void;
}

/** A text as it is: what people and tools wrote is not Markdown. */
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

/** What a tool gave back; JSON is indented once it is whole. */
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

/** The way to draw a block's text. */
function drawing(block: Block, { raw, shelf, choice }: Context): Drawing {
  if (raw.value) return new Raw(block, choice);
  if (block.message.role === "tool") return result(block);
  if (block.message.role === "human") return plain(() => block.text.toString());
  return new Markdown(block.text, shelf);
}

/**
 * Draw a growing text into an element, and keep at it while more comes.
 *
 * @param holder - where to
 * @param block - the text
 */
export function textPart(holder: HTMLElement, block: Block, context: Context, scope: Scope): void {
  const { message } = block;
  context.places.set(holder, block);
  let shown: Drawing | undefined;
  const draw = () => {
    if (shown?.update(message.done) === false) painter.request(draw);
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
    painter.request(draw);
  });
  scope.onClose(() => painter.cancel(draw));
}

/** The text that a node's final message has in place of what was streamed. */
export function revisedPart(message: Message, context: Context, scope: Scope): HTMLElement {
  const text = new Text();
  text.append(message.final ?? "");
  const markdown = new Markdown(text, context.shelf);
  const draw = () => {
    if (!markdown.update(true)) painter.request(draw);
  };
  draw();
  scope.onClose(() => {
    painter.cancel(draw);
    markdown.close();
  });
  return markdown.element;
}
