"""The graphs that the Python server of the tests serves."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.types import interrupt

from tests.graphs.model import Scripted, say

USAGE: Any = {"input_tokens": 9, "output_tokens": 12, "total_tokens": 21}
CALL: Any = [{"name": "search", "args": '{"query": "ice', "id": "call-1", "index": 0}]
REST: Any = [{"name": None, "args": ' cream"}', "id": None, "index": 0}]


@tool
def search(query: str) -> str:
    """Look something up."""
    get_stream_writer()({"looking": query})
    return f"Much is known about {query}."


def caller() -> Scripted:
    """A model that calls a tool."""
    chunks = [
        AIMessageChunk(content="", tool_call_chunks=CALL),
        AIMessageChunk(content="", tool_call_chunks=REST),
    ]
    return Scripted(replies=[chunks], pause=0.01)


async def plan(state: MessagesState) -> dict[str, Any]:
    return {"messages": [await caller().ainvoke(state["messages"])]}


async def use(state: MessagesState) -> dict[str, Any]:
    call = state["messages"][-1].tool_calls[0]
    return {"messages": [ToolMessage(await search.ainvoke(call["args"]), tool_call_id=call["id"])]}


async def write(state: MessagesState) -> dict[str, Any]:
    model = Scripted(replies=[say("Why did the ice cream melt?", usage_metadata=USAGE)], pause=0.01)
    get_stream_writer()({"progress": "writing"})
    return {"messages": [await model.with_config(tags=["joke"]).ainvoke(state["messages"])]}


async def answer(state: MessagesState) -> dict[str, Any]:
    model = Scripted(replies=[say("It was too cool to stay.")], pause=0.01)
    return {"messages": [await model.ainvoke(state["messages"])]}


writer = StateGraph(MessagesState).add_node(write).add_edge(START, "write").compile()

agent = (
    StateGraph(MessagesState)
    .add_node(plan)
    .add_node(use)
    .add_node("writer", writer)
    .add_node(answer)
    .add_edge(START, "plan")
    .add_edge("plan", "use")
    .add_edge("use", "writer")
    .add_edge("writer", "answer")
    .add_edge("answer", END)
    .compile()
)


async def ask(state: MessagesState) -> dict[str, Any]:
    said = interrupt({"question": "May I?"})
    model = Scripted(replies=[say(f"You said {said}.")])
    return {"messages": [await model.ainvoke(state["messages"])]}


approval = StateGraph(MessagesState).add_node(ask).add_edge(START, "ask").compile()


async def fail(state: MessagesState) -> dict[str, Any]:
    await Scripted(replies=[say("All is well")]).ainvoke(state["messages"])
    raise ValueError("the cone is empty")


failing = StateGraph(MessagesState).add_node(fail).add_edge(START, "fail").compile()


def note(word: str) -> None:
    """Note where other processes see it that something was reached."""
    with Path(os.environ["LG_NOTES"]).open("a", encoding="utf-8") as file:
        file.write(f"{word}\n")


def noted() -> str:
    """What was noted so far, here and by the tests."""
    return Path(os.environ["LG_NOTES"]).read_text(encoding="utf-8")


async def count(state: MessagesState) -> dict[str, Any]:
    """Count to what the last message says, slowly; where it says so, wait half-way for a word."""
    name, last, *held = state["messages"][-1].content.split()
    note(f"{name} began")
    text = " ".join(map(str, range(int(last))))
    model = Scripted(replies=[say(text)], pause=0.01)
    parts = []
    async for chunk in model.astream(state["messages"]):
        parts.append(chunk)
        while held and len(parts) == int(last) and f"{name} may continue" not in noted():
            await asyncio.sleep(0.02)
    note(f"{name} ended")
    return {"messages": [AIMessage("".join(str(each.content) for each in parts), id=parts[0].id)]}


async def after(state: MessagesState) -> dict[str, Any]:
    note(f"{state['messages'][0].content.split()[0]} after")
    return {"messages": [HumanMessage("enough")]}


long = (
    StateGraph(MessagesState)
    .add_node(count)
    .add_node(after)
    .add_edge(START, "count")
    .add_edge("count", "after")
    .compile()
)
