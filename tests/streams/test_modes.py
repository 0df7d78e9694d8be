"""Which stream modes are requested."""

import pytest
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.pregel.remote import RemoteGraph

from lg_notebook.streams.subscribe import MODES, TOOLS, modes
from tests.graphs.zoo import agent, chat, functional, joke, weather

REMOTE = RemoteGraph("far", url="http://localhost:1")


def graph_of(node):
    return StateGraph(MessagesState).add_node("node", node).add_edge(START, "node").compile()


def by_hand(state):
    return {"messages": [weather.invoke({"city": "Oslo"})]}


def both(state):
    return by_hand(REMOTE.invoke(state))


@pytest.mark.parametrize("build", [joke, chat, functional])
def test_not_that_of_tools_without_any(build):
    assert modes(build()) == MODES


@pytest.mark.parametrize("build", [agent, lambda: graph_of(by_hand)])
def test_that_of_tools_where_a_node_reaches_one(build):
    assert modes(build()) == [*MODES, TOOLS]


def test_within_subgraphs_too():
    assert TOOLS in modes(graph_of(agent()))


@pytest.mark.parametrize("graph", [REMOTE, graph_of(REMOTE), graph_of(both)])
def test_servers_are_not_asked_for_what_they_may_not_know(graph):
    assert modes(graph) == MODES
