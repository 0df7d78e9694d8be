"""Tools and agents whose code calls models."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.tools import tool
from langgraph.config import get_stream_writer
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition

from tests.graphs.async_models import model
from tests.graphs.case import Case, case, one_node
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import HELLO, Topics


def _calling(*names: str) -> AIMessage:
    calls = [
        {"name": name, "args": {"city": "Oslo"}, "id": f"call_{at}", "type": "tool_call"}
        for at, name in enumerate(names)
    ]
    return AIMessage("", tool_calls=calls, id="asking")


def _caller(name: str) -> Scripted:
    """A model that calls a tool, then answers."""
    part = {"name": name, "args": '{"city": "Oslo"}', "id": "call_0", "index": 0}
    asks = AIMessageChunk(content="", tool_call_chunks=[{**part, "type": "tool_call_chunk"}])
    return Scripted(replies=[[asks], say("It is sunny.")])


def _expert(*texts: str) -> Any:
    llm = model(*texts)

    @tool
    async def expert(city: str) -> str:
        """Knows the weather."""
        return str((await llm.ainvoke(city)).content)

    return expert


def _tools_alone(tools: list[Any], *called: str) -> Case:
    """A graph of nothing but a ToolNode."""
    builder = StateGraph(MessagesState).add_node("tools", ToolNode(tools))
    graph = builder.add_edge(START, "tools").compile()
    return Case(graph, [({"messages": [_calling(*called)]}, None)])


@case()
def tool_async() -> Case:
    return _tools_alone([_expert("sunny in Oslo")], "expert")


@case()
def tool_sync() -> Case:
    llm = model("sunny in Oslo")

    @tool
    def expert(city: str) -> str:
        """Knows the weather."""
        return str(llm.invoke(city).content)

    return _tools_alone([expert], "expert")


@case(parallel=True)
def tools_at_once() -> Case:
    llm = model("rainy in Bergen")

    @tool
    async def other(city: str) -> str:
        """Knows it better."""
        return str((await llm.ainvoke(city)).content)

    return _tools_alone([_expert("sunny in Oslo"), other], "expert", "other")


@case()
def tool_writes() -> Case:
    @tool
    async def expert(city: str) -> str:
        """Says how far it is."""
        get_stream_writer()({"looking at": city})
        return "sunny"

    return _tools_alone([expert], "expert")


@case()
def tool_in_node() -> Any:
    expert = _expert("sunny in Oslo")

    async def speak(_: Topics) -> dict[str, Any]:
        return {"texts": [await expert.ainvoke({"city": "Oslo"})]}

    return one_node(speak)


@case()
def sync_tool_in_async_node() -> Any:
    llm = model("sunny in Oslo")

    @tool
    def expert(city: str) -> str:
        """Knows the weather."""
        return str(llm.invoke(city).content)

    async def speak(_: Topics) -> dict[str, Any]:
        return {"texts": [await expert.ainvoke({"city": "Oslo"})]}

    return one_node(speak)


@case()
def tool_fails() -> Case:
    llm = model("one two three", fail_after=1)

    @tool
    async def expert(city: str) -> str:
        """Breaks."""
        return str((await llm.ainvoke(city)).content)

    builder = StateGraph(MessagesState)
    builder.add_node("tools", ToolNode([expert], handle_tool_errors="it broke"))
    graph = builder.add_edge(START, "tools").compile()
    return Case(graph, [({"messages": [_calling("expert")]}, None)])


@case()
def agent_by_hand() -> Case:
    llm = _caller("expert")

    async def think(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await llm.ainvoke(state["messages"])]}

    builder = StateGraph(MessagesState).add_node(think)
    builder.add_node("tools", ToolNode([_expert("sunny")])).add_edge(START, "think")
    builder.add_conditional_edges("think", tools_condition).add_edge("tools", "think")
    return Case(builder.compile(), [(HELLO, None)])


@case(agents=True)
def agent() -> Case:
    from langchain.agents import create_agent  # noqa: PLC0415 - it may not be there

    graph = create_agent(_caller("expert"), [_expert("sunny")])
    return Case(graph, [(HELLO, None)])


@case(agents=True)
def agent_with_middleware() -> Case:
    from langchain.agents import create_agent  # noqa: PLC0415 - it may not be there
    from langchain.agents.middleware import AgentMiddleware  # noqa: PLC0415

    llm = model("before", "around the model", "around the tool", "after")

    class Chatty(AgentMiddleware):
        async def abefore_model(self, state: Any, runtime: Any) -> None:
            runtime.stream_writer("before")
            await llm.ainvoke("x")

        async def awrap_model_call(self, request: Any, handler: Any) -> Any:
            await llm.ainvoke("x")
            return await handler(request)

        async def awrap_tool_call(self, request: Any, handler: Any) -> Any:
            await llm.ainvoke("x")
            return await handler(request)

        async def aafter_agent(self, state: Any, runtime: Any) -> None:
            await llm.ainvoke("x")

    graph = create_agent(_caller("expert"), [_expert("sunny")], middleware=[Chatty()])
    return Case(graph, [(HELLO, None)])


@case(agents=True)
def agent_as_a_tool() -> Case:
    from langchain.agents import create_agent  # noqa: PLC0415 - it may not be there

    inner = create_agent(model("sunny, says the inner one"), [])

    @tool
    async def expert(city: str) -> str:
        """Asks another agent."""
        said = await inner.ainvoke({"messages": [{"role": "user", "content": city}]})
        return str(said["messages"][-1].content)

    return Case(create_agent(_caller("expert"), [expert]), [(HELLO, None)])
