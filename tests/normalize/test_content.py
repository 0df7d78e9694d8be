"""Split messages and chunks into pieces, for all of LangChain's forms of content."""

import dataclasses

import pytest
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    HumanMessage,
    RemoveMessage,
    ToolMessage,
)
from pydantic import BaseModel

from lg_notebook.normalize.content import RemoteMessage, content_text, find_messages, pieces


def parts(message):
    return [(kind, text, more) for _, kind, text, more in pieces(message)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", []),
        ("hi", [("text", "hi", {})]),
        (["a", "b"], [("text", "a", {}), ("text", "b", {})]),
        ([{"type": "text", "text": "hi", "index": 0}], [("text", "hi", {})]),
        ([{"type": "text", "text": ""}], []),
        ([{"type": "text_delta", "text": "hi"}], [("text", "hi", {})]),
        ([{"type": "thinking", "thinking": "hm"}], [("reasoning", "hm", {})]),
        ([{"type": "reasoning", "reasoning": "hm"}], [("reasoning", "hm", {})]),
        ([{"type": "reasoning", "summary": [{"text": "a"}, {"text": "b"}]}],
         [("reasoning", "ab", {})]),
        ([{"type": "thinking", "signature": "xyz"}],
         [("reasoning", "", {"data": {"signature": "xyz"}})]),
        ([{"type": "tool_use", "name": "look"}, {"type": "input_json_delta"}], []),
        ([{"type": "image_url", "image_url": "u"}],
         [("image", "", {"data": {"type": "image_url", "image_url": "u"}})]),
        ([{"type": "audio", "base64": "u"}],
         [("audio", "", {"data": {"type": "audio", "base64": "u"}})]),
        ([{"type": "novelty", "x": 1}], [("novelty", "", {"data": {"type": "novelty", "x": 1}})]),
    ],
)  # fmt: skip
def test_content(content, expected):
    assert parts(AIMessageChunk(content=content)) == expected


def test_reasoning_beside_the_content():
    chunk = AIMessageChunk(content="hi", additional_kwargs={"reasoning_content": "hm"})

    assert parts(chunk) == [("reasoning", "hm", {}), ("text", "hi", {})]


def test_blocks_with_one_index_are_one_block():
    blocks = [{"type": "text", "text": text, "index": at} for at, text in ((0, "a"), (1, "b"))]
    first, second = pieces(AIMessageChunk(content=blocks))
    (again,) = pieces(AIMessageChunk(content=[{"type": "text", "text": "c", "index": 1}]))

    assert first[0] != second[0]
    assert again[0] == second[0]


def call(**more):
    return {"name": None, "args": None, "id": None, "index": 0, "type": "tool_call_chunk", **more}


def test_tool_calls_in_pieces():
    chunks = [
        AIMessageChunk(content="", tool_call_chunks=[call(name="look", id="c")]),
        AIMessageChunk(content="", tool_call_chunks=[call(args='{"q"')]),
        AIMessageChunk(content="", tool_call_chunks=[call(args=": 1}"), call(args="{}", index=1)]),
        AIMessageChunk(content="", tool_call_chunks=[call()]),
    ]
    found = [piece for chunk in chunks for piece in pieces(chunk)]

    assert [piece[1:] for piece in found] == [
        ("tool_call", "", {"call_id": "c", "name": "look"}),
        ("tool_call", '{"q"', {}),
        ("tool_call", ": 1}", {}),
        ("tool_call", "{}", {}),
    ]
    assert found[0][0] == found[1][0] == found[2][0] != found[3][0]


def test_tool_calls_of_a_whole_message():
    calls = [{"name": name, "args": {"q": "é"}, "id": name} for name in ("a", "b")]
    first, second = pieces(AIMessage("", tool_calls=calls))

    assert first[1:] == ("tool_call", '{"q": "é"}', {"call_id": "a", "name": "a"})
    assert first[0] != second[0]


def test_text_of_a_message():
    blocks = [{"type": "text", "text": "a"}, {"type": "thinking", "thinking": "hm"}, "b"]

    assert content_text(AIMessage("hi")) == "hi"
    assert content_text(AIMessage(blocks)) == "ab"


@dataclasses.dataclass
class State:
    messages: list
    other: int = 0


class Model(BaseModel):
    said: object


ONE, TWO = HumanMessage("one", id="1"), AIMessage("two", id="2")
REMOTE = {"type": "ai", "content": "x", "id": "3"}


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (ONE, 1),
        ([ONE, TWO], 2),
        ((ONE, "no"), 1),
        ({"messages": [ONE, TWO], "other": ONE}, 3),
        ({"deeper": {"messages": [ONE]}}, 0),
        (State([ONE, TWO]), 2),
        (Model(said=[TWO]), 1),
        ({"messages": [REMOTE]}, 1),
        ({"messages": REMOTE}, 1),
        ({"messages": [RemoveMessage(id="1")]}, 0),
        (RemoveMessage(id="1"), 0),
        ({"messages": ["hi"]}, 0),
        ("hi", 0),
        (None, 0),
        (State, 0),
    ],
)
def test_messages_in_a_state(value, count):
    assert len(find_messages(value)) == count


@pytest.mark.parametrize(
    "given",
    [
        "hi",
        ["hi"],
        [("user", "hi")],
        [{"role": "user", "content": "hi"}],
        {"role": "user", "content": "hi"},
        HumanMessage("hi"),
    ],
)
def test_messages_as_people_write_them(given):
    (message,) = find_messages({"messages": given}, plain=True)

    assert (message.type, message.content) == ("human", "hi")


def test_what_is_no_message_is_left_to_the_graph():
    assert find_messages({"messages": [object()]}, plain=True) == []


def test_messages_from_a_server():
    python = RemoteMessage({"type": "AIMessageChunk", "content": "hi", "id": "1"})
    whole = RemoteMessage({"type": "tool", "content": "ok", "tool_call_id": "c", "status": "error"})

    assert python.is_chunk
    assert not whole.is_chunk
    assert (whole.tool_call_id, whole.status) == ("c", "error")
    assert parts(python) == [("text", "hi", {})]
    assert parts(RemoteMessage({})) == []


def test_tool_calls_from_a_server():
    chunk = RemoteMessage({"type": "ai", "tool_call_chunks": [call(name="look", id="c", args="{")]})
    whole = RemoteMessage({"type": "ai", "tool_calls": [{"name": "look", "args": {}, "id": "c"}]})

    assert parts(chunk) == [("tool_call", "{", {"call_id": "c", "name": "look"})]
    assert parts(whole) == [("tool_call", "{}", {"call_id": "c", "name": "look"})]


def test_a_tool_message_is_text():
    assert parts(ToolMessage("ok", tool_call_id="c")) == [("text", "ok", {})]
