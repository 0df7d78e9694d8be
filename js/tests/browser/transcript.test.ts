import axe from "axe-core";
import { afterEach, describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { ALL } from "../../src/model/filters";
import { Demo, PIXELS } from "../demo";
import { buttonNamed, cleanUp, drawn, FakeKernel, texts } from "./fakeKernel";

afterEach(cleanUp);

const LONG = "The quick brown fox jumps over the lazy dog while the band plays on. ";

/** A view of a demo; `send` brings what it says from then on. */
function show(demo: Demo, width = 1100, traits: Partial<FakeKernel["traits"]> = {}) {
  const kernel = new FakeKernel({ count: 1, status: "running", ...traits }).open();
  const el = kernel.render(width);
  const send = async (frames = 6) => {
    kernel.send(demo.writer.events);
    await drawn(frames);
  };
  const get = (selector: string) => {
    const found = el.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`Nothing is ${selector}`);
    return found;
  };
  return { kernel, el, send, get };
}

/** Positions of elements: their left edges and tops, rounded. */
function spots(el: HTMLElement, selector: string): { left: number; top: number }[] {
  return [...el.querySelectorAll(selector)].map((each) => {
    const { left, top } = each.getBoundingClientRect();
    return { left: Math.round(left), top: Math.round(top) };
  });
}

const WEATHER = [
  { id: "c1", name: "get_weather", args: '{"city": "Lisbon"}' },
  { id: "c2", name: "get_weather", args: '{"city": "Oslo"}' },
];

describe("parallel nodes", () => {
  const both = { optimist: `Sun. ${LONG}`, pessimist: `Rain. ${LONG}` };

  test("are side by side, with earlier messages above and later ones below", async () => {
    await page.viewport(1200, 900);
    const demo = new Demo().input("Hi").answer("plan", "Two views.").parallel(both);
    const { el, send } = show(demo.answer("judge", "Rain it is."));
    await send();
    const [hi, plan, sun, rain, judge] = spots(el, "article");
    expect(rain?.top).toBe(sun?.top);
    expect(rain?.left).toBeGreaterThan((sun?.left ?? 0) + 150);
    expect([hi, plan, sun, judge].map((each) => each?.left)).toEqual(Array(4).fill(hi?.left));
    expect(judge?.top).toBeGreaterThan(rain?.top ?? 0);
    expect(texts(el, "article .lgn-body")).toContain("Rain it is.");
  });

  test("are below each other where it is narrow", async () => {
    await page.viewport(400, 900);
    const { el, send } = show(new Demo().input("Hi").parallel(both), 340);
    await send();
    const [, sun, rain] = spots(el, "article");
    expect(rain?.left).toBe(sun?.left);
    expect(rain?.top).toBeGreaterThan(sun?.top ?? 0);
  });

  test("a lane appears when a second one starts to write; the first keeps its element", async () => {
    await page.viewport(1200, 900);
    const demo = new Demo().input("Hi");
    const { writer } = demo;
    const { el, send, get } = show(demo);
    writer.task("first", "t1").task("second", "t2");
    writer.at({ node: "first", task: "t1" });
    const one = demo.message();
    writer.say("I begin. ", one);
    await send();
    expect(el.querySelector(".lgn-lanes")).toBeNull();
    const before = get(`[data-key="${one}"]`);
    writer.at({ node: "second", task: "t2" });
    const two = demo.message();
    writer.say("Me too.", two).say("I continue.", one);
    await send();
    expect(get(".lgn-lanes").getAttribute("aria-label")).toBe("2 in parallel");
    expect(get(`[data-key="${one}"]`)).toBe(before);
    expect(texts(el, ".lgn-lane .lgn-body")).toEqual(["Hi", "I begin. I continue.", "Me too."]);
  });

  test("of many tasks each is a cell, cut where it is long, and all of them fold", async () => {
    await page.viewport(1200, 900);
    const parts = Array.from({ length: 20 }, (_, at) => ({
      ...{ node: "write", task: `w${at}`, text: at === 3 ? LONG.repeat(9) : "Short." },
    }));
    const { el, send, get } = show(new Demo().input("Hi").together(parts));
    await send(12);
    expect(el.querySelectorAll(".lgn-grid > .lgn-lane")).toHaveLength(20);
    expect(new Set(spots(el, ".lgn-grid > .lgn-lane").map(({ left }) => left)).size).toBe(4);
    const head = buttonNamed(el, "write · 20 in parallel · 20 done");
    const cell = get(".lgn-grid > .lgn-lane:nth-of-type(4)");
    const cut = cell.offsetHeight;
    expect(cell.scrollHeight).toBeGreaterThan(cut);
    await userEvent.click(buttonNamed(cell, "Show all"));
    expect(cell.offsetHeight).toBeGreaterThan(cut);
    await userEvent.click(buttonNamed(cell, "Show less"));
    expect(cell.offsetHeight).toBe(cut);
    head.focus();
    await userEvent.keyboard("{Enter}");
    expect(head.getAttribute("aria-expanded")).toBe("false");
    expect(cell.checkVisibility()).toBe(false);
  });

  test("a short cell has nothing to show more of", async () => {
    const parts = Array.from({ length: 5 }, (_, at) => ({
      node: "w",
      task: `w${at}`,
      text: "Hi.",
    }));
    const { el, send } = show(new Demo().input("Hi").together(parts));
    await send(12);
    expect(
      [...el.querySelectorAll(".lgn-clipped button")].filter(
        (b) => b.textContent === "Show all" && (b as HTMLElement).checkVisibility(),
      ),
    ).toEqual([]);
  });
});

describe("a graph inside the graph", () => {
  test("is a group with its agent's name, its count and its time; it folds", async () => {
    const demo = new Demo().input("Hi");
    demo.writer.task("expert", "e1");
    demo.answer("model", "Four.", "m1", ["expert:e1"], { lc_agent_name: "maths" });
    demo.answer("check", "Right.", "m2", ["expert:e1"], { lc_agent_name: "maths" });
    const { el, send, get } = show(demo.answer("boss", "Four, then."));
    await send();
    const summary = get("details > summary");
    expect(texts(el, "details > summary .lgn-node")).toEqual(["maths"]);
    expect(summary.textContent).toMatch(/in expert.*2 messages · \d+ ms/);
    expect(texts(el, "details article .lgn-body")).toEqual(["Four.", "Right."]);
    summary.focus();
    await userEvent.keyboard("{Enter}");
    expect(get("details article").checkVisibility()).toBe(false);
    expect(texts(el, "article").at(-1)).toContain("Four, then.");
    expect([...el.querySelectorAll("article")].at(-1)?.checkVisibility()).toBe(true);
  });

  test("is not there while the kinds that are chosen leave nothing of it", async () => {
    const demo = new Demo().calls("boss", WEATHER.slice(0, 1)).begin("c1", "get_weather");
    demo.enter("c1", ["tools:tool-c1"]);
    demo.answer("model", "In the card.", "i1", ["tools:tool-c1", "deep:d"]);
    demo.answer("model", "In a group.", "i2", ["team:t"]);
    const { writer } = demo;
    const { el, send } = show(demo, 900, { filters: { ...ALL, kind: ["tool"] } });
    await send();
    const seen = (selector: string) =>
      [...el.querySelectorAll(selector)].filter((each) => each.checkVisibility()).length;
    expect(seen(".lgn-call")).toBe(1);
    expect(seen(".lgn-subgraph, .lgn-call-inside")).toBe(0);
    writer.task("model", "i3", ["team:t"]);
    const key = demo.message({ ns: ["team:t"] });
    const call = { message: key, kind: "tool_call", call_id: "c9", name: "look" };
    writer.token("{}", call as object).finish(key);
    await send();
    expect(seen(".lgn-subgraph")).toBe(1);
    expect(texts(el, ".lgn-subgraph:not([hidden]) .lgn-number")[0]).toMatch(/^1 message/);
  });

  test("nests as deep as the graphs do", async () => {
    const demo = new Demo().input("Hi").answer("in", "Deep.", "d", ["a:1", "b:2", "c:3"]);
    const { el, send } = show(demo);
    await send();
    expect(texts(el, "summary .lgn-node")).toEqual(["a", "b", "c"]);
    expect(el.querySelectorAll("details details details article")).toHaveLength(1);
  });

  test("is in the tool call that started it; a second one beside the first", async () => {
    const demo = new Demo().calls("boss", WEATHER).begin("c1", "get_weather");
    demo.enter("c1", ["tools:tool-c1"]).begin("c2", "get_weather").enter("c2", ["tools:tool-c2"]);
    demo.enter("c2", ["tools:tool-c2", "1"]);
    demo.answer("model", "From one.", "i1", ["tools:tool-c1"], { lc_agent_name: "scout" });
    demo.answer("model", "From two.", "i2", ["tools:tool-c2"], { lc_agent_name: "scout" });
    demo.answer("model", "And again.", "i3", ["tools:tool-c2", "1"], { lc_agent_name: "scout" });
    const { el, send } = show(demo);
    await send();
    const cards = [...el.querySelectorAll<HTMLElement>(".lgn-call")];
    expect(cards.map((card) => texts(card, "article .lgn-body"))).toEqual([
      ["From one."],
      ["From two.", "And again."],
    ]);
    expect(texts(el, "summary .lgn-quiet")).toEqual(["in tools", "in tools", "in tools · call 2"]);
  });

  test("says that it is at work, has failed, or was stopped", async () => {
    const demo = new Demo().input("Hi");
    const { writer } = demo;
    writer.task("a", "a1").task("model", "m1", ["a:a1"]);
    writer.say("Hm.", demo.message({ ns: ["a:a1"] }));
    const { kernel, send, get } = show(demo);
    await send();
    expect(get("details").dataset.status).toBe("running");
    const error = { type: "ValueError", message: "no", traceback: null };
    writer.add({ type: "task-finish", error, result: null, interrupts: [] });
    await send();
    expect(get("details").dataset.status).toBe("error");
    kernel.close();
  });
});

describe("a tool call", () => {
  test("is one card: arguments, result and error, and the tool's message only there", async () => {
    const demo = new Demo().calls("model", WEATHER).begin("c1", "get_weather");
    demo.begin("c2", "get_weather");
    const { el, send, get } = show(demo);
    await send();
    expect(texts(el, ".lgn-call-status")).toEqual(["running", "running"]);
    demo.result("c2", "get_weather", "ConnectionError: no answer", true);
    demo.result("c1", "get_weather", '{"sky": "clear"}');
    await send();
    expect(
      texts(el, ".lgn-call-head .lgn-call-status").map((status) => status.split(" ")[0]),
    ).toEqual(["done", "failed"]);
    expect(texts(el, ".lgn-result code")).toEqual([
      '{\n  "sky": "clear"\n}',
      "ConnectionError: no answer",
    ]);
    expect(texts(el, "article")).toHaveLength(1);
    // What is known of the tool's message is reached from the card.
    await userEvent.click(buttonNamed(el, /^Result/));
    await drawn();
    expect(texts(el, ".lgn-side-title")).toEqual(["tool message"]);
    expect(buttonNamed(el, /^Result/).getAttribute("aria-pressed")).toBe("true");
    expect(get("article").hasAttribute("data-pinned")).toBe(false);
  });

  test("is there for its results within the same frame", async () => {
    const demo = new Demo().calls("model", WEATHER.slice(0, 1));
    const { el, send } = show(demo);
    await send();
    // The article is on the page when its second call comes, and all that follows from it.
    const { writer } = demo;
    const call = { kind: "tool_call", block: 1, call_id: "c2", name: "get_weather" };
    writer.token('{"city": "Oslo"}', { message: 0, ...call } as object);
    demo.begin("c2", "get_weather").enter("c2", ["tools:tool-c2"]);
    demo.answer("model", "Inside.", "i1", ["tools:tool-c2"], { lc_agent_name: "scout" });
    demo.custom({ step: "asked" }, { call_id: "c2" }).result("c2", "get_weather", "Grey.");
    await send();
    expect(texts(el, ".lgn-call .lgn-result code")).toEqual(["Grey."]);
    expect(texts(el, ".lgn-call article .lgn-body")).toEqual(["Inside."]);
    expect(texts(el, ".lgn-call .lgn-event-line")).toEqual(['{"step":"asked"}']);
    expect(texts(el, "article")).toHaveLength(2);
  });

  test("shows a failure that is reported after the tool's message", async () => {
    const demo = new Demo().calls("model", WEATHER.slice(0, 1)).begin("c1", "get_weather");
    const { writer } = demo;
    const answer = { role: "tool", toolCallId: "c1", node: "tools" };
    const key = demo.message({ ...answer, origin: "returned" });
    writer.token("No answer.", { message: key }).finish(key);
    const { el, send } = show(demo);
    await send();
    expect(texts(el, ".lgn-result-title")).toEqual(["Result"]);
    writer.add({ type: "tool", call_id: "c1", name: null, phase: "failed", data: "No answer." });
    await send();
    expect(texts(el, ".lgn-result-title")).toEqual(["Error"]);
    expect(texts(el, ".lgn-call-status")[0]).toMatch(/^failed/);
  });

  test("is chosen by its name, and let go of by a second press", async () => {
    const { el, send } = show(new Demo().calls("model", WEATHER));
    await send();
    const [first, second] = [...el.querySelectorAll<HTMLElement>(".lgn-call-head .lgn-select")];
    const pressed = () => [first, second].map((each) => each?.getAttribute("aria-pressed"));
    await userEvent.click(second as HTMLElement);
    await drawn();
    expect(pressed()).toEqual(["false", "true"]);
    second?.focus();
    await userEvent.keyboard("{Enter}");
    expect(pressed()).toEqual(["false", "false"]);
  });

  test("shows its progress, and its tool's messages, on the card", async () => {
    const demo = new Demo().calls("model", WEATHER.slice(0, 1)).begin("c1", "get_weather");
    demo.progress("c1", { done: 0.5 }).custom({ step: "asked" }, { call_id: "c1" });
    const { el, send } = show(demo);
    await send();
    expect(texts(el, ".lgn-call-progress")).toEqual(['{"done":0.5}']);
    expect(texts(el, ".lgn-call .lgn-event-line")).toEqual(['{"step":"asked"}']);
    expect(texts(el, ".lgn-event-line")).toHaveLength(1);
    demo.result("c1", "get_weather", "Clear.");
    await send();
    expect(texts(el, ".lgn-result code")).toEqual(["Clear."]);
    expect(texts(el, ".lgn-call-progress").filter(Boolean)).toEqual([]);
  });

  test("cuts a long result, shows all of it on request, and copies all of it", async () => {
    const rows = Array.from({ length: 50 }, (_, at) => at);
    const demo = new Demo().calls("model", WEATHER.slice(0, 1)).begin("c1", "get_weather");
    demo.result("c1", "get_weather", JSON.stringify(rows));
    const { el, send, get } = show(demo);
    await send();
    const code = get(".lgn-result code");
    expect(code.textContent?.split("\n").length).toBeLessThan(15);
    await userEvent.click(buttonNamed(el, "Show all 52 lines"));
    expect(JSON.parse(code.textContent ?? "")).toEqual(rows);
    await userEvent.click(buttonNamed(el, "Show less"));
    expect(code.textContent?.split("\n").length).toBeLessThan(15);
  });

  test("of huge arguments shows the end while they come, and the beginning when they have", async () => {
    const demo = new Demo();
    const { writer } = demo;
    writer.start().task("model");
    demo.message();
    const call = { kind: "tool_call", block: 0 };
    writer.token("", { ...call, call_id: "c1", name: "write_file" } as object);
    writer.token(`{"text": "${"word ".repeat(5000)}`, call);
    const { send, get } = show(demo);
    await send();
    const code = get(".lgn-call-args code");
    expect(code.textContent?.length).toBeLessThan(1000);
    expect(code.textContent).toMatch(/^….*word $/);
    writer.token('end"}', call).finish();
    await send();
    expect(code.textContent).toMatch(/^\{\n {2}"text": "word/);
    expect(code.textContent?.length).toBeLessThan(2000);
  });

  test("a tool's message whose call is not shown has its own row", async () => {
    const demo = new Demo().input("Hi");
    demo.begin("cx", "lookup").result("cx", "lookup", "Found.");
    const { el, send } = show(demo);
    await send();
    expect(texts(el, "[data-role=tool] .lgn-body")).toEqual(["Found."]);
  });
});

describe("reasoning", () => {
  test("is folded, counts while it comes, and shows its duration at the end", async () => {
    const demo = new Demo();
    const { writer } = demo;
    writer.start().task("model");
    const key = demo.message();
    const { el, send, get } = show(demo);
    for (const word of ["Let ", "me ", "see."]) {
      writer.wait(499).token(word, { message: key, kind: "reasoning" });
    }
    await send();
    expect(texts(el, ".lgn-reasoning > summary")).toEqual(["Thinking… 3 tokens"]);
    expect(get(".lgn-reasoning").hasAttribute("open")).toBe(false);
    writer.token("Yes.", { message: key, block: 1 });
    await send();
    expect(texts(el, ".lgn-reasoning > summary")).toEqual(["Thought for 1.0 s · 3 tokens"]);
    await userEvent.click(get(".lgn-reasoning > summary"));
    expect(get(".lgn-reasoning .lgn-text").innerText).toBe("Let me see.");
  });
});

describe("media", () => {
  test("an image is shown when it is pressed, and not before", async () => {
    const data = { type: "image", mime_type: "image/png", base64: PIXELS };
    const demo = new Demo().input("Hi").media("image", data);
    const { el, send, get } = show(demo);
    await send();
    expect(el.querySelector("img")).toBeNull();
    const chip = buttonNamed(el, /^Show image/);
    expect(chip.textContent).toContain("image/png · 75 bytes");
    await userEvent.click(chip);
    const image = get("img") as HTMLImageElement;
    await image.decode();
    expect(image.naturalWidth).toBe(8);
  });

  test("audio gets a player, a file is saved, and what was too large says so", async () => {
    const demo = new Demo().input("Hi");
    demo.media("audio", { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } });
    const svg = { type: "image", mime_type: "image/svg+xml", base64: "PHN2Zy8+", name: "a.svg" };
    demo.media("image", svg);
    const cut = "AAAA… (90,000 more characters)";
    demo.media("image", { type: "image", mime_type: "image/png", base64: cut });
    const { el, send, get } = show(demo);
    await send();
    await userEvent.click(buttonNamed(el, /^Play audio/));
    expect(get("audio").hasAttribute("controls")).toBe(true);
    const saved = new Promise<HTMLAnchorElement>((resolve) => {
      const click = HTMLAnchorElement.prototype.click;
      HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
        HTMLAnchorElement.prototype.click = click;
        resolve(this);
      };
    });
    await userEvent.click(buttonNamed(el, /^Save a\.svg/));
    const link = await saved;
    expect(link.download).toBe("a.svg");
    expect(link.href).toMatch(/^data:application\/octet-stream;/);
    expect(get(".lgn-unavailable").textContent).toContain(
      "image/png · 68 kB · too large to be kept",
    );
  });
});

describe("custom events", () => {
  test("are rows in the order of time, one section for those that follow each other", async () => {
    const demo = new Demo().input("Hi");
    const { el, send, get } = show(demo);
    demo.custom({ a: 1 }).custom("two").answer("model", "Between.").custom([3]);
    await send();
    expect([...el.querySelectorAll(".lgn-events, article")].map((each) => each.localName)).toEqual([
      "article",
      "div",
      "article",
      "div",
    ]);
    expect(texts(el, ".lgn-event-line")).toEqual(['{"a":1}', "two", "[3]"]);
    await userEvent.click(get(".lgn-event summary"));
    await drawn();
    expect(texts(el, ".lgn-event[open] pre")).toEqual(['{\n  "a": 1\n}']);
  });

  test("of many the latest are shown, and the earlier ones on request", async () => {
    const demo = new Demo().input("Hi");
    for (let at = 0; at < 300; at += 1) demo.custom({ at });
    const { el, send } = show(demo);
    await send(12);
    expect(texts(el, ".lgn-event-line").at(-1)).toBe('{"at":299}');
    const rows = () => el.querySelectorAll(".lgn-event").length;
    expect(rows()).toBe(4);
    await userEvent.click(buttonNamed(el, "Show 296 earlier events"));
    expect(rows()).toBe(204);
    await userEvent.click(buttonNamed(el, "Show 96 earlier events"));
    expect(rows()).toBe(300);
    expect(texts(el, ".lgn-event-line")[0]).toBe('{"at":0}');
  });

  test("are beside what a node removed from the state, a row as well", async () => {
    const demo = new Demo().input("Hi").answer("model", "Hello.");
    const gone = { type: "remove", content: "", id: "run-1" };
    const at = { ns: [], task: null, node: "forget" };
    demo.writer.add({ type: "update", ...at, data: { messages: [gone] } });
    const { el, send } = show(demo.custom("and on"));
    await send();
    expect(texts(el, ".lgn-event-line")).toEqual(["Removed 1 message: “Hello.”", "and on"]);
    expect(texts(el, ".lgn-event-node")).toEqual(["forget"]);
    expect(el.querySelectorAll("article")).toHaveLength(2);
  });

  test("are with the only task that is running, or below those that are", async () => {
    await page.viewport(1200, 900);
    const demo = new Demo().input("Hi");
    const { writer } = demo;
    writer.task("a", "a1").task("b", "b1");
    const [one, two] = ["a", "b"].map((node) => {
      writer.at({ node, task: `${node}1` });
      return demo.message();
    });
    writer.say("A.", one).say("B.", two);
    demo.custom("whose?");
    writer.at({ node: "b", task: "b1" }).finishTask();
    demo.custom("of a");
    const { el, send } = show(demo);
    await send();
    const [row] = el.querySelectorAll(".lgn-lanes");
    expect([...(row?.children ?? [])].map((each) => texts(each, ".lgn-event-line"))).toEqual([
      ["of a"],
      [],
      ["whose?"],
    ]);
  });

  test("of a node that the filters leave out are not shown", async () => {
    const demo = new Demo()
      .input("Hi")
      .custom("loud", { node: "a" })
      .custom("quiet", { node: "b" });
    const { el, send } = show(demo, 900, { filters: { ...ALL, node: ["!b"] } });
    await send();
    expect(texts(el, ".lgn-event-line")).toEqual(["loud"]);
  });
});

describe("where a message comes from", () => {
  test("is said of each, and nothing is shown twice", async () => {
    const demo = new Demo().input("Hi").answer("model", "Streamed.", "m", ["expert:e"]);
    demo.writer.task("plain");
    const key = demo.message({ origin: "returned" });
    demo.writer.token("Whole.", { message: key }).finish(key);
    demo.again(1, "supervisor");
    const { el, send } = show(demo);
    await send();
    const heads = texts(el, "article .lgn-head");
    expect(heads[0]).toMatch(/human\s+input/);
    expect(heads[1]).toMatch(/model[\s\S]*streamed/);
    expect(heads[2]).toMatch(/plain\s+returned/);
    expect(texts(el, ".lgn-note").filter(Boolean)).toEqual(["Sent again by supervisor."]);
    expect(texts(el, ".lgn-body")).toEqual(["Hi", "Streamed.", "Whole."]);
  });
});

test("a text that is read from right to left begins at the right", async () => {
  const demo = new Demo().input("שלום").answer("model", "مرحبا بالعالم\n\n- واحد\n\nHello");
  const { el, send } = show(demo);
  await send();
  const ways = [...el.querySelectorAll(".lgn-body :is(p, ul, .lgn-plain)")].map(
    (each) => getComputedStyle(each).direction,
  );
  expect(ways).toEqual(["rtl", "rtl", "rtl", "ltr"]);
});

/** A run with all of it in it. */
function everything(): Demo {
  const demo = new Demo().input("Hi").calls("boss", WEATHER, "I ask both stations.");
  demo.begin("c1", "get_weather").enter("c1", ["tools:tool-c1"]).progress("c1", 0.5);
  demo.answer("model", "Inside.", "i1", ["tools:tool-c1"], { lc_agent_name: "scout" });
  demo.custom({ a: 1 }, { call_id: "c1" }).begin("c2", "get_weather");
  demo.result("c1", "get_weather", JSON.stringify(Array(40).fill("x")));
  demo.result("c2", "get_weather", "no answer", true);
  demo.parallel({ a: LONG, b: LONG }).custom("note", { node: "a" });
  demo.together(
    Array.from({ length: 6 }, (_, at) => ({ node: "w", task: `w${at}`, text: LONG.repeat(9) })),
  );
  const image = { type: "image", mime_type: "image/png", base64: PIXELS };
  return demo.media("image", image).media("file", { type: "file", url: "https://a.example/b" });
}

test.each([
  [1100, "true", "white", "rgba(0, 0, 0, 0.87)"],
  [320, "true", "white", "rgba(0, 0, 0, 0.87)"],
  [1100, "false", "#111111", "white"],
  [320, "false", "#111111", "white"],
])(
  "all of it is accessible and fits, %i pixels wide, light: %s",
  async (width, light, back, ink) => {
    await page.viewport(width + 40, 900);
    const { style } = document.body;
    document.body.dataset.jpThemeLight = light;
    style.background = back;
    style.setProperty("--jp-layout-color1", back);
    style.setProperty("--jp-ui-font-color1", ink);
    const { el, send, get } = show(everything(), width);
    await send(15);
    for (const fold of el.querySelectorAll("details")) fold.open = true;
    for (const each of el.querySelectorAll("article, .lgn-call")) each.scrollIntoView();
    await drawn(5);
    const rules = { region: { enabled: false }, "page-has-heading-one": { enabled: false } };
    const { violations } = await axe.run(el, { rules });
    document.body.removeAttribute("style");
    delete document.body.dataset.jpThemeLight;
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    const scroller = get(".lgn-scroller");
    expect(scroller.scrollWidth).toBeLessThanOrEqual(scroller.clientWidth);
  },
);

test("each card, group and row is reached by Tab", async () => {
  const { el, send, get } = show(everything());
  await send(15);
  const wanted = new Set(
    [...el.querySelectorAll<HTMLElement>(".lgn-transcript :is(summary, button, a)")].filter(
      (each) => each.checkVisibility(),
    ),
  );
  expect(wanted.size).toBeGreaterThan(25);
  get(".lgn-scroller").focus();
  for (let presses = 0; presses < 200 && wanted.size > 0; presses += 1) {
    await userEvent.keyboard("{Tab}");
    wanted.delete(document.activeElement as HTMLElement);
  }
  expect([...wanted].map((each) => each.outerHTML)).toEqual([]);
});
