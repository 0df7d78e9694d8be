"""Custom data, and models outside LangChain that write their tokens there."""

import httpx
import pytest
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.tools import tool
from langgraph.config import get_stream_writer
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import StreamWriter

from tests.conformance.ways import async_ways, bridged, every_way, names, plain
from tests.graphs.zoo import HELLO, Topics, custom

TOPICS = {"topic": "cats", "texts": []}
WORDS = ["any ", "model ", "speaks"]


def node_of(speak):
    return StateGraph(Topics).add_node("speak", speak).add_edge(START, "speak").compile()


def with_writer():
    def speak(state: Topics, writer: StreamWriter):
        writer({"key": state["topic"], "n": [1, 2]})
        writer("plain text")
        writer(7)

    return node_of(speak)


def tooled():
    """A tool that reports its progress."""

    @tool
    def query(question: str) -> str:
        """Looks it up."""
        write = get_stream_writer()
        write({"data": "Retrieved 0/100 records", "type": "progress"})
        write({"data": "Retrieved 100/100 records", "type": "progress"})
        return "some answer"

    call = {"name": "query", "args": {"question": "x"}, "id": "c1", "type": "tool_call"}
    builder = StateGraph(MessagesState)
    builder.add_node("ask", lambda _: {"messages": [AIMessage("", tool_calls=[call])]})
    builder.add_node("tools", ToolNode([query]))
    return builder.add_edge(START, "ask").add_edge("ask", "tools").compile()


def within():
    """A subgraph that writes."""
    builder = StateGraph(Topics).add_node("inner", with_writer()).add_edge(START, "inner")
    return builder.compile()


@every_way
@pytest.mark.parametrize(
    ("build", "value"),
    [(custom, TOPICS), (with_writer, TOPICS), (tooled, HELLO), (within, TOPICS)],
)
def test_custom(way, build, value):
    expected = [(names(ns), item) for ns, item in plain(build(), value, "custom")]
    run = way(build(), value, None)
    events = [event for event in run.events if event["type"] == "custom"]

    assert [(names(event["ns"]), event["data"]) for event in events] == expected
    assert run.custom == [item for _, item in expected]
    assert expected


# ---- any LLM -----------------------------------------------------------------------------


def writing(*payloads):
    def speak(_: Topics):
        write = get_stream_writer()
        for payload in payloads:
            write(payload)
        return {"texts": ["any model speaks"]}

    return node_of(speak)


FORMS = {
    "str": (".", WORDS),
    "dict": ("token", [{"token": word} for word in WORDS]),
    "dict among others": (
        "token",
        [{"token": WORDS[0]}, {"status": "half"}, *({"token": word} for word in WORDS[1:])],
    ),
    "message": (".", [AIMessageChunk(word, id="m1") for word in WORDS]),
    "message in a dict": ("chunk", [{"chunk": AIMessageChunk(w, id="m1")} for w in WORDS]),
    "a server's message": (
        ".",
        [{"type": "AIMessageChunk", "content": word, "id": "m1"} for word in WORDS],
    ),
}


def token_of(payload, key):
    value = payload if key == "." else payload.get(key) if isinstance(payload, dict) else None
    if isinstance(value, dict):
        return value.get("content")
    return getattr(value, "content", value)


@every_way
@pytest.mark.parametrize("form", FORMS)
def test_use_with_any_llm(way, form):
    key, payloads = FORMS[form]
    chunks = plain(writing(*payloads), TOPICS, "custom")
    expected = [token_of(each, key) for _, each in chunks if token_of(each, key) is not None]
    run = way(writing(*payloads), TOPICS, None, tokens=key)
    [message] = run.messages

    assert [token.text for token in message.tokens] == expected == WORDS
    assert (message.node, message.origin, message.done) == ("speak", "streamed", True)
    assert run.custom == [each for _, each in chunks if token_of(each, key) is None]


def reciting():
    """The guide's tool that asks a model by an async client of its own."""

    async def answer(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for word in WORDS:
            await send({"type": "http.response.body", "body": word.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    @tool
    async def items(place: str, writer: StreamWriter) -> str:
        """Lists what is in a place."""
        said = []
        transport = httpx.ASGITransport(app=answer)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://model") as client,
            client.stream("GET", "/", params={"place": place}) as response,
        ):
            async for piece in response.aiter_text():
                said.append(piece)
                writer({"content": piece})
        return "".join(said)

    call = {"name": "items", "args": {"place": "bedroom"}, "id": "c1", "type": "tool_call"}

    async def call_tool(_: MessagesState, writer: StreamWriter):
        told = await items.coroutine(call["args"]["place"], writer)
        return {"messages": [AIMessage(told, id="answer")]}

    builder = StateGraph(MessagesState).add_node(call_tool).add_edge(START, "call_tool")
    return builder.compile()


@async_ways
def test_an_async_client_in_a_tool(way):
    expected = [item["content"] for _, item in bridged(reciting(), HELLO, "custom")]
    run = way(reciting(), HELLO, None, tokens="content")
    [message] = [m for m in run.messages if m.role == "ai"]

    assert "".join(token.text for token in message.tokens) == "".join(expected)
    assert message.text == "any model speaks"
    assert message.node == "call_tool"
