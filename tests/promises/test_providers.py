"""What a run shows of the forms that the providers' LangChain packages give to their answers.

The rows of `openai` that use `openai(…)` go through langchain-openai's own converter. All other
rows are written by hand, and not yet compared with what the packages make of a wire. Every row:
the chunks, the kinds of its blocks, words that people have to be able to read.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from langchain_core.messages import AIMessageChunk

from tests.promises.graphs import as_chunk, call_piece, calling, faces, fake, quiet

READABLE = ("html", "text", "markdown")


class Row(NamedTuple):
    """A form: its chunks, and what a run has to show."""

    chunks: list[Any]
    kinds: list[str]
    words: list[str]
    broken: str = ""


def openai(*deltas: dict[str, Any]) -> list[Any]:
    """Chunks of OpenAI's chat completions, as langchain-openai converts them."""
    base = pytest.importorskip("langchain_openai.chat_models.base")
    return [base._convert_delta_to_message_chunk(delta, AIMessageChunk) for delta in deltas]


def blocks(*each: dict[str, Any], **more: Any) -> list[Any]:
    """A chunk for each block."""
    return [{"content": [block], **more} for block in each]


URL = "https://example.org/cones"

ROWS: dict[str, Row] = {
    "openai, text": Row(openai({"role": "assistant", "content": "Hel"}, {"content": "lo"}), ["text"], ["Hello"]),
    "openai, refusal": Row(
        [{"additional_kwargs": {"refusal": "I can not."}}], ["refusal"], ["I can not."]),
    "openai, tool call": Row(
        openai(
            {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "add", "arguments": ""}}]},
            {"tool_calls": [{"index": 0, "function": {"arguments": '{"a": 41}'}}]},
        ), ["tool_call"], ["add", "41"]),
    "openai, function call": Row(
        openai({"function_call": {"name": "add", "arguments": '{"a": 41}'}}), ["tool_call"], ["add", "41"]),
    "openai, audio": Row(
        [{"additional_kwargs": {"audio": {"id": "a", "transcript": "hello there"}}}], ["audio"], ["hello there"]),
    "openai responses, reasoning": Row(
        blocks({"type": "reasoning", "index": 0, "summary": [{"type": "summary_text", "text": "hm hm", "index": 0}]}),
        ["reasoning"], ["hm hm"]),
    "openai responses, refusal": Row(
        blocks({"type": "refusal", "refusal": "I can not.", "index": 0}), ["refusal"], ["I can not."]),
    "openai responses, annotations": Row(
        blocks({"type": "text", "text": "Cones.", "index": 0},
               {"type": "text", "text": "", "index": 0, "annotations": [{"type": "url_citation", "url": URL, "title": "All cones"}]}),
        ["text"], ["Cones.", URL, "All cones"]),
    "openai responses, web search": Row(
        blocks({"type": "web_search_call", "id": "w", "status": "completed", "index": 0, "action": {"type": "search", "query": "cone facts"}}),
        ["server_tool_call"], ["cone facts"]),
    "openai responses, code": Row(
        blocks({"type": "code_interpreter_call", "id": "w", "code": "print(41)", "index": 0}),
        ["server_tool_call"], ["print(41)"]),
    "openai responses, picture": Row(
        blocks({"type": "image_generation_call", "id": "w", "result": "iVBORw0KGgo=", "index": 0}), ["image"], []),
    "anthropic, text": Row(blocks({"type": "text", "text": "Hello", "index": 0}), ["text"], ["Hello"]),
    "anthropic, thinking": Row(
        blocks({"type": "thinking", "thinking": "hm hm", "index": 0}, {"type": "thinking", "signature": "c2ln", "index": 0}),
        ["reasoning"], ["hm hm"]),
    "anthropic, redacted thinking": Row(
        blocks({"type": "redacted_thinking", "data": "sealed", "index": 0}), ["redacted_thinking"], ["redacted_thinking"]),
    "anthropic, tool call": Row(
        [{"content": [{"type": "tool_use", "id": "c1", "name": "add", "input": {}, "index": 0}],
          "tool_call_chunks": [{"type": "tool_call_chunk", "name": "add", "args": "", "id": "c1", "index": 0}]},
         {"content": [{"type": "input_json_delta", "partial_json": '{"a": 41}', "index": 0}],
          "tool_call_chunks": [{"type": "tool_call_chunk", "name": None, "args": '{"a": 41}', "id": None, "index": 0}]}],
        ["tool_call"], ["add", "41"]),
    "anthropic, web search": Row(
        blocks({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}, "index": 0},
               {"type": "input_json_delta", "partial_json": '{"query": "cone facts"}', "index": 0},
               {"type": "web_search_tool_result", "tool_use_id": "s", "index": 1, "content": [{"type": "web_search_result", "title": "All cones", "url": URL}]}),
        ["server_tool_call", "server_tool_result"], ["cone facts", "All cones", URL]),
    "anthropic, citations": Row(
        blocks({"type": "text", "text": "Cones.", "index": 0},
               {"type": "text", "text": "", "index": 0, "citations": [{"type": "char_location", "cited_text": "round things"}]}),
        ["text"], ["Cones.", "round things"]),
    "gemini, text": Row(["Hello"], ["text"], ["Hello"]),
    "gemini, thinking": Row(blocks({"type": "thinking", "thinking": "hm hm"}), ["reasoning"], ["hm hm"]),
    "gemini, code": Row(
        blocks({"type": "executable_code", "executable_code": "print(41)", "language": 1},
               {"type": "code_execution_result", "code_execution_result": "forty-one", "outcome": 1}),
        ["server_tool_call", "server_tool_result"], ["print(41)", "forty-one"]),
    "gemini, two whole calls": Row(
        [call_piece('{"a": 41}', name="add", call_id="c1", index=None), call_piece('{"a": 42}', name="mul", call_id="c2", index=None)],
        ["tool_call", "tool_call"], ["add", "41", "mul", "42"]),
    "gemini, picture": Row(
        blocks({"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}), ["image"], ["image"]),
    "gemini, grounding": Row(
        ["Cones.", {"response_metadata": {"grounding_metadata": {"grounding_chunks": [{"web": {"uri": URL, "title": "All cones"}}]}}}],
        ["text"], ["Cones.", URL]),
    "bedrock, text": Row(blocks({"type": "text", "text": "Hello", "index": 0}), ["text"], ["Hello"]),
    "bedrock, reasoning": Row(
        blocks({"type": "reasoning_content", "reasoning_content": {"text": "hm ", "type": "text"}, "index": 0},
               {"type": "reasoning_content", "reasoning_content": {"text": "hm", "type": "text"}, "index": 0}),
        ["reasoning"], ["hm hm"]),
    "bedrock, tool call": Row(
        [call_piece("", name="add", call_id="c1", index=1), call_piece('{"a": 41}', index=1)], ["tool_call"], ["add", "41"]),
    "bedrock, guard": Row(
        blocks({"type": "guard_content", "guard_content": {"text": {"text": "guarded words"}}, "index": 0}),
        ["guard_content"], ["guarded words"]),
    "mistral, text": Row(["Hel", "lo"], ["text"], ["Hello"]),
    "mistral, thinking": Row(
        [*blocks({"type": "thinking", "thinking": [{"type": "text", "text": "hm hm"}], "index": 0}), "Answer"],
        ["reasoning", "text"], ["hm hm", "Answer"]),
    "mistral, references": Row(
        blocks({"type": "text", "text": "Cones.", "index": 0}, {"type": "reference", "reference_ids": [41], "index": 1}),
        ["text", "reference"], ["Cones.", "41"]),
    "deepseek, reasoning": Row(
        [{"additional_kwargs": {"reasoning_content": "hm "}}, {"additional_kwargs": {"reasoning_content": "hm"}}, "Answer"],
        ["reasoning", "text"], ["hm hm", "Answer"]),
    "cohere, citations": Row(
        ["Cones.", {"additional_kwargs": {"citations": [{"text": "round things", "document_ids": [URL]}]}}],
        ["text"], ["Cones.", "round things"]),
    "cohere, plan": Row(
        [{"additional_kwargs": {"tool_plan": "I will add."}}, call_piece('{"a": 41}', name="add", call_id="c1")],
        ["reasoning", "tool_call"], ["I will add.", "add", "41"]),
    "groq, reasoning": Row([{"additional_kwargs": {"reasoning_content": "hm hm"}}, "Answer"], ["reasoning", "text"], ["hm hm", "Answer"]),
    "groq, executed tools": Row(
        [{"additional_kwargs": {"executed_tools": [{"type": "search", "arguments": '{"query": "cone facts"}', "output": "All cones"}]}}, "Answer"],
        ["server_tool_call", "server_tool_result", "text"], ["cone facts", "All cones", "Answer"]),
    "ollama, text": Row(["Hel", "lo"], ["text"], ["Hello"]),
    "ollama, thinking": Row([{"additional_kwargs": {"reasoning_content": "hm hm"}}, "Answer"], ["reasoning", "text"], ["hm hm", "Answer"]),
    "ollama, two whole calls": Row(
        [{"tool_call_chunks": [
            {"type": "tool_call_chunk", "name": "add", "args": '{"a": 41}', "id": "c1", "index": None},
            {"type": "tool_call_chunk", "name": "mul", "args": '{"a": 42}', "id": "c2", "index": None}]}],
        ["tool_call", "tool_call"], ["add", "41", "mul", "42"]),
}  # fmt: skip
every_form = pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            row,
            id=name,
            marks=pytest.mark.xfail(strict=True, reason=row.broken) if row.broken else [],
        )
        for name, row in ROWS.items()
    ],
)


@every_form
def test_what_a_run_shows_of_a_providers_form(row):
    run = quiet(calling(fake(*map(as_chunk, row.chunks))))

    assert [block.kind for block in run.messages[-1].blocks] == row.kinds
    shown = faces(run)
    for name in READABLE:
        assert "[other]" not in shown[name]
        for word in row.words:
            # Faces show arguments as JSON in quotes, which HTML escapes.
            assert word in shown[name], (name, word)
