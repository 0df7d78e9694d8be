import { mediaInfo } from "../../format/mediaInfo";
import { mediaChip } from "../ui/mediaChip";

/**
 * A stand-in for an image, which loads it when it is pressed.
 *
 * An image that loads by itself sends its server any text that a model was made to write
 * into the address.
 *
 * @param address - where it is
 * @param description - what it shows
 */
export function imageChip(address: string, description: string): Node {
  const image = mediaInfo("image", { url: address });
  if (image.use !== "show") return document.createTextNode(`![${description}](${address})`);
  return mediaChip(image, description || "image", image.from || "embedded");
}
