"""Ways in which an async node calls a model. None of them passes the config on."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.graphs.case import case, one_node
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import USAGE, Topics


def model(*texts: str, **more: Any) -> Scripted:
    """A model that says these texts, one per call."""
    return Scripted(replies=[say(text, usage_metadata=USAGE) for text in texts], **more)


@case()
def ainvoke() -> Any:
    llm = model("one two three")

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [(await llm.ainvoke(state["topic"])).content]}

    return one_node(speak)


@case()
def astream() -> Any:
    llm = model("one two three")

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [str(chunk.content) async for chunk in llm.astream(state["topic"])]}

    return one_node(speak)


@case()
def astream_left_early() -> Any:
    llm = model("one two three", "four")

    async def speak(state: Topics) -> dict[str, Any]:
        stream = llm.astream(state["topic"])
        first = await anext(stream)
        await stream.aclose()
        return {"texts": [first.content, (await llm.ainvoke("go on")).content]}

    return one_node(speak)


@case()
def astream_events() -> Any:
    llm = model("one two three")

    async def speak(state: Topics) -> dict[str, Any]:
        seen = [each["event"] async for each in llm.astream_events(state["topic"], version="v2")]
        return {"texts": [seen[0], seen[-1]]}

    return one_node(speak)


@case(parallel=True)
def gather() -> Any:
    llms = [model(f"{name} one two") for name in "ab"]

    async def speak(state: Topics) -> dict[str, Any]:
        said = await asyncio.gather(*(llm.ainvoke(state["topic"]) for llm in llms))
        return {"texts": [each.content for each in said]}

    return one_node(speak)


@case()
def create_task() -> Any:
    llm = model("one two three")

    async def speak(state: Topics) -> dict[str, Any]:
        task = asyncio.create_task(llm.ainvoke(state["topic"]))
        return {"texts": [(await task).content]}

    return one_node(speak)


@case()
def nested_tasks() -> Any:
    llm = model("one two three")

    async def inner() -> str:
        return str((await llm.ainvoke("go")).content)

    async def outer() -> str:
        return await asyncio.create_task(inner())

    async def speak(_: Topics) -> dict[str, Any]:
        return {"texts": [await asyncio.shield(asyncio.ensure_future(outer()))]}

    return one_node(speak)


@case()
def wait_for() -> Any:
    llm = model("one two three")

    async def speak(state: Topics) -> dict[str, Any]:
        said = await asyncio.wait_for(llm.ainvoke(state["topic"]), 10)
        return {"texts": [said.content]}

    return one_node(speak)


@case()
def wait_for_times_out() -> Any:
    endless, quick = model("never ends", pause=30), model("instead")

    async def speak(state: Topics) -> dict[str, Any]:
        try:
            said = await asyncio.wait_for(endless.ainvoke(state["topic"]), 0.05)
        except asyncio.TimeoutError:
            said = await quick.ainvoke(state["topic"])
        return {"texts": [said.content]}

    return one_node(speak)


@case()
def to_thread() -> Any:
    llm = model("one two three")

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [(await asyncio.to_thread(llm.invoke, state["topic"])).content]}

    return one_node(speak)


@case()
def async_generator() -> Any:
    llm = model("one two three", "four five")

    async def pieces(topic: str) -> Any:
        async for chunk in llm.astream(topic):
            yield chunk.content
        yield (await llm.ainvoke(topic)).content

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": ["".join([each async for each in pieces(state["topic"])])]}

    return one_node(speak)


@case()
def sync_call_in_async_node() -> Any:
    llm = model("one two three")

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [llm.invoke(state["topic"]).content]}

    return one_node(speak)


@case()
def sync_node() -> Any:
    llm = model("one two three")

    def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [llm.invoke(state["topic"]).content]}

    return one_node(speak)


@case()
def loop_in_sync_node() -> Any:
    llm = model("one two three")

    def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [asyncio.run(llm.ainvoke(state["topic"])).content]}

    return one_node(speak)


@case()
def callable_object() -> Any:
    llm = model("one two three")

    class Speaker:
        async def __call__(self, state: Topics) -> dict[str, Any]:
            return {"texts": [(await llm.ainvoke(state["topic"])).content]}

    return one_node(Speaker())


@case()
def tags_and_metadata() -> Any:
    llm = model("one two").with_config(tags=["loud"], metadata={"mood": "fine"})

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [(await llm.ainvoke(state["topic"])).content]}

    return one_node(speak)


@case()
def nostream() -> Any:
    llm = model("never shown").with_config(tags=["nostream"])

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [(await llm.ainvoke(state["topic"])).content]}

    return one_node(speak)


@case()
def node_fails() -> Any:
    llm = model("one two")

    async def speak(state: Topics) -> dict[str, Any]:
        await llm.ainvoke(state["topic"])
        raise ValueError("the node broke")

    return one_node(speak)


@case()
def model_fails() -> Any:
    llm = model("one two three", fail_after=2)

    async def speak(state: Topics) -> dict[str, Any]:
        return {"texts": [(await llm.ainvoke(state["topic"])).content]}

    return one_node(speak)
