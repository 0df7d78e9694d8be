"""LangGraph.js in a Deno notebook: what the kernel sends, and what the saved file keeps."""

import json
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

import lg_notebook
from lg_notebook.wire.encoder import MIME
from tests.deno import cells, place_kernel

pytestmark = [pytest.mark.kernel, pytest.mark.timeout(300)]

JOKE = "Why did the ice cream truck break down? It had a **rocky road**."

ELSEWHERE = """
import { AIMessage, AIMessageChunk, ToolMessage } from "npm:@langchain/core@1/messages";
import { BaseChatModel } from "npm:@langchain/core@1/language_models/chat_models";
import { ChatGenerationChunk } from "npm:@langchain/core@1/outputs";
import { interrupt, MemorySaver, MessagesAnnotation } from "npm:@langchain/langgraph@1";

const piece = (fields) => new AIMessageChunk({ id: "said", ...fields });
const call = { index: 0, id: "c1", name: "weather", args: '{"city": ' };
const chunks = [
  piece({ content: [{ type: "thinking", thinking: "Hm.", index: 0 }] }),
  piece({ content: [{ type: "text", text: "Let me ", index: 1 }] }),
  piece({ content: [{ type: "text", text: "look.", index: 1 }] }),
  piece({ content: "", tool_call_chunks: [call] }),
  piece({
    content: "",
    tool_call_chunks: [{ index: 0, args: '"Oslo"}' }],
    usage_metadata: { input_tokens: 3, output_tokens: 5, total_tokens: 8 },
  }),
];
class Speaker extends BaseChatModel {
  _llmType() {
    return "scripted";
  }
  async *_streamResponseChunks(_messages, _options, manager) {
    for (const message of chunks) {
      const chunk = new ChatGenerationChunk({ message, text: "" });
      yield chunk;
      await manager?.handleLLMNewToken("", undefined, undefined, undefined, undefined, { chunk });
    }
  }
  async _generate() {
    throw new Error("It streams.");
  }
}
const speaker = new Speaker({});
const inner = new StateGraph(MessagesAnnotation)
  .addNode("ask", async (state) => ({ messages: [await speaker.invoke(state.messages)] }))
  .addNode("tools", (_, config) => {
    config.writer({ looked: "out", api_key: "sk-nobody-may-see" });
    return { messages: [new ToolMessage({ content: "Grey.", tool_call_id: "c1" })] };
  })
  .addEdge(START, "ask")
  .addEdge("ask", "tools")
  .compile();
const outer = new StateGraph(MessagesAnnotation)
  .addNode("team", inner)
  .addNode("approve", () => ({ messages: [new AIMessage(interrupt("Shall I send it?"))] }))
  .addEdge(START, "team")
  .addEdge("team", "approve")
  .compile({ checkpointer: new MemorySaver() });
const config = { configurable: { thread_id: "1" } };
"""

ASK = """
const interrupted = await lgstream(outer, { messages: ["<b>How</b> is the sky?"] }, config);
console.log(interrupted.status, JSON.stringify(interrupted.interrupts.map(({ value }) => value)));
"""

ANSWER = """
import { Command } from "npm:@langchain/langgraph@1";
const answered = await lgstream(outer, new Command({ resume: "Sent." }), config);
console.log(answered.status, answered.messages.at(-1).text);
"""

FAIL = """
const broken = new StateGraph(State)
  .addNode("call_model", async () => ({ joke: (await model.invoke("hi")).content }))
  .addNode("fall", () => { throw new TypeError("no more jokes"); })
  .addEdge(START, "call_model").addEdge("call_model", "fall").compile();
await lgstream(broken, { topic: "x" });
"""

WRONG = "await lgstream({}, {});"

PAUSE = "\nawait new Promise((resolve) => setTimeout(resolve, 200));"
"""Deno may say that a cell has ended before it sends the last of what the cell printed."""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The tutorial and some more cells, run and saved."""
    folder = tmp_path_factory.mktemp("deno")
    place_kernel(folder)
    notebook = nbformat.v4.new_notebook()
    sources = [*cells(), ELSEWHERE, ASK, ANSWER, FAIL, WRONG]
    notebook.cells = [nbformat.v4.new_code_cell(source + PAUSE) for source in sources]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder))
        client = NotebookClient(
            notebook,
            timeout=200,
            kernel_name="deno",
            allow_errors=True,
            resources={"metadata": {"path": str(folder)}},
        )
        client.execute()
    path = folder / "ran.ipynb"
    nbformat.write(notebook, path)
    return notebook, path


@pytest.fixture(scope="module")
def runs(executed):
    """The runs that the saved file keeps, read by the Python package."""
    return lg_notebook.read_notebook(executed[1])


def printed(executed, at):
    return "".join(
        output.text for output in executed[0].cells[at].outputs if output.output_type == "stream"
    )


def test_the_tutorial_runs_as_it_says(executed):
    said = [printed(executed, at) for at in range(5)]
    assert "done" in said[3]
    assert JOKE in said[3]
    assert "call_model 2" in said[3]
    assert said[4].strip() == "true"


def test_the_saved_run_is_a_run(runs):
    joke = runs[0]
    assert (joke.status, joke.text()) == ("done", JOKE)
    (message,) = joke.messages
    assert (message.node, message.step, message.origin) == ("call_model", 2, "streamed")
    assert len(message.tokens) > 10
    assert [task.node for task in joke.tasks] == ["refine", "call_model"]
    assert joke.state == {"topic": "ice cream and trucks", "joke": JOKE}
    assert [event["seq"] for event in joke.events] == list(range(len(joke.events)))


def test_what_graphs_do(runs):
    interrupted = runs[1]
    given, spoke, tool = interrupted.messages
    assert (given.role, given.origin, given.text) == ("human", "input", "<b>How</b> is the sky?")
    assert (spoke.node, spoke.text, spoke.reasoning) == ("ask", "Let me look.", "Hm.")
    assert spoke.namespace[0].startswith("team:")
    assert [(call.id, call.name, call.args) for call in spoke.tool_calls] == [
        ("c1", "weather", {"city": "Oslo"})
    ]
    assert spoke.usage == {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8}
    assert (tool.role, tool.text, tool.tool_call_id) == ("tool", "Grey.", "c1")
    assert interrupted.custom == [{"looked": "out", "api_key": "[masked]"}]
    assert interrupted.status == "interrupted"
    assert [each["value"] for each in interrupted.interrupts] == ["Shall I send it?"]


def test_an_interrupt_is_answered(executed, runs):
    assert printed(executed, 6).strip() == 'interrupted ["Shall I send it?"]'
    assert printed(executed, 7).strip() == "done Sent."
    assert runs[2].messages[-1].text == "Sent."


def test_an_error_comes_after_what_was_said(executed, runs):
    # Deno sends errors and displays on ways of their own, so either may be first.
    outputs = executed[0].cells[8].outputs
    (error,) = [output for output in outputs if output.output_type == "error"]
    assert "no more jokes" in error.evalue + "".join(error.traceback)
    assert (runs[3].status, runs[3].text()) == ("error", JOKE)
    assert runs[3].error["message"] == "no more jokes"


def test_what_is_no_graph_gets_a_sentence(executed):
    (output,) = [each for each in executed[0].cells[9].outputs if each.output_type == "error"]
    assert "lgstream needs a compiled graph" in output.evalue + "".join(output.traceback)


def test_the_static_face_is_text_and_harmless_markup(executed):
    outputs = executed[0].cells[6].outputs
    live, fallback = [output for output in outputs if output.output_type == "display_data"]
    assert live.data[MIME] == {"v": 1, "kind": "live"}
    assert fallback.data[MIME] == {"v": 1, "kind": "fallback"}
    html, text = fallback.data["text/html"], fallback.data["text/plain"]
    assert "Let me look." in text
    assert "<b>How</b> is the sky?" in text
    assert "&#60;b&#62;How&#60;/b&#62;" in html
    assert "<script" not in html
    assert "sk-nobody" not in json.dumps(executed[0].cells[6].outputs)


def test_python_tells_where_the_module_is():
    printed = subprocess.run(
        [sys.executable, "-m", "lg_notebook.deno"], capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip().startswith("file://")
    assert printed.stdout.strip().endswith("lg_notebook/static/deno.js")
