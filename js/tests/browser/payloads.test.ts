import spec from "commonmark-spec/spec.txt?raw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import payloads from "../../../tests/hostile.json";
import { ChunkedText } from "../../src/model/chunkedText";
import { Markdown } from "../../src/view/markdown/markdown";
import { Virtualizer } from "../../src/view/ui/virtualizer";
import { Writer } from "../log";
import { cleanUp, cleanups, drawn, FakeKernel } from "./fakeKernel";
import { expectHarmless, said, Trap, words, wordsIn } from "./trap";

let trap: Trap;
beforeEach(() => {
  trap = new Trap();
});
afterEach(async () => {
  cleanUp();
  expect(await trap.close()).toEqual([]);
});

/** Draw a text that comes in two pieces. */
function draw(text: string, cut: number): Element {
  const place = document.createElement("div");
  place.className = "lgn";
  document.body.append(place);
  const growing = new ChunkedText();
  const virtualizer = new Virtualizer(place);
  const markdown = new Markdown(growing, virtualizer);
  place.append(markdown.element);
  cleanups.push(() => {
    markdown.close();
    virtualizer.clear();
    place.remove();
  });
  growing.append(text.slice(0, cut));
  markdown.update(false);
  expectHarmless(place);
  growing.append(text.slice(cut));
  while (!markdown.update(true));
  expectHarmless(place);
  return place;
}

/** Where to cut a text: everywhere, or at so many places of a long one. */
function cuts(text: string): number[] {
  const step = Math.ceil(text.length / 150);
  return Array.from({ length: Math.ceil(text.length / step) }, (_, at) => at * step);
}

/** A link's address, which may come after the link was drawn for good. */
const REFERENCE = /^[ >]*\[[^\]]+\]:/m;

/** Draw a text whole and cut at every position: neither may lack a word. */
function expectWords(text: string, wanted: readonly string[]): void {
  const whole = draw(text, text.length);
  for (const cut of [text.length, ...cuts(text)]) {
    const pieced = draw(text, cut);
    const shown = new Set(words(said(pieced)));
    const lost = wanted.filter((word) => !shown.has(word));
    expect(lost, `${text} cut at ${cut}`).toEqual([]);
    if (!REFERENCE.test(text)) expect(pieced.textContent).toBe(whole.textContent);
    pieced.remove();
  }
}

/** Characters by their names. */
const NAMED = /&(?:#\w+|\w+);?/g;

describe("a hostile answer", () => {
  test.each(payloads.map(({ kind, text }) => [kind, text]))("%s: %j", async (_, text) => {
    expectWords(text, words(text.replace(NAMED, " ")));
  });
});

interface Example {
  markdown: string;
  html: string;
}

const examples: Example[] = [
  ...spec.matchAll(/^`{32} example\n([\s\S]*?)^\.\n([\s\S]*?)^`{32}$/gm),
].map(([, markdown = "", html = ""]) => ({
  markdown: markdown.replaceAll("→", "\t"),
  html: html.replaceAll("→", "\t"),
}));

describe("CommonMark's examples", () => {
  test("are all here", () => expect(examples).toHaveLength(652));

  test.each(
    Array.from({ length: 66 }, (_, at) => [at * 10 + 1, examples.slice(at * 10, at * 10 + 10)]),
  )("from %i on", async (_, some) => {
    for (const { markdown, html } of some as Example[]) {
      const page = new DOMParser().parseFromString(html, "text/html");
      // Of the named characters we know some; the others stay as they are written.
      const unnamed = new Set("æď¾ℋⅆäö");
      const wanted = wordsIn(page.body).filter((word) => !unnamed.has(word));
      expectWords(markdown, wanted);
      cleanUp();
    }
  });
});

/** A text as the wire lets it through: without halves of characters. */
const sendable = (text: string) => text.replace(/\p{Surrogate}/gu, "\ufffd");

test("a whole run of hostile names, values, errors and tools", async () => {
  const names = payloads.map(({ text }) => sendable(text));
  const evil = names.find((name) => name.startsWith("<img")) ?? "";
  const kernel = new FakeKernel({
    count: 1,
    status: "running",
    form: true,
    graph: {
      name: evil,
      input: {
        kind: "json",
        template: { [evil]: evil },
        fields: [{ name: evil, type: evil, required: true, description: evil }],
      },
    },
  }).open();
  const el = kernel.render();
  const writer = new Writer().start(evil);
  for (const [at, name] of names.entries()) {
    writer.task(name, name, [`${name}:${at}`, name]);
    const key = writer.message({
      id: name,
      name,
      role: at % 5 === 0 ? "tool" : "ai",
      metadata: {
        [name]: name,
        nested: { [name]: [name] },
        tags: [name],
        ls_model_name: name,
        ls_provider: name,
        lc_agent_name: name,
      },
      toolCallId: name,
    });
    writer.token(name, { message: key });
    writer.token(name, { message: key, block: 1, kind: "reasoning" });
    const call = { block: 2, kind: "tool_call", call_id: name, name };
    writer.token(name, { message: key, ...call } as object);
    writer.token(JSON.stringify({ [name]: name }), { message: key, block: 2, kind: "tool_call" });
    const image = { url: name, file_name: name, mime_type: name, base64: name };
    for (const [offset, kind] of ["image", "file", "audio", "other"].entries()) {
      const media = { block: 3 + offset, kind, data: { type: kind, ...image } };
      writer.token("", { message: key, ...media } as object);
    }
    writer.add({ type: "custom", payload: { [name]: name } });
    writer.add({ type: "custom", payload: name });
    writer.add({ type: "update", payload: { [name]: name } });
    writer.add({ type: "tool", call_id: name, name, phase: "progress", data: name });
    writer.finish(key, { finish_reason: name, revised: at % 3 === 0, text: name });
    const error = { type: name, message: name, traceback: name };
    writer.add({ type: "task-finish", error, result: { [name]: name }, interrupts: [name] });
    writer.add({ type: "interrupt", id: name, value: { [name]: name } });
    if (at % 20 === 0) kernel.send(writer.events);
    if (at % 20 === 0) await drawn(1);
  }
  const error = { type: evil, message: evil, traceback: evil };
  writer.end("error", { error, state: { [evil]: evil } });
  kernel.send(writer.events);
  kernel.set({ status: "error", problem: evil });
  await drawn(30);

  for (const fold of el.querySelectorAll("details")) fold.open = true;
  expectHarmless(el);
  // To choose a message changes the details alone; that nothing else came is looked at last.
  const aside = el.querySelector(".lgn-sidebar") as Element;
  for (const article of el.querySelectorAll("article")) {
    article.querySelector<HTMLElement>(".lgn-select")?.click();
    await drawn(1);
    expectHarmless(aside);
  }
  expectHarmless(el);
  const text = el.textContent ?? "";
  const lost = names.filter((name) => !text.includes(name));
  expect(lost).toEqual([]);
});
