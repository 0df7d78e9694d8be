import { expect, test } from "vitest";
import { RunState } from "../../src/model/runState";
import { messageFacts } from "../../src/view/sidebar/sections/messageSection";
import { Writer } from "../log";

test("what is known about a message", () => {
  const writer = new Writer().start().task("call_model");
  writer.message({
    metadata: {
      langgraph_node: "call_model",
      langgraph_step: 1,
      langgraph_triggers: ["branch:to:call_model"],
      langgraph_path: ["__pregel_pull", "call_model"],
      ls_provider: "openai",
      ls_model_name: "smollm2",
      ls_temperature: 0,
      tags: ["joke", "short"],
      team: { id: 7 },
      project: "jokes",
      ls_integration: "langchain_chat_model",
      lc_versions: { "langchain-core": "1.7.2" },
    },
  });
  writer.wait(100).token("a").wait(99).token("b").wait(99).token("c");
  const usage = { input_tokens: 5, output_tokens: 1234, total_tokens: 1239 };
  writer.finish(0, { usage }).end();
  const run = new RunState();
  for (const event of writer.events) run.applyEvent(event);
  const [message] = run.messages;
  if (!message) throw new Error("no message");
  const known = Object.fromEntries(
    messageFacts(message, run).map(({ title, facts: rows }) => [
      title,
      Object.fromEntries(
        rows.map(({ label, value }) => [label, typeof value === "string" ? value : value()]),
      ),
    ]),
  );
  expect(known).toEqual({
    Where: {
      Node: "call_model",
      Step: "1",
      Triggers: "branch:to:call_model",
      Path: "__pregel_pull, call_model",
      Task: "task-call_model",
    },
    Model: { Model: "smollm2", Provider: "openai", Temperature: "0" },
    Timing: {
      "First token (run)": "103 ms",
      "First token (node)": "102 ms",
      Tokens: "3",
      "Tokens per second": "10.0",
      Duration: "200 ms",
    },
    Usage: { "Input tokens": "5", "Output tokens": "1,234", "Total tokens": "1,239" },
    Tags: { Tags: "joke, short" },
    Message: { Id: "run-0", Role: "ai", Origin: "streamed", "Finish reason": "stop" },
    Yours: { team: '{"id":7}', project: "jokes" },
    More: {
      ls_integration: "langchain_chat_model",
      lc_versions: '{"langchain-core":"1.7.2"}',
    },
    Raw: { Metadata: JSON.stringify(message.metadata, null, 2) },
  });
});
