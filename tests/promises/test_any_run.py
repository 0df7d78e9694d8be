"""The first promise, for any graph: a watched run ends as the plain one does.

The corpus runs every time. For a longer search: `LG_NOTEBOOK_EXAMPLES=2000 pytest …`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
from collections.abc import Iterator
from typing import Annotated, Any, TypedDict

import hypothesis
import pytest
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Send, interrupt

from lg_notebook import GraphWidget, astream
from tests.promises.graphs import Fake, as_chunk, cases, in_loop, returning
from tests.promises.odd import BLOCKS, MAKERS, NAMES, TEXTS

MOST = int(os.environ.get("LG_NOTEBOOK_EXAMPLES", "40"))
SEARCH = hypothesis.settings(
    derandomize="LG_NOTEBOOK_EXAMPLES" not in os.environ,
    deadline=None,
    max_examples=MOST,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    # What fails is small already, and a graph takes long to run again and again.
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    report_multiple_bugs=False,
)


def add(before: Any, after: Any) -> Any:
    """A reducer that asks nothing of what it adds."""
    return [*(before or []), after]


class State(TypedDict, total=False):
    data: Any
    gathered: Annotated[list[Any], add]
    messages: Annotated[list[Any], add_messages]
    loose: Any


class Plan:
    """A graph to be: made twice, for the plain run and for the watched one.

    Args:
        form: How it is built.
        value: Name of the odd value.
        place: Where the value goes.
        blocks: What the model says.
    """

    def __init__(self, form: str, value: str, place: str, blocks: list[Any]) -> None:
        self.form, self.value, self.place, self.blocks = form, value, place, blocks
        self.effects: list[str] = []

    def __repr__(self) -> str:
        return f"Plan({self.form!r}, {self.value!r}, {self.place!r}, {self.blocks!r})"

    def odd(self) -> Any:
        return MAKERS[self.value]()

    def act(self, state: Any, name: str) -> Any:
        """What every node does."""
        self.effects.append(name)
        value = self.odd()
        match self.place:
            case "custom":
                get_stream_writer()(value)
            case "error":
                raise ValueError(value)
            case "sullen error":
                raise MuteError
            case "interrupt":
                interrupt(value)
            case "message":
                return {"messages": [AIMessage("whole", response_metadata={"odd": value})]}
            case "model":
                model = Fake(replies=[[as_chunk(each) for each in self.blocks]])
                return {"messages": [model.invoke("hi")]}
            case "nothing":
                return None
        return {"data": value, "gathered": value, "loose": {"in": [value]}}

    def build(self) -> Any:
        def first(state: State) -> Any:
            return self.act(state, "first")

        def second(state: State) -> Any:
            return self.act(state, "second")

        async def afirst(state: State) -> Any:
            await asyncio.sleep(0)
            return self.act(state, "afirst")

        def fan(state: State) -> Any:
            return [Send("second", {"data": self.odd()}), Send("second", {"loose": self.odd()})]

        builder = StateGraph(State)
        saver = InMemorySaver() if self.place == "interrupt" else None
        if self.form == "send":
            builder.add_node(second).add_conditional_edges(START, fan, ["second"])
        elif self.form == "subgraph":
            inner = StateGraph(State).add_node(first).add_edge(START, "first").compile()
            builder.add_node("inner", inner).add_node(second)
            builder.add_edge(START, "inner").add_edge("inner", "second")
        elif self.form == "async":
            builder.add_node(afirst).add_node(second)
            builder.add_edge(START, "afirst").add_edge("afirst", "second")
        else:
            builder.add_node(first).add_node(second)
            builder.add_edge(START, "first").add_edge("first", "second").add_edge("second", END)
        return builder.compile(checkpointer=saver)

    def given(self) -> Any:
        return {"data": self.odd(), "loose": [self.odd()], "messages": [HumanMessage("hi", id="h")]}


class MuteError(Exception):
    """Has no words while a graph runs; whoever reports on a test may ask it again."""

    silent = False

    def __str__(self) -> str:
        if MuteError.silent:
            raise RuntimeError("no words")
        return "it was silent"

    __repr__ = __str__


@contextlib.contextmanager
def silence() -> Iterator[None]:
    MuteError.silent = True
    try:
        yield
    finally:
        MuteError.silent = False


CONFIG = {"configurable": {"thread_id": "1"}}
MODES = ["values", "messages"]


def plain(plan: Plan) -> Any:
    """The run nobody watches: how it ended, its state, what it raised, what it did."""
    state: Any = None
    paused = False

    def note(mode: str, payload: Any) -> None:
        nonlocal state, paused
        if mode == "values":
            state = payload
            paused = paused or "__interrupt__" in payload

    async def drive() -> None:
        async for mode, payload in graph.astream(value, CONFIG, stream_mode=MODES):
            note(mode, payload)

    plan.effects.clear()
    error: BaseException | None = None
    try:
        graph, value = plan.build(), plan.given()
        if plan.form == "async":
            in_loop(drive())
        else:
            for mode, payload in graph.stream(value, CONFIG, stream_mode=MODES):
                note(mode, payload)
    except Exception as raised:  # noqa: BLE001 - it is the graph's
        error = raised
    status = "error" if error is not None else "interrupted" if paused else "done"
    return status, shape(state), type(error), sorted(plan.effects)


def watched(plan: Plan) -> Any:
    """The same, watched."""
    plan.effects.clear()
    error: BaseException | None = None
    widget = GraphWidget(plan.build())
    try:
        widget.run(plan.given(), CONFIG)
    except Exception as raised:  # noqa: BLE001 - it is the graph's
        error = raised
    run = widget.runs[-1]
    return run.status, shape(run.state), type(error), sorted(plan.effects)


def shape(value: Any, depth: int = 0) -> Any:
    """A value as what can be compared, without asking it anything."""
    if depth > 6:
        return "…"
    if type(value) is dict:
        return {
            str(type(key)) if not isinstance(key, str) else key: shape(item, depth + 1)
            for key, item in value.items()
            if key != "__interrupt__"
        }
    if type(value) is list:
        return [shape(item, depth + 1) for item in value]
    if isinstance(value, (AIMessage, AIMessageChunk, HumanMessage)):
        return type(value).__name__, shape(value.content, depth + 1)
    if type(value) is int:
        return value if abs(value) < 2**63 else "huge"
    return value if type(value) in {str, bool, type(None)} else type(value).__name__


FORMS = ("sync", "async", "subgraph", "send")
PLACES = ("state", "custom", "error", "sullen error", "interrupt", "message", "nothing")
CORPUS = {
    f"{value}, {place}, {FORMS[at % len(FORMS)]}": Plan(FORMS[at % len(FORMS)], value, place, [])
    for at, value in enumerate(sorted(MAKERS))
    for place in ("state", "custom")
} | {
    f"{value}, {place}, sync": Plan("sync", value, place, [])
    for value in ("array", "huge", "cycle", "sullen str", "sullen all", "row")
    for place in ("error", "sullen error", "interrupt", "message")
}
SAID = {
    "thinking in a list": [[{"type": "thinking", "thinking": [{"type": "text", "text": "x"}]}]],
    "text is a number": [[{"type": "text", "text": 3}]],
    "text is a list": [[{"type": "text", "text": ["x"]}], "y"],
    "type is a list": [[{"type": ["text"], "text": "x"}]],
    "type is missing": [[{"text": "x"}]],
    "index is a list": [[{"type": "text", "text": "x", "index": [1]}]],
    "index is a dict": [[{"type": "thinking", "thinking": "x", "index": {"a": 1}}]],
    "summary of numbers": [[{"type": "reasoning", "summary": [1, {"text": 2}]}]],
    "a block is empty": [[{}]],
    "arguments are odd": [{"tool_call_chunks": [
        {"name": None, "args": None, "id": None, "index": None, "type": "tool_call_chunk"}]}],
    "reasoning beside it is a list": [{"additional_kwargs": {"reasoning_content": ["x"]}}],
    "metadata are odd": [{"response_metadata": {"finish_reason": ["x"], "stop_reason": {"a": 1}}}],
}  # fmt: skip


def check(plan: Plan) -> None:
    with silence():
        ends = watched(plan), plain(plan)
    assert ends[0] == ends[1]


@pytest.mark.parametrize("plan", cases(CORPUS))
def test_a_watched_run_ends_as_the_plain_one(plan):
    check(plan)


@pytest.mark.parametrize("chunks", cases(SAID))
def test_a_watched_run_of_a_model_ends_as_the_plain_one(chunks):
    check(Plan("sync", "nan", "model", chunks))


@SEARCH
@hypothesis.given(form=st.sampled_from(FORMS), value=NAMES, place=st.sampled_from(PLACES))
def test_any_watched_run_ends_as_the_plain_one(form, value, place):
    check(Plan(form, value, place, []))


@SEARCH
@hypothesis.given(
    form=st.sampled_from(FORMS),
    chunks=st.lists(TEXTS | st.lists(BLOCKS, max_size=3), min_size=1, max_size=4),
)
@hypothesis.example(form="async", chunks=[[{"type": "text", "text": 3}]])
def test_any_watched_run_of_a_model_ends_as_the_plain_one(form, chunks):
    check(Plan(form, "nan", "model", chunks))


async def events_of(value: Any) -> list[Any]:
    graph = returning({"data": value()}, state=State)
    return [event async for event in astream(graph, {"data": value(), "messages": []})]


@pytest.mark.parametrize("value", cases(MAKERS))
async def test_any_value_leaves_a_log_that_can_be_kept(value):
    events = await events_of(value)

    assert events[-1]["status"] == "done"
    assert json.loads(json.dumps(events)) == events
    json.dumps(events, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("value", ["sullen all", "sullen repr", "sullen getattr"])
async def test_what_could_not_be_read_is_named(value):
    events = await events_of(MAKERS[value])

    assert re.search(r"unread|(?:can|could) ?not be read", json.dumps(events))


async def test_a_value_whose_text_can_be_read_otherwise_is_read():
    """A text without a `__str__` has its characters, and whatever has a repr needs no `iter`."""
    assert '"text"' in json.dumps(await events_of(MAKERS["pretender"]))
    assert "Sullen()" in json.dumps(await events_of(MAKERS["sullen iter"]))
