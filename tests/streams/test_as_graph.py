"""What is taken for a graph, and what is refused."""

import pytest
from langgraph.graph import StateGraph

from lg_notebook.streams.as_graph import as_graph
from lg_notebook.streams.subscribe import subscribe
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import MyState


@pytest.mark.parametrize("thing", [None, 3, "graph", {}, MyState("x"), Scripted, len])
def test_other_things_are_not(thing):
    with pytest.raises(TypeError, match="is not a graph: give a compiled LangGraph graph"):
        as_graph(thing)


def test_a_builder_is_told_to_compile():
    with pytest.raises(TypeError, match=r"not compiled yet: use `graph = builder.compile\(\)`"):
        as_graph(StateGraph(MyState))


def test_a_runnable_streams_as_a_graph():
    items = list(subscribe(as_graph(Scripted(replies=[say("hi you")])), "x"))

    assert "".join(item[0].content for _, mode, item in items if mode == "messages") == "hi you"
