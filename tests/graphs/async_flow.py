"""Graphs in graphs, fan-out, edges, the functional API, repetition and time limits."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, RetryPolicy, Send

from tests.graphs.async_models import model
from tests.graphs.case import CATS, Case, case, one_node
from tests.graphs.zoo import Topics


def speaker(*texts: str, **more: Any) -> Any:
    """An async node that calls a model."""
    llm = model(*texts, **more)

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [(await llm.ainvoke(state["topic"])).content]}

    return speak


@case()
def subgraph_as_node() -> Any:
    return one_node(one_node(speaker("from within")), "inner")


@case()
def subgraph_by_hand() -> Any:
    inner = one_node(speaker("from within"))

    async def outer(state: Topics) -> dict[str, Any]:
        return {"texts": (await inner.ainvoke(state))["texts"]}

    return one_node(outer)


@case()
def subgraph_streamed_by_hand() -> Any:
    inner = one_node(speaker("from within"))

    async def outer(state: Topics) -> dict[str, Any]:
        return {"texts": [str(each) async for each in inner.astream(state, stream_mode="updates")]}

    return one_node(outer)


@case()
def subgraph_two_deep() -> Any:
    innermost = one_node(speaker("from far within"))

    async def middle(state: Topics) -> dict[str, Any]:
        return {"texts": (await innermost.ainvoke(state))["texts"]}

    return one_node(one_node(middle), "inner")


@case()
def subgraph_in_a_task() -> Any:
    inner = one_node(speaker("from within"))

    async def outer(state: Topics) -> dict[str, Any]:
        made = asyncio.create_task(inner.ainvoke(state))
        return {"texts": (await made)["texts"]}

    return one_node(outer)


@case()
def subgraph_goes_to_parent() -> Any:
    llm = model("handing over")

    async def inner(state: Topics) -> Command[Any]:
        said = await llm.ainvoke(state["topic"])
        update = {"texts": [said.content]}
        return Command(graph=Command.PARENT, goto="other", update=update)

    builder = StateGraph(Topics).add_node("first", one_node(inner))
    builder.add_node("other", speaker("taking over")).add_edge(START, "first")
    return builder.compile()


@case(parallel=True)
def send() -> Any:
    def fan(state: Topics) -> list[Send]:
        return [Send("speak", {"topic": f"{state['topic']} {at}"}) for at in range(3)]

    builder = StateGraph(Topics).add_node("speak", speaker("one of several"))
    return builder.add_conditional_edges(START, fan, ["speak"]).compile()


@case(parallel=True)
def nodes_at_once() -> Any:
    builder = StateGraph(Topics)
    for name in ("left", "right"):
        builder.add_node(name, speaker(f"from the {name}")).add_edge(START, name)
    return builder.compile()


@case()
def conditional_edge() -> Any:
    llm = model("to the right")

    async def choose(state: Topics) -> Literal["left", "right"]:
        said = await llm.ainvoke(state["topic"])
        return "right" if "right" in str(said.content) else "left"

    builder = StateGraph(Topics).add_node("first", speaker("which way"))
    for name in ("left", "right"):
        builder.add_node(name, speaker(f"here on the {name}"))
    builder.add_edge(START, "first").add_conditional_edges("first", choose)
    return builder.compile()


@case()
def conditional_entry() -> Any:
    llm = model("in we go")

    async def choose(state: Topics) -> str:
        await llm.ainvoke(state["topic"])
        return "speak"

    builder = StateGraph(Topics).add_node("speak", speaker("here"))
    return builder.add_conditional_edges(START, choose, ["speak", END]).compile()


@case()
def command() -> Any:
    llm = model("go on")

    async def first(state: Topics) -> Command[Literal["second"]]:
        said = await llm.ainvoke(state["topic"])
        return Command(goto="second", update={"texts": [said.content]})

    builder = StateGraph(Topics).add_node(first).add_node("second", speaker("went on"))
    return builder.add_edge(START, "first").compile()


@case()
def sync_and_async_nodes() -> Any:
    llm = model("sync one")

    def first(state: Topics) -> dict[str, Any]:
        return {"texts": [llm.invoke(state["topic"]).content]}

    builder = StateGraph(Topics).add_node(first).add_node("second", speaker("async one"))
    return builder.add_edge(START, "first").add_edge("first", "second").compile()


def _functional(workflow: Any) -> Case:
    return Case(workflow, [("cats", None)])


@case()
def functional() -> Case:
    llm = model("in the entrypoint")

    @entrypoint()
    async def workflow(topic: str) -> str:
        return str((await llm.ainvoke(topic)).content)

    return _functional(workflow)


@case()
def functional_task() -> Case:
    llm = model("in a task")

    @task
    async def compose(topic: str) -> str:
        return str((await llm.ainvoke(topic)).content)

    @entrypoint()
    async def workflow(topic: str) -> str:
        return await compose(topic)

    return _functional(workflow)


@case(parallel=True)
def functional_tasks_at_once() -> Case:
    llm = model("in one of the tasks")

    @task
    async def compose(topic: str) -> str:
        return str((await llm.ainvoke(topic)).content)

    @entrypoint()
    async def workflow(topic: str) -> list[str]:
        return await asyncio.gather(*(compose(f"{topic} {at}") for at in range(2)))

    return _functional(workflow)


@case()
def functional_sync_task() -> Case:
    llm = model("in a sync task")

    @task
    def compose(topic: str) -> str:
        return str(llm.invoke(topic).content)

    @entrypoint()
    async def workflow(topic: str) -> str:
        return await compose(topic)

    return _functional(workflow)


@case()
def functional_nested_tasks() -> Case:
    llm = model("in the inner task")

    @task
    async def inner(topic: str) -> str:
        return str((await llm.ainvoke(topic)).content)

    @task
    async def outer(topic: str) -> str:
        return await inner(topic)

    @entrypoint()
    async def workflow(topic: str) -> str:
        return await outer(topic)

    return _functional(workflow)


@case()
def task_in_node() -> Any:
    llm = model("in a task of a node")

    @task
    async def compose(topic: str) -> str:
        return str((await llm.ainvoke(topic)).content)

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [await compose(state["topic"])]}

    return one_node(speak)


@case()
def retried_node() -> Any:
    llm, tries = model("first try", "second try"), []

    async def speak(state: Topics) -> dict[str, Any]:
        tries.append(1)
        said = await llm.ainvoke(state["topic"])
        if len(tries) == 1:
            raise ConnectionError("the line broke")
        return {"texts": [said.content]}

    policy = RetryPolicy(initial_interval=0.01, jitter=False)
    builder = StateGraph(Topics).add_node("speak", speak, retry_policy=policy)
    return builder.add_edge(START, "speak").compile()


@case(since=(1, 2))
def timeout_kept() -> Any:
    builder = StateGraph(Topics).add_node("speak", speaker("in good time"), timeout=30)
    return builder.add_edge(START, "speak").compile()


@case(since=(1, 2))
def timeout_missed() -> Any:
    llm, endless = model("so far"), model("never ends", pause=30)

    async def speak(state: Topics) -> dict[str, Any]:
        await llm.ainvoke(state["topic"])
        return {"texts": [(await endless.ainvoke("x")).content]}

    builder = StateGraph(Topics).add_node("speak", speak, timeout=0.2)
    return builder.add_edge(START, "speak").compile()


@case()
def step_timeout_missed() -> Any:
    llm, endless = model("so far"), model("never ends", pause=30)

    async def speak(state: Topics) -> dict[str, Any]:
        await llm.ainvoke(state["topic"])
        return {"texts": [(await endless.ainvoke("x")).content]}

    graph = one_node(speak)
    graph.step_timeout = 0.2
    return Case(graph, [(CATS, None)])
