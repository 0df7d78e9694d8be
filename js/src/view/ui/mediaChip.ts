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

/** Fields that nobody can read, or that say what the block is; `block_text.py` has the same. */
const SEALED = new Set([
  ...["type", "index", "id", "status", "signature", "thought_signature"],
  ...["encrypted_content", "encrypted_index"],
]);

function readable(value: Payload, sealed: ReadonlySet<string>): Payload {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => readable(item, sealed));
  const kept = Object.entries(value).filter(([key]) => !sealed.has(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, readable(item, sealed)]));
}

/** The data of a block, to be read; empty if it has none. */
function dataText({ kind, data }: Block): string {
  const sealed = kind === "redacted_thinking" ? new Set([...SEALED, "data"]) : SEALED;
  return data
    .map((each) => (kind === "other" ? each : readable(each, sealed)))
    .filter((each) => each !== null && (typeof each !== "object" || Object.keys(each).length > 0))
    .map((each) => `${pretty(each)}\n`)
    .join("");
}

/**
 * Any block but text, reasoning and tool calls. Of pictures, recordings and files it says what
 * they are, and shows the thing itself on a click: nothing is loaded before, and nothing is
 * opened that could run. Any other block is shown as its text and its data.
 */
export function mediaPart(block: Block): HTMLElement {
  const text = block.text.toString();
  if (["image", "audio", "file"].includes(block.kind)) {
    const chips = block.data.map((data) => chip(block.kind, data));
    return h("div", { class: "chips" }, ...chips, text ? h("p", { dir: "auto" }, text) : null);
  }
  if (block.kind === "refusal") {
    return h("p", { class: "plain", dir: "auto" }, h("b", {}, "Refusal: "), text, dataText(block));
  }
  const kind = block.kind === "other" ? "Other content" : block.kind.replaceAll("_", " ");
  const call = block.name === null ? text : `${block.name}(${text})`;
  return h(
    "details",
    { class: "fold" },
    h("summary", {}, block.name === null ? kind : `${kind}: ${block.name}`),
    h("pre", { tabindex: 0 }, [call, dataText(block)].filter(Boolean).join("\n")),
  );
}

/** What a text has besides its words, such as its citations; null if nothing. */
export function citedPart(block: Block): HTMLElement | null {
  const text = dataText(block);
  const pre = () => h("pre", { tabindex: 0 }, text);
  return text
    ? h("details", { class: "fold" }, h("summary", {}, "Citations and more"), pre())
    : null;
}
