"""Read a graph's kind, name and nodes."""

from typing import Any

import pytest
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.pregel.remote import RemoteGraph

from lg_notebook.graphs.capabilities import runs_async
from lg_notebook.graphs.graph import graph_name, is_graph, node_names
from lg_notebook.streams.as_graph import as_graph
from lg_notebook.streams.subscribe import subscribe
from tests.graphs.model import Scripted
from tests.graphs.zoo import ZOO, MyState, chat, functional, joke


def remote():
    return RemoteGraph("helper", url="http://127.0.0.1:1", api_key="none")


def with_subgraph():
    builder = StateGraph(MessagesState).add_node("inner", chat()).add_edge(START, "inner")
    return builder.compile()


class Odd:
    """A `Runnable` that only streams."""

    nodes: Any = {"a": object()}  # noqa: RUF012 - a graph has some

    def get_graph(self):
        raise NotImplementedError

    def stream(self, given, **_):
        return iter([((), "custom", given)])

    async def astream(self, given, **_):
        yield (), "custom", given


@pytest.mark.parametrize("name", ZOO)
def test_graphs_are_graphs(name):
    graph = ZOO[name][0]()

    assert is_graph(graph)
    assert as_graph(graph) is graph


def test_a_remote_graph_is_one_and_is_not_asked():
    graph = remote()

    assert as_graph(graph) is graph
    assert (graph_name(graph), node_names(graph), runs_async(graph)) == ("helper", None, True)


def test_names():
    assert graph_name(joke()) == "LangGraph"
    named = StateGraph(MyState).add_node("n", lambda _: None).add_edge(START, "n")
    assert graph_name(named.compile(name="jester")) == "jester"
    assert node_names(functional()) == ["workflow"]
    assert graph_name(object()) == "object"


def test_nodes_and_those_of_subgraphs():
    assert node_names(joke()) == ["call_model"]
    assert node_names(with_subgraph()) == ["inner", "reply"]
    assert node_names(as_graph(Scripted(replies=[]))) == ["Scripted"]


def test_whatever_streams_is_a_graph():
    graph = Odd()

    assert as_graph(graph) is graph
    assert node_names(graph) == ["a"]
    assert list(subscribe(graph, 1)) == [((), "custom", 1)]
    assert runs_async(graph) in {True, False}
