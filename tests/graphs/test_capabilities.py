"""Find the form by which a graph can run, and explain if there is none."""

import pytest
from langchain_core.runnables import RunnableLambda
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.pregel.remote import RemoteGraph

from lg_notebook import bridge
from lg_notebook.graphs.capabilities import async_only, check, runs_async, sync_only_saver
from tests.graphs.zoo import MyState, ajoke, joke


async def anode(state: MyState):
    return None


def node(state: MyState):
    return None


def built(function, **more):
    return StateGraph(MyState).add_node("n", function).add_edge(START, "n").compile(**more)


def branching(path):
    builder = StateGraph(MyState).add_node("n", node).add_edge(START, "n")
    return builder.add_conditional_edges("n", path, [END]).compile()


async def apath(state: MyState):
    return END


def path(state: MyState):
    return END


def test_nodes_that_are_only_async():
    assert async_only(built(anode))
    assert async_only(ajoke())
    assert async_only(branching(apath))
    assert not async_only(built(node))
    assert not async_only(branching(path))
    assert not async_only(built(RunnableLambda(node, afunc=anode)))


def test_async_nodes_of_a_subgraph_count():
    inner = StateGraph(MyState).add_node("n", anode).add_edge(START, "n").compile()

    assert async_only(built(inner))
    assert not async_only(built(built(node)))


class SyncSaver(BaseCheckpointSaver):
    pass


def test_savers_that_are_only_sync():
    assert sync_only_saver(built(node, checkpointer=SyncSaver()))
    assert not sync_only_saver(built(node, checkpointer=InMemorySaver()))
    assert not sync_only_saver(built(node))


def test_plain_functions_run_in_a_thread():
    assert not runs_async(built(node))
    assert not runs_async(joke())
    assert not runs_async(branching(path))


def test_async_functions_run_on_the_loop():
    assert runs_async(built(anode))
    assert runs_async(branching(apath))


@pytest.mark.parametrize("works", [True, False])
def test_what_has_both_forms_runs_on_the_loop_where_tasks_keep_their_context(monkeypatch, works):
    monkeypatch.setattr(bridge, "works", lambda: works)

    assert runs_async(built(RunnableLambda(node, afunc=anode))) is works
    assert not runs_async(built(node))
    assert runs_async(built(anode))


def test_a_sync_saver_keeps_the_graph_in_a_thread():
    assert not runs_async(built(RunnableLambda(node, afunc=anode), checkpointer=SyncSaver()))


def test_a_sync_saver_and_an_async_node_clash():
    words = (
        r"node 'n' has only an async form, but the checkpointer \(SyncSaver\) works only in sync"
    )
    for ask in (runs_async, check):
        with pytest.raises(TypeError, match=words):
            ask(built(anode, checkpointer=SyncSaver()))


def test_a_conditional_edge_is_named_too():
    builder = StateGraph(MyState).add_node("n", node).add_edge(START, "n")
    graph = builder.add_conditional_edges("n", apath, [END]).compile(checkpointer=SyncSaver())

    with pytest.raises(TypeError, match="the conditional edge behind 'n' has only an async form"):
        check(graph)


class AsyncSaver(SyncSaver):
    async def aget_tuple(self, config):
        return None


def test_a_saver_that_is_only_async_keeps_the_graph_on_the_loop():
    graph = built(node, checkpointer=AsyncSaver())

    assert runs_async(graph)
    with pytest.raises(TypeError, match=r"the checkpointer \(AsyncSaver\) has only an async form"):
        check(graph, sync=True)


def test_asked_for_sync():
    check(built(node), sync=True)
    check(RemoteGraph("helper", url="http://127.0.0.1:1", api_key="none"), sync=True)
    with pytest.raises(TypeError, match="node 'n' has only an async form: run it without --sync"):
        check(built(anode), sync=True)
