"""What a node finds through its context, and what needs a checkpointer."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_config, get_store, get_stream_writer
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.runtime import get_runtime
from langgraph.store.memory import InMemoryStore
from langgraph.types import Command, StreamWriter, interrupt

from tests.graphs.async_flow import speaker
from tests.graphs.async_models import model
from tests.graphs.case import CATS, THREAD, Case, case, one_node
from tests.graphs.zoo import Topics

ANSWERED = [(CATS, THREAD), (Command(resume="yes"), THREAD)]


@case()
def stream_writer() -> Any:
    async def speak(_: Topics) -> dict[str, Any]:
        write = get_stream_writer()
        for word in ("any ", "model ", "speaks"):
            await asyncio.sleep(0)
            write({"token": word})
        return {"texts": ["any model speaks"]}

    return one_node(speak)


@case()
def stream_writer_in_a_task() -> Any:
    async def deep() -> None:
        get_stream_writer()("from a task")

    async def speak(_: Topics) -> dict[str, Any]:
        await asyncio.create_task(deep())
        return {}

    return one_node(speak)


@case()
def stream_writer_as_argument() -> Any:
    async def speak(_: Topics, writer: StreamWriter) -> dict[str, Any]:
        writer("given")
        return {}

    speak.__annotations__["writer"] = StreamWriter
    return one_node(speak)


@case()
def stream_writer_in_a_subgraph() -> Any:
    async def inner(_: Topics) -> dict[str, Any]:
        get_stream_writer()("from within")
        return {}

    graph = one_node(inner)

    async def outer(state: Topics) -> dict[str, Any]:
        get_stream_writer()("from without")
        await graph.ainvoke(state)
        return {}

    return one_node(outer)


@case()
def store() -> Any:
    async def speak(state: Topics) -> dict[str, Any]:
        await get_store().aput(("topics",), "last", {"topic": state["topic"]})
        found = await get_store().aget(("topics",), "last")
        return {"texts": [found.value["topic"]]}

    return one_node(speak, store=InMemoryStore())


@case()
def config() -> Case:
    llm = model("with a config")

    async def speak(_: Topics) -> dict[str, Any]:
        found = get_config()
        await llm.ainvoke("go", found)
        return {"texts": [found["configurable"]["mood"], found["metadata"]["langgraph_node"]]}

    return Case(one_node(speak), [(CATS, {"configurable": {"mood": "fine"}, "tags": ["mine"]})])


@case()
def runtime() -> Case:
    class Context(TypedDict):
        mood: str

    async def speak(_: Topics) -> dict[str, Any]:
        return {"texts": [get_runtime(Context).context["mood"]]}

    builder = StateGraph(Topics, context_schema=Context).add_node("speak", speak)
    return Case(builder.add_edge(START, "speak").compile(), context={"mood": "fine"})


def _asks() -> Any:
    llm = model("shall I", "well then")

    async def ask(_: Topics) -> dict[str, Any]:
        said = await llm.ainvoke("x")
        answer = interrupt({"question": "Shall I?"})
        return {"texts": [said.content, answer]}

    return ask


@case()
def interrupted() -> Case:
    return Case(one_node(_asks(), checkpointer=InMemorySaver()), ANSWERED)


@case()
def interrupted_subgraph() -> Case:
    return Case(one_node(one_node(_asks()), checkpointer=InMemorySaver()), ANSWERED)


@case()
def interrupted_subgraph_by_hand() -> Case:
    inner = one_node(_asks())

    async def outer(state: Topics) -> dict[str, Any]:
        return {"texts": (await inner.ainvoke(state))["texts"]}

    return Case(one_node(outer, checkpointer=InMemorySaver()), ANSWERED)


@case()
def interrupted_tool() -> Case:
    @tool
    async def ask(question: str) -> str:
        """Asks."""
        return str(interrupt(question))

    async def speak(_: Topics) -> dict[str, Any]:
        return {"texts": [await ask.ainvoke({"question": "Shall I?"})]}

    return Case(one_node(speak, checkpointer=InMemorySaver()), ANSWERED)


@case()
def interrupted_entrypoint() -> Case:
    llm = model("a draft")

    @task
    async def draft(topic: str) -> str:
        return str((await llm.ainvoke(topic)).content)

    @entrypoint(checkpointer=InMemorySaver())
    async def workflow(topic: str) -> list[str]:
        text = await draft(topic)
        return [text, interrupt("Shall I?")]

    return Case(workflow, [("cats", THREAD), (Command(resume="yes"), THREAD)])


@case()
def two_turns() -> Case:
    graph = one_node(speaker("first turn", "second turn"), checkpointer=InMemorySaver())
    return Case(graph, [(CATS, THREAD), ({"topic": "dogs", "texts": []}, THREAD)])


@case()
def subgraph_that_remembers() -> Case:
    """Its own checkpoints outlive the parent's step: the second turn begins with the first's."""
    builder = StateGraph(Topics).add_node("speak", speaker("one", "two")).add_edge(START, "speak")
    inner = builder.compile(checkpointer=True)

    async def outer(state: Topics) -> dict[str, Any]:
        return {"texts": [str(len((await inner.ainvoke(state))["texts"]))]}

    graph = one_node(outer, checkpointer=InMemorySaver())
    return Case(graph, [(CATS, THREAD), (CATS, THREAD)])


async def _before_second(graph: Any) -> Any:
    history = [each async for each in graph.aget_state_history(THREAD)]
    return None, next(each.config for each in history if each.next == ("second",))


async def _changed_before_second(graph: Any) -> Any:
    _, config = await _before_second(graph)
    return None, await graph.aupdate_state(config, {"texts": ["changed"]}, as_node="first")


def _two_nodes() -> Any:
    builder = StateGraph(Topics).add_node("first", speaker("the first", "not again"))
    builder.add_node("second", speaker("the second", "the second again"))
    builder.add_edge(START, "first").add_edge("first", "second")
    return builder.compile(checkpointer=InMemorySaver())


@case()
def time_travel() -> Case:
    return Case(_two_nodes(), [(CATS, THREAD), _before_second])


@case(since=(1, 0))  # within 0.6 the state that is left changed
def time_travel_forked() -> Case:
    return Case(_two_nodes(), [(CATS, THREAD), _changed_before_second])


@case()
def held_before_a_node() -> Case:
    graph = _two_nodes()
    graph.interrupt_before_nodes = ["second"]
    return Case(graph, [(CATS, THREAD), (None, THREAD)])
