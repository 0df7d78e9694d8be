"""One graph for each way in which tokens come about, with an input that it takes."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition
from langgraph.types import Send, interrupt

from tests.graphs.model import Scripted, say

USAGE = {"input_tokens": 9, "output_tokens": 4, "total_tokens": 13}


@dataclass
class MyState:
    topic: str
    joke: str = ""


def joke(model: Any | None = None) -> Any:
    """The streaming guide's own example: the model is invoked, not streamed."""
    model = model or Scripted(replies=[say("Why did the cone cry?", usage_metadata=USAGE)])

    def call_model(state: MyState) -> dict[str, Any]:
        response = model.invoke([{"role": "user", "content": f"A joke about {state.topic}"}])
        return {"joke": response.content}

    return StateGraph(MyState).add_node(call_model).add_edge(START, "call_model").compile()


def ajoke(model: Any | None = None) -> Any:
    """The same with an async node that passes the config, as Python 3.10 needs it."""
    model = model or Scripted(replies=[say("Why did the cone cry?", usage_metadata=USAGE)])

    async def call_model(state: MyState, config: Any) -> dict[str, Any]:
        response = await model.ainvoke(f"A joke about {state.topic}", config)
        return {"joke": response.content}

    call_model.__annotations__["config"] = RunnableConfig
    return StateGraph(MyState).add_node(call_model).add_edge(START, "call_model").compile()


def chat(model: Any | None = None, saver: Any = None) -> Any:
    """A graph with a `messages` channel."""
    model = model or Scripted(replies=[say("Hello **there**, friend.")])

    def reply(state: MessagesState) -> dict[str, Any]:
        return {"messages": [model.invoke(state["messages"])]}

    builder = StateGraph(MessagesState).add_node(reply).add_edge(START, "reply")
    return builder.compile(checkpointer=saver)


@tool
def weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


def _call(name: str, args: list[str], call_id: str) -> list[AIMessageChunk]:
    chunks = []
    for at, piece in enumerate(args):
        first = {"name": name, "id": call_id} if at == 0 else {"name": None, "id": None}
        part = {**first, "args": piece, "index": 0, "type": "tool_call_chunk"}
        chunks.append(AIMessageChunk(content="", tool_call_chunks=[part]))
    return chunks


def agent() -> Any:
    """A model that calls a tool, then answers."""
    model = Scripted(
        replies=[
            _call("weather", ["", '{"ci', 'ty": "Oslo"}'], "call_1"),
            say("It is sunny in Oslo.", usage_metadata=USAGE),
        ]
    )

    def think(state: MessagesState) -> dict[str, Any]:
        return {"messages": [model.invoke(state["messages"])]}

    builder = StateGraph(MessagesState)
    builder.add_node(think)
    builder.add_node(ToolNode([weather], name="tools"))
    builder.add_edge(START, "think")
    builder.add_conditional_edges("think", tools_condition)
    builder.add_edge("tools", "think")
    return builder.compile()


def nested(saver: Any = None) -> Any:
    """A subgraph as a node, whose message its parent hands on: one message, seen twice."""
    inner = chat(Scripted(replies=[say("An expert speaks.")]))

    def expert(state: MessagesState) -> dict[str, Any]:
        said = inner.invoke(state)["messages"][-1]
        return {"messages": [AIMessage(content=said.content, name="expert", id="changed")]}

    builder = StateGraph(MessagesState).add_node(expert).add_edge(START, "expert")
    return builder.compile(checkpointer=saver)


class Topics(TypedDict):
    topic: str
    texts: Annotated[list[str], operator.add]


def parallel() -> Any:
    """Two nodes in parallel, their calls tagged."""
    jokes = Scripted(replies=[say("a joke about it")]).with_config(tags=["joke"])
    poems = Scripted(replies=[say("a poem about it")]).with_config(tags=["poem"])

    def write_joke(state: Topics) -> dict[str, Any]:
        return {"texts": [jokes.invoke(state["topic"]).content]}

    def write_poem(state: Topics) -> dict[str, Any]:
        return {"texts": [poems.invoke(state["topic"]).content]}

    builder = StateGraph(Topics).add_node(write_joke).add_node(write_poem)
    builder.add_edge(START, "write_joke").add_edge(START, "write_poem")
    return builder.compile()


def mapped() -> Any:
    """A fan-out of one node with `Send`."""
    model = Scripted(replies=[say("one of several")])

    def fan(state: Topics) -> list[Send]:
        return [Send("write", {"topic": f"{state['topic']} {at}"}) for at in range(3)]

    def write(state: Topics) -> dict[str, Any]:
        return {"texts": [model.invoke(state["topic"]).content]}

    builder = StateGraph(Topics).add_node(write)
    builder.add_conditional_edges(START, fan, ["write"])
    return builder.compile()


def functional() -> Any:
    """The functional API: a task within an entrypoint."""
    model = Scripted(replies=[say("from a task")])

    @task
    def compose(topic: str) -> str:
        return str(model.invoke(topic).content)

    @entrypoint()
    def workflow(topic: str) -> str:
        return compose(topic).result()

    return workflow


def custom() -> Any:
    """A model outside LangChain: its tokens go to the stream writer."""

    def speak(state: Topics) -> dict[str, Any]:
        write = get_stream_writer()
        for word in ("any ", "model ", "speaks"):
            write({"token": word})
        return {"texts": ["any model speaks"]}

    return StateGraph(Topics).add_node(speak).add_edge(START, "speak").compile()


def asking() -> Any:
    """Stops to ask, and continues with the answer."""
    model = Scripted(replies=[say("Well then.")])

    def draft(state: MessagesState) -> dict[str, Any]:
        return {"messages": [model.invoke(state["messages"])]}

    def approve(state: MessagesState) -> dict[str, Any]:
        answer = interrupt({"question": "Shall I send it?"})
        return {"messages": [HumanMessage(str(answer), id="answer")]}

    builder = StateGraph(MessagesState).add_node(draft).add_node(approve)
    builder.add_edge(START, "draft").add_edge("draft", "approve")
    return builder.compile(checkpointer=InMemorySaver())


def failing() -> Any:
    """A node that fails after its model has answered."""
    model = Scripted(replies=[say("so far so good")])

    def crash(state: MyState) -> dict[str, Any]:
        model.invoke(state.topic)
        raise ValueError("the node broke")

    return StateGraph(MyState).add_node(crash).add_edge(START, "crash").compile()


def revising() -> Any:
    """A node that changes what its model said."""
    model = Scripted(replies=[say("a bad word")])

    def censor(state: MessagesState) -> dict[str, Any]:
        said = model.invoke(state["messages"])
        return {"messages": [said.model_copy(update={"content": "a good word"})]}

    return StateGraph(MessagesState).add_node(censor).add_edge(START, "censor").compile()


def silent() -> Any:
    """Messages that arrive whole: a model that does not stream, and one without its tokens."""
    whole = Scripted(replies=[say("all at once")], disable_streaming=True)
    hidden = Scripted(replies=[say("not shown as it comes")]).with_config(tags=["nostream"])

    def speak(state: MessagesState) -> dict[str, Any]:
        return {"messages": [whole.invoke("x"), hidden.invoke("x")]}

    return StateGraph(MessagesState).add_node(speak).add_edge(START, "speak").compile()


def thinking() -> Any:
    """Content in blocks: reasoning, text, an image."""
    model = Scripted(
        replies=[
            [
                AIMessageChunk(content=[{"type": "thinking", "thinking": "Let me ", "index": 0}]),
                AIMessageChunk(content=[{"type": "thinking", "thinking": "see.", "index": 0}]),
                AIMessageChunk(content=[{"type": "text", "text": "Here ", "index": 1}]),
                AIMessageChunk(content=[{"type": "text", "text": "😀 it is.", "index": 1}]),
                AIMessageChunk(
                    content=[{"type": "image_url", "image_url": {"url": "https://x.test/a.png"}}]
                ),
            ]
        ]
    )
    return chat(model)


TOPIC = {"topic": "ice cream"}
HELLO = {"messages": [{"role": "user", "content": "hello"}]}

ZOO: dict[str, tuple[Any, Any]] = {
    "joke": (joke, TOPIC),
    "chat": (chat, HELLO),
    "agent": (agent, HELLO),
    "nested": (nested, HELLO),
    "parallel": (parallel, {"topic": "cats", "texts": []}),
    "mapped": (mapped, {"topic": "cats", "texts": []}),
    "functional": (functional, "ice cream"),
    "custom": (custom, {"topic": "cats", "texts": []}),
    "asking": (asking, HELLO),
    "failing": (failing, TOPIC),
    "revising": (revising, HELLO),
    "silent": (silent, HELLO),
    "thinking": (thinking, HELLO),
}
"""Name → (how to build it, an input)."""

THREAD = {"configurable": {"thread_id": "1"}}
__all__ = ["END", "HELLO", "THREAD", "TOPIC", "USAGE", "ZOO", "MyState"]
