"""A graph for LangGraph's server; `langgraph dev` in this folder serves it."""

from itertools import cycle
from typing import TypedDict

from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

# Any chat model goes here, such as init_chat_model("openai:gpt-4.1-mini").
ANSWER = AIMessage("Why did the ice cream melt? It was too cool to stay.")
model = GenericFakeChatModel(messages=cycle([ANSWER]))


class State(TypedDict, total=False):
    topic: str
    joke: str
    published: bool


async def call_model(state: State):
    answer = await model.ainvoke(f"Tell a joke about {state['topic']}")
    return {"joke": answer.content}


def publish(state: State):
    return {"published": interrupt({"Shall this be published?": state["joke"]})}


builder = StateGraph(State).add_node(call_model).add_node(publish)
builder.add_edge(START, "call_model").add_edge("call_model", "publish")
graph = builder.compile()
