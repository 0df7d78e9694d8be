"""Small graphs around a model that streams what a test gives, and what is read off their runs."""

from __future__ import annotations

import asyncio
import base64
import json
import operator
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langgraph.graph import START, MessagesState, StateGraph

from lg_notebook import Run, astream, awatch, stream, watch

RECORD = "application/vnd.lg-notebook.run+json"
"""The MIME type under which a notebook's output holds its runs."""


class Fake(BaseChatModel):
    """Streams its replies, one for each call, over and over.

    Attributes:
        replies: For each call, its chunks.
        fail_after: For each call, the number of chunks after which it raises; None never does.
    """

    replies: Sequence[Sequence[AIMessageChunk]]
    fail_after: Sequence[int | None] = (None,)
    calls: int = 0
    api_key: Any = None

    @property
    def _llm_type(self) -> str:
        return "fake"

    def _chunks(self) -> Iterator[ChatGenerationChunk]:
        call, self.calls = self.calls, self.calls + 1
        end = self.fail_after[call % len(self.fail_after)]
        for at, chunk in enumerate(self.replies[call % len(self.replies)]):
            if at == end:
                raise ConnectionError("the model hung up")
            yield ChatGenerationChunk(message=chunk.model_copy())

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> Iterator[ChatGenerationChunk]:
        yield from self._chunks()

    async def _astream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._chunks():
            await asyncio.sleep(0)
            yield chunk

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        return generate_from_stream(self._chunks())

    def bind_tools(self, tools: Any, **_: Any) -> Any:
        return self


def fake(*chunks: Any, **more: Any) -> Fake:
    """A model that streams these chunks: texts, content lists, chunks, or their fields."""
    return Fake(replies=[[as_chunk(chunk) for chunk in chunks]], **more)


def as_chunk(given: Any) -> AIMessageChunk:
    """A chunk with this content or these fields."""
    if isinstance(given, AIMessageChunk):
        return given
    fields = given if isinstance(given, dict) else {"content": given}
    return AIMessageChunk(**{"content": "", **fields})


def call_piece(args: str, *, name: Any = None, call_id: Any = None, index: Any = 0) -> Any:
    """A chunk with a piece of a tool call."""
    piece = {"type": "tool_call_chunk", "name": name, "args": args, "id": call_id, "index": index}
    return AIMessageChunk(content="", tool_call_chunks=[piece])


def calling(model: Any, **options: Any) -> Any:
    """A graph with messages whose only node, `reply`, calls a model."""

    def reply(state: MessagesState) -> dict[str, Any]:
        return {"messages": [model.invoke(state["messages"])]}

    return chain(reply, **options)


def chain(*nodes: Callable[..., Any], state: Any = MessagesState, **options: Any) -> Any:
    """A graph of nodes, one after the other."""
    builder = StateGraph(state)
    before = START
    for node in nodes:
        builder.add_node(node)
        builder.add_edge(before, node.__name__)
        before = node.__name__
    return builder.compile(**options)


def returning(*updates: Any, state: Any = MessagesState, **options: Any) -> Any:
    """A graph whose nodes `node0`, `node1`, … return these updates."""

    def node(at: int, update: Any) -> Callable[..., Any]:
        def give(_: Any) -> Any:
            return update() if callable(update) else update

        give.__name__ = f"node{at}"
        return give

    return chain(*(node(at, each) for at, each in enumerate(updates)), state=state, **options)


class Docs(TypedDict, total=False):
    """A state of plain data."""

    question: str
    docs: list[Any]
    out: Any
    seen: Annotated[list[Any], operator.add]


class Loose(TypedDict, total=False):
    """A state whose `messages` have no reducer, and may be anything."""

    messages: Any
    out: Any


def quiet(graph: Any, value: Any = "hi", config: Any = None, **more: Any) -> Run:
    """Watch a graph without a view."""
    return watch(graph, value, config, view="quiet", **more)


def events_of(graph: Any, value: Any, config: Any = None, **more: Any) -> tuple[list[Any], Any]:
    """A graph's events, and what it raised, whatever that is."""
    events: list[Any] = []
    try:
        for event in stream(graph, value, config, **more):
            events.append(event)  # noqa: PERF402 - kept when the next one raises
    except BaseException as error:  # noqa: BLE001 - a test looks at it
        return events, error
    return events, None


def _stream(graph: Any, value: Any) -> Run:
    return Run.from_events(stream(graph, value))


def in_loop(coroutine: Any) -> Any:
    """Run a coroutine on a loop of its own.

    Not `asyncio.run`: if an exception has no repr, that raises another one, and leaves its
    signal handler behind.
    """
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def _astream(graph: Any, value: Any) -> Run:
    async def run() -> Run:
        return Run.from_events([event async for event in astream(graph, value)])

    return in_loop(run())


def _awatch(graph: Any, value: Any) -> Run:
    return in_loop(awatch(graph, value, view="quiet"))


WAYS: dict[str, Callable[[Any, Any], Run]] = {
    "watch": quiet,
    "stream": _stream,
    "astream": _astream,
    "awatch": _awatch,
}
"""Ways to watch a graph: each gives its run, and raises what the graph raised."""


def said(run: Run, role: str = "ai") -> list[str]:
    """The texts of a run's messages of one role, the input's left out."""
    return [m.text for m in run.messages if m.role == role and m.origin != "input"]


def faces(run: Run) -> dict[str, str]:
    """Everything that shows, keeps or sends a run, as text."""
    bundle, metadata = run._repr_mimebundle_()
    stored = metadata[RECORD]
    frames = [
        base64.b64decode(frame["buffer"]).decode("latin-1") for frame in stored.get("runs", ())
    ]
    return {
        "events": json.dumps(run.events, ensure_ascii=False),
        "html": bundle["text/html"],
        "text": bundle["text/plain"],
        "markdown": run.to_markdown(),
        "page": run.to_html(),
        "notebook": json.dumps(stored, ensure_ascii=False) + "".join(frames),
        "messages": "".join(
            json.dumps(m.model_dump(mode="json"), ensure_ascii=False) for m in run.to_messages()
        ),
    }


def last_answer(run: Run) -> Any:
    """The last answer of a run's final state."""
    return [m for m in run.state["messages"] if isinstance(m, AIMessage)][-1]


def cases(table: dict[str, Any], broken: str = "", of: Sequence[str] | None = None) -> list[Any]:
    """The parameters of a test, by their names.

    Args:
        table: Name → value.
        broken: What is wrong today with those that fail; empty where none do.
        of: Names of those that fail; all of them by default.
    """
    fails = set(table if of is None else of) if broken else set()
    assert fails <= set(table)
    mark = pytest.mark.xfail(strict=True, reason=broken)
    return [
        pytest.param(value, id=name, marks=[mark] if name in fails else [])
        for name, value in table.items()
    ]
