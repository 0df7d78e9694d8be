import { expect, test } from "vitest";
import { formatSize, mediaInfo } from "../../src/format/mediaInfo";

const PNG = "iVBORw0KGgo=";
const INLINE = `data:image/png;base64,${PNG}`;

test.each([
  ["OpenAI, inline", { type: "image_url", image_url: { url: INLINE } }],
  ["OpenAI, bare", { type: "image_url", image_url: INLINE }],
  ["Anthropic", { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } }],
  ["LangChain 0.3", { type: "image", source_type: "base64", mime_type: "image/png", data: PNG }],
  ["LangChain 1", { type: "image", base64: PNG, mime_type: "image/png" }],
])("an image that came along can be shown: %s", (_, data) => {
  expect(mediaInfo("image", data)).toMatchObject({
    ...{ use: "show", mime: "image/png", url: INLINE, bytes: 9, from: "", cut: false },
  });
});

test("an image on the web is shown only knowing from where", () => {
  const found = mediaInfo("image", {
    type: "image_url",
    image_url: { url: "https://a.example/b.png" },
  });
  expect(found).toMatchObject({ use: "show", from: "a.example", bytes: null });
});

test("audio is played, by its type or its format", () => {
  const data = { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } };
  expect(mediaInfo("audio", data)).toMatchObject({ use: "play", mime: "audio/wav" });
});

test.each([
  ["image", "image/svg+xml"],
  ["file", "text/html"],
  ["file", "application/pdf"],
  ["audio", "text/html"],
  ["image", ""],
])(
  "what browsers would open as a page is saved, and as nothing that they know: %s %s",
  (kind, mime_type) => {
    const found = mediaInfo(kind, { type: kind, data: "PHN2Zy8+", mime_type, filename: "x.y" });
    expect(found).toMatchObject({ use: "save", name: "x.y" });
    expect(found.url).toBe("data:application/octet-stream;base64,PHN2Zy8+");
  },
);

test("a file on the web is a link, and never an image of an unknown type", () => {
  const url = "https://a.example/b";
  expect(mediaInfo("file", { type: "file", url })).toMatchObject({
    use: "open",
    from: "a.example",
  });
  expect(mediaInfo("image", { url, mime_type: "image/svg+xml" })).toMatchObject({ use: "open" });
});

test.each([
  { type: "image", url: "javascript:alert(1)" },
  { type: "image", url: "data:text/html,<script>alert(1)</script>" },
  { type: "image", file_id: "file-1" },
  { type: "image", base64: "not base64!" },
  null,
  "text",
  ["list"],
])("nothing can be done with %j", (data) => {
  expect(mediaInfo("image", data)).toMatchObject({ use: "none", url: "" });
});

test("what was too large to be kept says so, with its whole size", () => {
  const data = {
    type: "image",
    mime_type: "image/png",
    base64: `${"A".repeat(100)}… (1,100 more characters)`,
  };
  expect(mediaInfo("image", data)).toMatchObject({ use: "none", cut: true, bytes: 900 });
});

test("sizes in words", () => {
  expect([999, 14_200, 2_480_000].map(formatSize)).toEqual(["999 bytes", "14 kB", "2.5 MB"]);
});
