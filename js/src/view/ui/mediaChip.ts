import { pretty } from "../../format/format";
import { formatSize, type MediaInfo, mediaInfo } from "../../format/mediaInfo";
import type { Block } from "../../model/message";
import type { Payload } from "../../protocol/events.gen";
import { button, h } from "./element";
import { icon } from "./icon";

const WORDS = { show: "Show", play: "Play", save: "Save", open: "Open", none: "" } as const;

/** Replace a chip by its medium, or download or open that. */
function use({ use: way, url }: MediaInfo, what: string, chip: HTMLElement): void {
  if (way === "save") h("a", { href: url, download: what }).click();
  else if (way === "play") {
    chip.replaceWith(h("audio", { class: "audio", src: url, controls: true, "aria-label": what }));
  } else {
    const secret = { referrerpolicy: "no-referrer" };
    chip.replaceWith(h("img", { class: "image", src: url, alt: what, ...secret }));
  }
}

/**
 * A stand-in for a medium, which loads it when it is pressed.
 *
 * @param what - its name
 * @param facts - more about it
 */
export function mediaChip(found: MediaInfo, what: string, facts: string): HTMLElement {
  const { use: way, url } = found;
  const inside = [
    icon(way === "show" ? "image" : "file"),
    `${WORDS[way]} ${what}`.trim(),
    h("span", { class: "quiet" }, facts),
  ];
  if (way === "none") return h("span", { class: "chip unavailable" }, ...inside);
  const title = found.from ? url : null;
  if (way === "open") {
    const safe = { target: "_blank", rel: "noopener noreferrer", title };
    return h("a", { class: "chip", href: url, ...safe }, ...inside);
  }
  const chip = button({ class: "chip", title }, () => use(found, what, chip), ...inside);
  return chip;
}

function chip(kind: string, data: Payload): HTMLElement {
  const found = mediaInfo(kind, data);
  const bytes = found.bytes === null ? "" : formatSize(found.bytes);
  const facts = [found.mime, bytes, found.from, found.cut ? "too large to be kept" : ""];
  return mediaChip(found, found.name || kind, facts.filter(Boolean).join(" · "));
}

/**
 * Chips of pictures, recordings and files, which a click loads. Nothing
 * is loaded before, and nothing is opened that could run.
 */
export function mediaPart(block: Block): HTMLElement {
  if (block.kind !== "other") {
    return h("div", { class: "chips" }, ...block.data.map((data) => chip(block.kind, data)));
  }
  return h(
    "details",
    { class: "fold" },
    h("summary", {}, "Other content"),
    h("pre", { tabindex: 0 }, ...block.data.map((data) => `${pretty(data)}\n`)),
  );
}
