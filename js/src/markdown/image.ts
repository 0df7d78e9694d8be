import { button, h } from "../view/element";
import { icon } from "../view/icon";

const EMBEDDED = /^data:image\/(?:png|jpeg|gif|webp);base64,/;

/** An image's address as it may be loaded, and who would learn of it; or null. */
function readable(address: string): { url: string; from: string } | null {
  if (EMBEDDED.test(address)) return { url: address, from: "embedded" };
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:"
      ? { url: url.href, from: url.host }
      : null;
  } catch {
    return null;
  }
}

/**
 * A stand-in for an image, which loads it when it is pressed.
 *
 * An image that loads by itself tells its server whatever a model was made to write into
 * the address.
 *
 * @param address - where it is
 * @param description - what it shows
 */
export function imageChip(address: string, description: string): Node {
  const image = readable(address);
  if (!image) return document.createTextNode(`![${description}](${address})`);
  const what = description || "image";
  const chip = button(
    { class: "chip", title: image.from === "embedded" ? "" : image.url },
    () =>
      chip.replaceWith(
        h("img", {
          class: "image",
          src: image.url,
          alt: description,
          referrerpolicy: "no-referrer",
        }),
      ),
    icon("image"),
    `Show ${what}`,
    h("span", { class: "quiet" }, image.from),
  );
  return chip;
}
