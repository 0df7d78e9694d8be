"""Calling the graph: what is one, what it is called, what it streams."""

from typing import Any

from langgraph.graph import START, MessagesState, StateGraph
from langgraph.pregel.remote import RemoteGraph

from lg_notebook.streams.subscribe import subscribe
from tests.graphs.zoo import HELLO, TOPIC, chat


def remote():
    return RemoteGraph("helper", url="http://127.0.0.1:1", api_key="none")


def with_subgraph():
    builder = StateGraph(MessagesState).add_node("inner", chat()).add_edge(START, "inner")
    return builder.compile()


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
