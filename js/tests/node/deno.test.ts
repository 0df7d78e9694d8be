import { expect, test } from "vitest";
import { RunLog } from "../../src/deno/eventLog";
import { type Item, Normalizer } from "../../src/deno/normalizer";
import { payload } from "../../src/deno/payload";
import { staticHtml } from "../../src/deno/staticHtml";
import { ALL } from "../../src/model/filters";
import { RunState } from "../../src/model/runState";
import { fromBase64 } from "../../src/protocol/frames";

/** What LangGraph.js streams, folded; a nanosecond passes between two questions. */
function folded(items: Item[], input: unknown = {}): RunState {
  const log = new RunLog();
  let now = 0;
  const normalizer = new Normalizer(log, () => {
    now += 1;
    return now;
  });
  const run = new RunState();
  const deliver = () => {
    const news = log.frame();
    if (news) run.applyFrame(news.frame, news.buffer);
  };
  normalizer.start("graph", input, null);
  for (const item of items) {
    normalizer.take(item);
    deliver();
  }
  normalizer.finish("done", null);
  deliver();
  const whole = log.whole();
  const again = new RunState();
  again.applyFrame(whole, fromBase64(whole.buffer ?? ""));
  expect(again.seq).toBe(run.seq);
  expect(again.messages.map((each) => String(each.blocks[0]?.text))).toEqual(
    run.messages.map((each) => String(each.blocks[0]?.text)),
  );
  return run;
}

const at = (node: string, task = `${node}-1`) => ({
  langgraph_node: node,
  langgraph_step: 1,
  langgraph_checkpoint_ns: `${node}:${task}`,
});
const chunk = (content: unknown, more: object = {}) => ({
  id: "run-1",
  content,
  tool_call_chunks: [],
  getType: () => "ai",
  ...more,
});

test("a message is its pieces, once, however often it is sent", () => {
  const whole = { id: "run-1", content: "Hello.", tool_calls: [], getType: () => "ai" };
  const run = folded([
    [[], "messages", [chunk("Hel"), at("write")]],
    [[], "messages", [chunk("lo."), at("write")]],
    [[], "messages", [whole, at("write")]],
    [[], "messages", [whole, at("parent")]],
    [[], "messages", [{ ...whole, id: "other", content: "Apart." }, at("write")]],
  ]);
  expect(run.messages.map((each) => [each.origin, String(each.blocks[0]?.text)])).toEqual([
    ["streamed", "Hello."],
    ["returned", "Apart."],
  ]);
  expect(run.messages[0]?.resent.map(({ node }) => node)).toEqual(["parent"]);
  expect(run.tokens.value).toBe(2);
});

test("a picture is kept whole, or not at all", () => {
  const picture = (size: number) => ({
    type: "image",
    mime_type: "image/png",
    data: "A".repeat(size),
  });
  const run = folded([
    [[], "messages", [chunk([picture(100_000)]), at("draw")]],
    [[], "messages", [chunk([picture(300_000)], { id: "r2" }), at("draw")]],
  ]);
  expect(run.messages.map(({ blocks }) => blocks[0]?.data)).toEqual([
    [picture(100_000)],
    [{ type: "image" }],
  ]);
});

test("messages of two nodes with the same id are two", () => {
  const run = folded([
    [[], "messages", [chunk("One"), at("a")]],
    [[], "messages", [chunk("Two"), at("b")]],
    [[], "messages", [chunk(" more"), at("a")]],
  ]);
  expect(run.messages.map((each) => String(each.blocks[0]?.text))).toEqual(["One more", "Two"]);
});

test("an error of a task, removed state, and who wrote what", () => {
  const run = folded(
    [
      [[], "tasks", { id: "t1", name: "write", triggers: ["start"] }],
      [[], "custom", { step: 1 }],
      [[], "values", { a: 1, b: [1] }],
      [[], "values", { a: 2 }],
      [[], "tasks", { id: "t1", name: "write", error: "TypeError: no", interrupts: [] }],
    ],
    { messages: ["Hi", { role: "user", content: "there" }] },
  );
  expect(run.custom[0]?.task).toBe("t1");
  expect(run.tasks.get("t1")?.error?.message).toBe("TypeError: no");
  expect(run.messages.map(({ role, origin }) => [role, origin])).toEqual([
    ["human", "input"],
    ["human", "input"],
  ]);
});

test("secrets are masked, and nothing takes more than its room", () => {
  const loop: Record<string, unknown> = {
    apiKey: "sk-1",
    "x-api-key": "sk-2",
    tokens: 3,
    max_token: 9,
  };
  loop.self = loop;
  expect(payload({ loop, password: "", when: new Date(0), big: 10n, f: () => 1 })).toEqual({
    loop: { apiKey: "[masked]", "x-api-key": "[masked]", tokens: 3, max_token: 9, self: "…" },
    password: "",
    when: "1970-01-01T00:00:00.000Z",
    big: "10",
    f: "() => 1",
  });
  const long = JSON.stringify(payload({ text: "x".repeat(100_000), list: Array(9999).fill("y") }));
  expect(long.length).toBeLessThan(20_000);
  expect(long).toContain("more characters");
  const thrower = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error("no");
      },
    },
  );
  expect(payload({ thrower })).toBe("…");
});

test("the static face has no markup but ours", () => {
  const evil = `<img src=x onerror=alert(1)>"'&`;
  const run = folded([
    [["<b>:1"], "messages", [chunk(evil), at("<i>")]],
    [[], "messages", [chunk([{ type: "thinking", thinking: evil }], { id: "r2" }), at("n")]],
  ]);
  const { html, text } = staticHtml(run, ALL);
  expect(html).not.toMatch(/<(?!\/?(?:div|p|b|pre|details|summary)\b)/);
  expect(html).not.toContain("onerror=alert(1)>");
  expect(text).toContain(evil);
  expect(text).toContain("[<b> › <i>]");
});
