"""Find objects of a graph that are or may become bound to an event loop."""

import asyncio
import functools
import threading

import httpx
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import START, StateGraph

from lg_notebook.exceptions import EventLoopConflictError
from lg_notebook.graphs.loop_affinity import bound, check, explained, tied
from tests.graphs.zoo import ZOO, MyState, ajoke, joke

LOCK = asyncio.Lock()


def one_node(function, **more):
    return StateGraph(MyState).add_node("n", function).add_edge(START, "n").compile(**more)


def holding(thing):
    """Build graphs whose node reaches an object in different ways."""

    async def closure(state: MyState):
        return {"joke": str(thing)}

    async def default(state: MyState, it=thing):
        return {"joke": str(it)}

    class Holder:
        def __init__(self):
            self.things = {"it": [thing]}

        async def method(self, state: MyState):
            return {"joke": str(self.things)}

    async def given(it, state: MyState):
        return {"joke": str(it)}

    given_it = functools.partial(given, thing)

    async def calls(state: MyState):
        return await given_it(state)

    inner = one_node(closure)
    return [
        one_node(closure),
        one_node(default),
        one_node(Holder().method),
        one_node(calls),
        one_node(inner),
    ]


async def contended():
    lock = asyncio.Lock()
    await lock.acquire()
    asyncio.get_running_loop().call_soon(lock.release)
    async with lock:
        return lock


async def test_a_lock_that_was_waited_for_is_found_wherever_it_is():
    lock = await contended()

    for graph in holding(lock):
        assert bound(graph, asyncio.get_running_loop()) == "its Lock"
        with pytest.raises(
            EventLoopConflictError,
            match=r"its Lock is bound to the notebook's event loop.*: do so\.",
        ):
            check(graph, "do so")


async def test_what_is_not_yet_bound_is_tied():
    loop = asyncio.get_running_loop()
    async with httpx.AsyncClient() as client:
        for thing in (
            asyncio.Lock(),
            asyncio.Queue(),
            asyncio.Event(),
            client,
            loop.create_future(),
        ):
            for graph in holding(thing):
                assert tied(graph, loop)
        assert bound(holding(client)[0], loop) is None


async def named(state: MyState):
    async with LOCK:
        return {"joke": "told"}


async def test_a_global_that_is_named_counts():
    assert tied(one_node(named), asyncio.get_running_loop())


async def test_the_loop_that_counts_is_the_one_that_is_asked_for():
    other = asyncio.new_event_loop()
    lock = await contended()

    assert bound(holding(lock)[0], other) is None
    other.close()


async def test_a_saver_counts_for_sync_nodes_as_well():
    loop = asyncio.get_running_loop()
    async with AsyncSqliteSaver.from_conn_string(":memory:") as saver:
        graph = one_node(lambda _: {"joke": "told"}, checkpointer=saver)
        words = "the checkpointer (AsyncSqliteSaver)"
        assert bound(graph, loop) == bound(graph, loop, sync=True) == words
        assert tied(graph, loop, sync=True)


async def test_sync_nodes_have_no_loop():
    lock = await contended()
    graph = one_node(lambda _: {"joke": str(lock)})

    assert not tied(graph, asyncio.get_running_loop())
    assert not tied(holding(lock)[0], asyncio.get_running_loop(), sync=True)


@pytest.mark.parametrize("thing", [InMemorySaver(), threading.Lock(), httpx.Client(), ajoke(), 3])
async def test_what_is_free(thing):
    for graph in holding(thing):
        assert not tied(graph, asyncio.get_running_loop())


@pytest.mark.parametrize("name", ZOO)
async def test_graphs_of_plain_parts_are_free(name):
    assert not tied(ZOO[name][0](), asyncio.get_running_loop())


async def test_chat_models_that_make_a_client_are_tied():
    class Model:
        __module__ = "langchain_somebody.chat"

        async def ainvoke(self, _):
            return "told"

    assert tied(holding(Model())[0], asyncio.get_running_loop())


def test_where_no_loop_runs_nothing_is_held_up():
    check(joke(), "do so")
    check(ajoke(), "do so")


def test_errors_of_other_loops_are_explained():
    inner = RuntimeError("<Lock> is bound to a different event loop")
    outer = ConnectionError("no connection")
    outer.__cause__ = inner
    for error in (inner, outer, RuntimeError("Event loop is closed")):
        told = explained(error, "do so")
        assert isinstance(told, EventLoopConflictError)
        assert str(told).endswith("something in it is bound to another event loop: do so.")
        assert told.__cause__ is error
    other = RuntimeError("something else")
    assert explained(other, "do so") is other
