import type { Payload } from "../protocol/events.gen";

/** A picture, a recording or a file in a message. */
export interface MediaInfo {
  /** What the view may do with it. */
  readonly use: "show" | "play" | "save" | "open" | "none";
  /** Its MIME type, or an empty text if it is unknown. */
  readonly mime: string;
  readonly name: string;
  /** Its size, or null if it is not in the message. */
  readonly bytes: number | null;
  /** Its `data:` or web address; empty if there is none. */
  readonly url: string;
  /** The host that would learn that it is loaded; empty for none. */
  readonly from: string;
  /** Whether it was dropped because it was too large. */
  readonly cut: boolean;
}

type Fields = { readonly [key: string]: Payload };

// Types that browsers show without running anything in them. SVG is a document, so not here.
const IMAGE = /^image\/(?:png|jpe?g|gif|webp|avif|bmp)$/;
const AUDIO = /^audio\/(?:mpeg|mp3|wav|x-wav|wave|ogg|webm|mp4|aac|flac)$/;
const CUT = /… \(([\d,]+) more characters\)$/;
const EMBEDDED = /^data:([^;,]*)[^,]*;base64,/;
const BASE64 = /^[\w+/=\s-]+$/;

function fields(data: Payload | undefined): Fields {
  return data !== null && typeof data === "object" && !Array.isArray(data) ? data : {};
}

/** The first of some fields that is a text. */
function text(from: Fields, ...names: string[]): string {
  for (const name of names) {
    const value = from[name];
    if (typeof value === "string" && value) return value;
  }
  return "";
}

/** A web address in the form that browsers use, or null. */
function web(address: string): URL | null {
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

/**
 * Read a media block in any of the forms that LangChain and the providers use.
 *
 * @param kind - `image`, `audio` or `file`
 * @param data - the block
 */
export function mediaInfo(kind: string, data: Payload): MediaInfo {
  const outer = fields(data);
  // The content is beside the type, or in an object named after it.
  const all: Fields = { ...outer };
  for (const name of ["source", "image_url", "input_audio", "file", "audio", "image"]) {
    Object.assign(all, fields(outer[name]));
  }
  const address = text(all, "url", "image_url", "file_url", "data", "base64", "file_data");
  const left = CUT.exec(address)?.[1];
  const inline = EMBEDDED.exec(address);
  const format = text(all, "format");
  const said = text(all, "mime_type", "media_type") || (format && `${kind}/${format}`);
  const mime = (inline?.[1] || said).toLowerCase();
  const name = text(all, "filename", "name", "title");
  const link = inline ? null : web(address);
  if (link) {
    const safe = kind === "image" && (mime === "" || IMAGE.test(mime));
    const use = safe ? "show" : "open";
    return { use, mime, name, bytes: null, url: link.href, from: link.host, cut: false };
  }
  const base64 = address.slice(inline?.[0].length ?? 0).replace(CUT, "");
  const length = base64.length + Number((left ?? "0").replaceAll(",", ""));
  const whole = left === undefined && BASE64.test(base64);
  const use = IMAGE.test(mime) ? "show" : AUDIO.test(mime) ? "play" : "save";
  // For saving, never for opening: no browser takes this type for a page.
  const type = use === "save" ? "application/octet-stream" : mime;
  return {
    use: whole ? use : "none",
    mime,
    name,
    bytes: base64 ? Math.floor((length * 3) / 4) : null,
    url: whole ? `data:${type};base64,${base64}` : "",
    from: "",
    cut: left !== undefined,
  };
}

/** A size as text: `312 bytes`, `14 kB`, `2.5 MB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
