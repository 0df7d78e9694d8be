"""A. Whatever cannot be read is passed by: the graph runs on as it does when nobody looks."""

import asyncio
import enum
import threading

import numpy as np
import pandas as pd
import pytest
from langgraph.graph import START, StateGraph
from langgraph.types import Send

from lg_notebook import GraphWidget, watch
from tests import kernels
from tests.kernels import kernel
from tests.promises.graphs import (
    WAYS,
    Docs,
    Loose,
    calling,
    cases,
    chain,
    events_of,
    fake,
    quiet,
    returning,
    said,
)

every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


class Kind(enum.Enum):
    PDF = "pdf"


ROWS = {
    "id is a number": {"id": 7, "type": "pdf", "content": "alpha"},
    "content is a number": {"id": "d1", "type": "pdf", "content": 42},
    "content is a list of numbers": {"id": "d1", "type": "pdf", "content": [1, 2]},
    "type is an enum": {"id": "d1", "type": Kind.PDF, "content": "alpha"},
    "type is a number": {"id": "d1", "type": 3, "content": "alpha"},
    "type is None": {"id": "d1", "type": None, "content": "alpha"},
    "content is a mapping": {"id": "d1", "type": "pdf", "content": {"page": 1}},
    "id is a list": {"id": [1], "type": "pdf", "content": "alpha"},
    "name is a list, and so on": {
        "id": "d1", "type": "pdf", "content": "alpha", "name": [1], "tool_calls": 3,
        "response_metadata": "x", "additional_kwargs": [2], "usage_metadata": "many",
    },
}  # fmt: skip
every_row = pytest.mark.parametrize("row", cases(ROWS))


def retrieve(row):
    def retrieve(_):
        return {"docs": [row]}

    return retrieve


def reader(state):
    return {"out": [row["content"] for row in state["docs"]]}


@every_row
def test_rows_of_a_vector_store_are_data(row):
    run = quiet(chain(retrieve(row), reader, state=Docs), {"question": "which?"})

    assert run.status == "done"
    assert [task.node for task in run.tasks] == ["retrieve", "reader"]
    assert run.messages == []


@every_way
def test_rows_are_data_in_every_way_of_watching(way):
    run = way(chain(retrieve(ROWS["id is a number"]), reader, state=Docs), {"question": "which?"})

    assert (run.status, len(run.tasks), run.messages) == ("done", 2, [])


@every_row
def test_rows_in_the_input_are_data(row):
    run = quiet(chain(reader, state=Docs), {"docs": [row]})

    assert run.status == "done"
    assert run.state["out"] == [row["content"]]
    assert run.messages == []


@pytest.mark.parametrize("row", cases(ROWS))
def test_rows_that_are_sent_written_and_returned_by_tasks_are_data(row):
    def fan(_):
        return [Send("work", {"docs": [row]}), Send("work", {"docs": [row]})]

    def work(state):
        return {"seen": state["docs"]}

    builder = StateGraph(Docs).add_node(work)
    run = quiet(builder.add_conditional_edges(START, fan, ["work"]).compile(), {"question": "x"})

    assert run.status == "done"
    assert run.state["seen"] == [row, row]


@every_row
def test_rows_in_a_subgraph_are_data(row):
    inner = returning({"docs": [row]}, state=Docs)

    def outer(state):
        return {"out": inner.invoke(state)["docs"]}

    run = quiet(chain(outer, state=Docs), {"question": "x"})

    assert (run.status, run.state["out"], run.messages) == ("done", [row], [])


def test_a_row_of_a_local_state_that_looks_like_a_message_is_data():
    row = {"id": "d1", "type": "ai", "content": "topic AI"}
    run = quiet(returning({"docs": [row]}, state=Docs), {"question": "x"})

    assert run.text() == ""
    assert run.messages == []
    assert run.state["docs"] == [row]


def test_a_row_of_a_local_input_that_looks_like_a_message_is_data():
    row = {"id": "d1", "type": "human", "content": "topic AI"}
    run = quiet(returning({"out": 1}, state=Docs), {"question": "x", "docs": [row]})

    assert run.messages == []


ODD_MESSAGES = {
    "array": lambda: np.array(["a", "b"]),
    "frame": lambda: pd.DataFrame({"content": ["a", "b"]}),
    "series": lambda: pd.Series(["a", "b"]),
    "number": lambda: 3,
    "zero-dimensional array": lambda: np.array(1.5),
}


every_odd = pytest.mark.parametrize("make", cases(ODD_MESSAGES))


@every_odd
def test_messages_of_the_input_may_be_anything(make):
    run = quiet(returning({"out": "ran"}, state=Loose), {"messages": make()})

    assert run.status == "done"
    assert [task.node for task in run.tasks] == ["node0"]


@every_way
def test_messages_may_be_an_array_in_every_way_of_watching(way):
    run = way(returning({"out": "ran"}, state=Loose), {"messages": np.array(["a", "b"])})

    assert run.status == "done"


@every_odd
def test_messages_of_a_widgets_input_may_be_anything(make):
    widget = GraphWidget(returning({"out": "ran"}, state=Loose))

    assert widget.run({"messages": make()}).state["out"] == "ran"
    assert widget.status == "done"
    assert widget.run({"messages": []}).status == "done"


def test_reasoning_may_be_a_list_of_blocks():
    """As Mistral's models say it."""
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}], "index": 0}
    run = quiet(calling(fake([thought], "Answer")))

    assert run.status == "done"
    assert (run.messages[-1].reasoning, run.text()) == ("hm", "Answer")


NUMBERS = {"positive": 10**6000, "negative": -(10**6000), "in a list": [10**6000]}


@pytest.mark.parametrize("number", cases(NUMBERS))
def test_numbers_may_be_larger_than_python_writes(number):
    run = quiet(returning({"out": number}, state=Docs), {"question": "x"})

    assert run.status == "done"


def test_numbers_of_an_input_may_be_larger_than_python_writes():
    run = quiet(returning({"question": "y"}, state=Docs), {"out": 10**6000})

    assert run.status == "done"
    assert run.state["out"] == 10**6000


class MuteError(Exception):
    def __str__(self):
        raise RuntimeError("no words")

    def __repr__(self):
        raise RuntimeError("no words")


class WordyError(Exception):
    def __str__(self):
        return 3  # noqa: PLE0307 - that is what is wrong with it


@pytest.mark.parametrize("error", [MuteError, WordyError])
@every_way
def test_an_exception_need_not_have_words(way, error):
    def fail(_):
        raise error

    with pytest.raises(error):
        way(chain(fail, state=Docs), {"question": "x"})


def test_an_exception_without_words_is_on_the_run():
    def fail(_):
        raise MuteError

    events, error = events_of(chain(fail, state=Docs), {"question": "x"})

    assert type(error) is MuteError
    assert events[-1]["status"] == "error"
    assert events[-1]["error"]["type"] == "MuteError"


def in_time(call, seconds=3.0):
    """What a call gives or raises; it may wait for ever."""
    outcome = []

    def work():
        try:
            outcome.append(call())
        except BaseException as error:  # noqa: BLE001 - a test looks at it
            outcome.append(error)

    thread = threading.Thread(target=work, daemon=True, name="the test's own")
    thread.start()
    thread.join(seconds)
    assert outcome, "it waits for ever"
    return outcome[0]


@pytest.fixture
def no_threads(monkeypatch):
    """No thread of ours can start, as in Pyodide, or where the system has no more."""
    start = threading.Thread.start

    def refuse(self):
        if self.name.startswith("lg_notebook"):
            raise RuntimeError("can't start new thread")
        start(self)

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        yield


def said_or_done(outcome):
    """Whether it ended in a run that is whole, or in the reason why not."""
    return "thread" in str(outcome) if isinstance(outcome, Exception) else outcome.status == "done"


def test_a_widget_whose_thread_cannot_start_says_so_and_stays_usable(monkeypatch):
    widget = GraphWidget(calling(fake("hello")))
    start = threading.Thread.start

    def refuse(self):
        if self.name.startswith("lg_notebook"):
            raise RuntimeError("can't start new thread")
        start(self)

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        assert said_or_done(in_time(lambda: widget.run("hi")))
    assert in_time(lambda: widget.run("hi")).text() == "hello"


def test_a_view_whose_thread_cannot_start_says_so(no_threads):
    assert said_or_done(in_time(lambda: watch(calling(fake("hello")), "hi", view="text")))


def test_a_recording_whose_thread_cannot_start_says_so(no_threads, tmp_path):
    file = tmp_path / "run.jsonl"

    assert said_or_done(
        in_time(lambda: watch(calling(fake("hello")), "hi", view="quiet", record=file))
    )


async def arun(graph):
    return await GraphWidget(graph).arun("hi")


def test_an_awaited_run_whose_thread_cannot_start_says_so(no_threads):
    outcome = in_time(lambda: asyncio.run(arun(calling(fake("hello")))))

    assert said_or_done(outcome)


EXITS = """
from langgraph.graph import START, MessagesState, StateGraph
from lg_notebook import awatch

async def leave(state: MessagesState):
    raise {0}("leaving")

graph = StateGraph(MessagesState).add_node(leave).add_edge(START, "leave").compile()
"""
CELLS = {
    "magic": "%%lgstream graph --as run\n'hi'",
    "awatch": "from lg_notebook import awatch\nawait awatch(graph, 'hi')",
}


@pytest.mark.kernel
@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
@pytest.mark.parametrize("error", ["SystemExit", "KeyboardInterrupt"])
def test_an_async_node_that_exits_leaves_the_kernel_alive(monkeypatch, error, cell):
    with kernel("%load_ext lg_notebook", EXITS.format(error)) as ip:
        monkeypatch.setattr(kernels, "PATIENCE", 6.0)
        outcome = ip.run(cell)

        assert error in outcome.traceback + outcome.err + outcome.out
        assert ip.value("1 + 1") == "2"


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
@pytest.mark.parametrize("form", ["sync", "async"])
def test_a_run_names_the_exit_that_ended_it(error, form):
    def leave(_):
        raise error("leaving")

    async def aleave(_):
        raise error("leaving")

    node = leave if form == "sync" else aleave
    widget = GraphWidget(chain(node, state=Docs))
    with pytest.raises(BaseException) as raised:  # noqa: PT011 - any
        widget.run({"question": "x"})
    run = widget.runs[-1]

    assert isinstance(raised.value, error)
    assert (run.status, run.error["type"]) == ("error", error.__name__)


def test_a_message_of_a_local_state_is_still_a_message():
    """The other side of the rule: a channel with LangGraph's reducer takes plain dicts."""
    row = {"id": "d1", "type": "ai", "content": "an answer"}
    run = quiet(returning({"messages": [row]}))

    assert said(run) == ["an answer"]
