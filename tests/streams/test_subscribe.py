"""Calling the graph: what is one, what it is called, what it streams."""

from typing import Any

import pytest
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.pregel.remote import RemoteGraph

from lg_notebook.graphs.capabilities import runs_async
from lg_notebook.streams.subscribe import as_graph, graph_name, is_graph, node_names, subscribe
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import HELLO, TOPIC, ZOO, MyState, chat, functional, joke


def remote():
    return RemoteGraph("helper", url="http://127.0.0.1:1", api_key="none")


@pytest.mark.parametrize("name", ZOO)
def test_graphs_are_graphs(name):
    graph = ZOO[name][0]()

    assert is_graph(graph)
    assert as_graph(graph) is graph


def test_a_remote_graph_is_one_and_is_not_asked():
    graph = remote()

    assert as_graph(graph) is graph
    assert (graph_name(graph), node_names(graph), runs_async(graph)) == ("helper", None, True)


@pytest.mark.parametrize("thing", [None, 3, "graph", {}, MyState("x"), Scripted, len])
def test_other_things_are_not(thing):
    with pytest.raises(TypeError, match="is not a graph: give a compiled LangGraph graph"):
        as_graph(thing)


def test_a_builder_is_told_to_compile():
    with pytest.raises(TypeError, match=r"not compiled yet: use `graph = builder.compile\(\)`"):
        as_graph(StateGraph(MyState))


def test_names():
    assert graph_name(joke()) == "LangGraph"
    named = StateGraph(MyState).add_node("n", lambda _: None).add_edge(START, "n")
    assert graph_name(named.compile(name="jester")) == "jester"
    assert node_names(functional()) == ["workflow"]
    assert graph_name(object()) == "object"


def with_subgraph():
    builder = StateGraph(MessagesState).add_node("inner", chat()).add_edge(START, "inner")
    return builder.compile()


def test_nodes_and_those_of_subgraphs():
    assert node_names(joke()) == ["call_model"]
    assert node_names(with_subgraph()) == ["inner", "reply"]
    assert node_names(as_graph(Scripted(replies=[]))) == ["Scripted"]


def test_streams_every_mode_of_every_subgraph():
    items = list(subscribe(with_subgraph(), HELLO))

    assert {mode for _, mode, _ in items} == {"messages", "updates", "tasks", "values"}
    assert {len(ns) for ns, _, _ in items} == {0, 1}


class Odd:
    """Streams, and answers nothing else."""

    nodes: Any = {"a": object()}  # noqa: RUF012 - a graph has some

    def get_graph(self):
        raise NotImplementedError

    def stream(self, given, **_):
        return iter([((), "custom", given)])

    async def astream(self, given, **_):
        yield (), "custom", given


def test_whatever_streams_is_a_graph():
    graph = Odd()

    assert as_graph(graph) is graph
    assert node_names(graph) == ["a"]
    assert list(subscribe(graph, 1)) == [((), "custom", 1)]
    assert runs_async(graph) in {True, False}


def test_a_runnable_streams_as_a_graph():
    items = list(subscribe(as_graph(Scripted(replies=[say("hi you")])), "x"))

    assert "".join(item[0].content for _, mode, item in items if mode == "messages") == "hi you"


def test_a_context_is_passed_only_where_there_is_one():
    seen = []

    class Noting(Odd):
        def stream(self, _, **more):
            seen.append(more)
            return iter(())

    list(subscribe(Noting(), TOPIC))
    list(subscribe(Noting(), TOPIC, {"tags": ["t"]}, {"who": "me"}))

    assert "context" not in seen[0]
    assert seen[1]["context"] == {"who": "me"}
    assert seen[1]["config"] == {"tags": ["t"]}
    assert all(more["subgraphs"] is True for more in seen)
