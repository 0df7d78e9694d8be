"""The topology of a remote graph: requested from its server, while a run streams."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.runnables.graph import Graph
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.pregel.remote import RemoteGraph

import lg_notebook
from lg_notebook import Run
from lg_notebook.graphs.topology import NODES, topology
from lg_notebook.remote.drawing import read
from lg_notebook.remote.topology import ask
from tests.graphs.zoo import chat

KEY = "sk-remote-0123456789"
META = {"langgraph_node": "talk", "langgraph_checkpoint_ns": "talk:1", "ls_model_type": "chat"}


def drawing() -> dict[str, Any]:
    """What a server says of a graph with a subgraph that has another one in it."""
    names = ["__start__", "first", "team:expert:talk", "team:expert:check", "team:sum", "__end__"]
    edges = [
        ("__start__", "first", False),
        ("first", "team:expert:talk", True),
        ("first", "__end__", True),
        ("team:expert:talk", "team:expert:check", False),
        ("team:expert:check", "team:sum", False),
        ("team:sum", "__end__", False),
    ]
    return {
        "nodes": [{"id": name, "type": "runnable", "data": {"name": name}} for name in names],
        "edges": [
            {
                "source": one,
                "target": other,
                **({"conditional": True, "data": KEY} if maybe else {}),
            }
            for one, other, maybe in edges
        ],
    }


class Assistants:
    """The part of a client that describes graphs.

    Attributes:
        xrays: The values of `xray` in its requests.
        may: Set once it may answer.
    """

    def __init__(self, answer: Callable[[bool], Any]) -> None:
        self._answer = answer
        self.xrays: list[bool] = []
        self.may = threading.Event()
        self.may.set()

    def get_graph(self, *, xray: bool, **_: Any) -> Any:
        self.xrays.append(xray)
        assert self.may.wait(10)
        return self._answer(xray)


class AsyncAssistants(Assistants):
    """The async form of it."""

    async def get_graph(self, *, xray: bool, **_: Any) -> Any:
        self.xrays.append(xray)
        await asyncio.sleep(0)
        return self._answer(xray)


class Client:
    """A client that knows a graph."""

    def __init__(self, assistants: Assistants) -> None:
        self.assistants = assistants
        self.runs = self.http = None


def remote(answer: Callable[[bool], Any] = lambda _: drawing()) -> tuple[RemoteGraph, Assistants]:
    assistants = Assistants(answer)
    return RemoteGraph("agent", sync_client=Client(assistants)), assistants  # type: ignore[arg-type]


def until(check: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not check():
        assert time.monotonic() < end
        time.sleep(0.005)


def learnt(graph: Any) -> Any:
    """Ask, and wait for the answer."""
    answers: list[Any] = []
    ask(graph, answers.append)
    until(lambda: bool(answers))
    return answers[0]


def test_subgraphs_are_put_back_with_their_beginnings_and_ends():
    graph, assistants = remote()
    drawn = learnt(graph)
    assert assistants.xrays == [True]
    assert [(node["id"], node["kind"]) for node in drawn["nodes"]] == [
        ("__start__", "start"),
        ("first", "node"),
        ("team", "subgraph"),
        ("team|expert", "subgraph"),
        ("team|expert|talk", "node"),
        ("team|expert|check", "node"),
        ("team|expert|__start__", "start"),
        ("team|expert|__end__", "end"),
        ("team|sum", "node"),
        ("team|__start__", "start"),
        ("team|__end__", "end"),
        ("__end__", "end"),
    ]
    assert [node["parent"] for node in drawn["nodes"]][2:5] == [None, "team", "team|expert"]
    pairs = [(edge["source"], edge["target"]) for edge in drawn["edges"]]
    assert pairs == [
        ("__start__", "first"),
        ("first", "team"),
        ("team|__start__", "team|expert"),
        ("team|expert|__start__", "team|expert|talk"),
        ("first", "__end__"),
        ("team|expert|talk", "team|expert|check"),
        ("team|expert|check", "team|expert|__end__"),
        ("team|expert", "team|sum"),
        ("team|sum", "team|__end__"),
        ("team", "__end__"),
    ]
    assert [edge["conditional"] for edge in drawn["edges"]][:5] == [False, True, False, False, True]


def test_it_is_the_local_graphs_own_topology():
    """As far as a flat drawing shows."""
    inner = chat()
    local = StateGraph(MessagesState).add_node("team", inner).add_edge(START, "team").compile()
    seen = read(local.get_graph(xray=True))
    told = topology(local)
    assert told is not None
    ids = {node["id"]: (node["kind"], node["parent"]) for node in told["nodes"]}
    assert {node["id"]: (node["kind"], node["parent"]) for node in seen["nodes"]} == ids
    assert {(e["source"], e["target"]) for e in seen["edges"]} == {
        (e["source"], e["target"]) for e in told["edges"]
    }


def test_it_is_asked_once_and_remembered_as_long_as_the_graph_lives():
    graph, assistants = remote()
    assert topology(graph) is None
    drawn = learnt(graph)
    assert learnt(graph) is drawn
    assert topology(graph) is drawn
    assert assistants.xrays == [True]
    gone = weakref.ref(graph)
    del graph
    gc.collect()
    assert gone() is None


def test_several_who_ask_at_once_are_one_request():
    graph, assistants = remote()
    assistants.may.clear()
    answers: list[Any] = []
    for _ in range(3):
        ask(graph, answers.append)
    assistants.may.set()
    until(lambda: len(answers) == 3)
    assert assistants.xrays == [True]


def test_a_server_that_cannot_look_into_subgraphs_is_asked_without():
    def flat(xray: bool) -> Any:  # noqa: FBT001 - the client's own
        if xray:
            raise ValueError("no xray here")
        nodes = [{"id": name, "type": "schema", "data": name} for name in ("__start__", "a")]
        return {"nodes": nodes, "edges": [{"source": "__start__", "target": "a"}]}

    graph, assistants = remote(flat)
    assert [node["id"] for node in learnt(graph)["nodes"]] == ["__start__", "a"]
    assert assistants.xrays == [True, False]


@pytest.mark.parametrize(
    "said", [None, {}, {"nodes": 3, "edges": []}, {"nodes": [{}], "edges": [{"from": "a"}]}]
)
def test_nonsense_is_passed_over_and_asked_again_the_next_time(said: Any):
    graph, assistants = remote(lambda _: said)
    for count in (2, 4):
        ask(graph, lambda drawn: pytest.fail(str(drawn)))
        until(lambda count=count: len(assistants.xrays) == count)  # type: ignore[misc]
        until(lambda: not any(t.name == "lg_notebook-blueprint" for t in threading.enumerate()))
    assert topology(graph) is None


def test_more_nodes_than_can_be_read_are_counted():
    graph = Graph()
    for number in range(NODES + 30):
        graph.add_node(chat(), f"n{number}")
    drawn = read(graph)
    assert (len(drawn["nodes"]), drawn["omitted"]) == (NODES, 30)


async def test_an_async_client_alone_is_asked_on_the_loop():
    assistants = AsyncAssistants(lambda _: drawing())
    graph = RemoteGraph("agent", client=Client(assistants))  # type: ignore[arg-type]
    answer = asyncio.get_running_loop().create_future()
    ask(graph, answer.set_result)
    assert (await asyncio.wait_for(answer, 10))["nodes"][1]["id"] == "first"


def test_an_async_client_alone_without_a_loop_is_left_alone():
    assistants = AsyncAssistants(lambda _: drawing())
    graph = RemoteGraph("agent", client=Client(assistants))  # type: ignore[arg-type]
    ask(graph, lambda drawn: pytest.fail(str(drawn)))
    assert assistants.xrays == []


def test_a_widget_shows_it_before_anything_runs():
    graph, _ = remote()
    widget = lg_notebook.GraphWidget(graph, config={"configurable": {"api_key": KEY}})
    until(lambda: widget.graph["topology"] is not None)
    assert widget.graph["topology"]["nodes"][1]["label"] == "first"
    assert widget.graph["name"] == "agent"
    assert KEY not in str(widget.get_state())


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> tuple[RemoteGraph, Assistants]:
    """A graph whose server sends the topology after its first token."""
    graph, assistants = remote()
    assistants.may.clear()
    seen = threading.Event()

    def stream(*_: Any, **__: Any) -> Any:
        yield (), "messages", (AIMessageChunk("tok", id="m1"), META)
        ask(graph, lambda _: seen.set())  # after the run's own request
        assistants.may.set()
        assert seen.wait(10)
        yield (), "messages", (AIMessageChunk("en", id="m1"), META)

    monkeypatch.setattr("lg_notebook.remote.run.Remote.stream", stream)
    return graph, assistants


def test_a_run_does_not_wait_for_it(late: tuple[RemoteGraph, Assistants]):
    graph, assistants = late
    config = {"configurable": {"api_key": KEY}}
    events = list(lg_notebook.stream(graph, {}, config))
    kinds = [event["type"] for event in events]
    assert kinds.index("delta") < kinds.index("drawing")
    assert [event["seq"] for event in events] == list(range(len(events)))
    assert events[0].get("topology", "missing") is None
    run = Run.from_events(events)
    assert run.topology is not None
    assert run.text() == "token"
    assert KEY not in str(events)
    assert assistants.xrays == [True]
    # The next run knows it from the beginning.
    again = next(iter(lg_notebook.stream(graph, {}, config)))
    assert again.get("topology") == run.topology


def test_a_watched_run_is_recorded_with_it(late: tuple[RemoteGraph, Assistants], tmp_path: Any):
    graph, _ = late
    run = lg_notebook.watch(graph, {}, sync=True, view="quiet")
    run.save(tmp_path / "run.jsonl")
    loaded = Run.load(tmp_path / "run.jsonl")
    assert loaded.topology == run.topology
    assert loaded.topology is not None
    assert [event["type"] for event in loaded.events].count("drawing") == 1
    assert loaded.redact("first").topology["nodes"][1]["label"] == "[masked]"  # type: ignore[index]


def test_a_run_whose_server_tells_nothing_is_none_the_worse(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lg_notebook.remote.run.Remote.stream", lambda *_, **__: iter(()))
    graph, _ = remote(lambda _: 1 / 0)
    run = lg_notebook.watch(graph, {}, sync=True, view="quiet")
    assert run.status == "done"
    assert run.topology is None
