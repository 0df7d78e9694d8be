"""Async graphs, below Python 3.11 too: with the config and the writer passed by hand, and without.

By hand is what the guide asks for there, and the only thing that the plain loop streams on
every Python. A run streams the same of both.
"""

import pytest
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langgraph.config import get_stream_writer
from langgraph.func import entrypoint, task
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import StreamWriter

from tests.conformance.ways import aplain, async_ways, bridged, spoken, told
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import HELLO, Topics

TOPICS = {"topic": "cats", "texts": []}


def model(text="Why did the cone cry?"):
    return Scripted(replies=[say(text)])


def node_of(speak):
    return StateGraph(Topics).add_node("speak", speak).add_edge(START, "speak").compile()


def node_by_hand():
    llm = model()

    async def speak(state: Topics, config: RunnableConfig):
        return {"texts": [(await llm.ainvoke(state["topic"], config)).content]}

    return node_of(speak)


def node_without():
    llm = model()

    async def speak(state: Topics):
        return {"texts": [(await llm.ainvoke(state["topic"])).content]}

    return node_of(speak)


def streamed_by_hand():
    llm = model()

    async def speak(state: Topics, config: RunnableConfig):
        return {"texts": [c.content async for c in llm.astream(state["topic"], config)]}

    return node_of(speak)


def streamed_without():
    llm = model()

    async def speak(state: Topics):
        return {"texts": [c.content async for c in llm.astream(state["topic"])]}

    return node_of(speak)


def tool_by_hand():
    llm = model()

    @tool
    async def ask(question: str, config: RunnableConfig) -> str:
        """Asks."""
        return str((await llm.ainvoke(question, config)).content)

    async def speak(state: Topics, config: RunnableConfig):
        return {"texts": [await ask.ainvoke({"question": state["topic"]}, config)]}

    return node_of(speak)


def tool_without():
    llm = model()

    @tool
    async def ask(question: str) -> str:
        """Asks."""
        return str((await llm.ainvoke(question)).content)

    async def speak(state: Topics):
        return {"texts": [await ask.ainvoke({"question": state["topic"]})]}

    return node_of(speak)


def subgraph_by_hand():
    llm = model()

    async def reply(state: MessagesState, config: RunnableConfig):
        return {"messages": [await llm.ainvoke(state["messages"], config)]}

    inner = StateGraph(MessagesState).add_node(reply).add_edge(START, "reply").compile()

    async def expert(state: MessagesState, config: RunnableConfig):
        return {"messages": (await inner.ainvoke(state, config))["messages"][-1:]}

    return StateGraph(MessagesState).add_node(expert).add_edge(START, "expert").compile()


def subgraph_without():
    llm = model()

    async def reply(state: MessagesState):
        return {"messages": [await llm.ainvoke(state["messages"])]}

    inner = StateGraph(MessagesState).add_node(reply).add_edge(START, "reply").compile()

    async def expert(state: MessagesState):
        return {"messages": (await inner.ainvoke(state))["messages"][-1:]}

    return StateGraph(MessagesState).add_node(expert).add_edge(START, "expert").compile()


PAIRS = {
    "node": (node_by_hand, node_without, TOPICS),
    "streamed": (streamed_by_hand, streamed_without, TOPICS),
    "tool": (tool_by_hand, tool_without, TOPICS),
    "subgraph": (subgraph_by_hand, subgraph_without, HELLO),
}


@async_ways
@pytest.mark.parametrize("name", PAIRS)
def test_tokens_with_the_config_by_hand_and_without(way, name):
    by_hand, without, value = PAIRS[name]
    expected = spoken(aplain(by_hand(), value, "messages"))

    assert told(way(by_hand(), value, None)) == expected
    assert told(way(without(), value, None)) == expected
    assert expected


def writer_by_hand():
    async def speak(_: Topics, writer: StreamWriter):
        writer({"custom": "by hand"})
        return {"texts": []}

    return node_of(speak)


def writer_without():
    async def speak(_: Topics):
        get_stream_writer()({"custom": "by hand"})
        return {"texts": []}

    return node_of(speak)


@async_ways
@pytest.mark.parametrize("build", [writer_by_hand, writer_without])
def test_custom_with_the_writer_by_hand_and_without(way, build):
    expected = [item for _, item in bridged(writer_by_hand(), TOPICS, "custom")]

    assert way(build(), TOPICS, None).custom == expected == [{"custom": "by hand"}]


@async_ways
def test_tasks_of_the_functional_api(way):
    """The plain loop has nothing to compare with below 3.11: `@task` raises there."""
    llm = model("from a task")

    @task
    async def compose(topic: str) -> str:
        return str((await llm.ainvoke(topic)).content)

    @entrypoint()
    async def workflow(topic: str) -> str:
        return await compose(topic)

    run = way(workflow, "cats", None)

    assert (run.text(node="compose"), run.state) == ("from a task", "from a task")
    assert [token.text for token in run.messages[0].tokens] == ["from", " ", "a", " ", "task"]
