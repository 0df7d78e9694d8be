"""Runs of graphs with more than one node: at the same time, in each other, again and again."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from langchain_core.messages import AIMessage
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.types import Send

from lg_notebook.demo.scripted_model import ScriptedModel
from scripts.gallery.exhibit import Exhibit, ran

if TYPE_CHECKING:
    from lg_notebook import Run

_STAGES = ("collect", "clean", "classify", "enrich", "review")


class _Topics(TypedDict):
    topic: str
    notes: Annotated[list[str], operator.add]


def _said(text: str) -> ScriptedModel:
    return ScriptedModel(replies=[AIMessage(text)], pause=0, model="scripted-small")


def voice(text: str) -> Any:  # LangGraph's own type of a node wants its parameter's name
    """Make a node whose model says a text.

    Args:
        text: The text.

    Returns:
        The node's function.
    """
    model = _said(text)

    async def speak(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await model.ainvoke(state["messages"])]}

    return speak


def _lanes() -> Run:
    voices = {
        "optimist": "The sun comes out at noon, and the ferry will run after all. **Pack light.**",
        "pessimist": "It rains all day.\n\n- the ferry is late\n- the hotel is full\n- so are the cafés",
        "realist": "Clouds until noon, then both: take a coat *and* sunglasses.",
        "historian": "In 1755 nobody wrote about the weather.",
    }
    builder = StateGraph(MessagesState)
    for name, text in voices.items():
        builder.add_node(name, voice(text)).add_edge(START, name).add_edge(name, "editor")
    builder.add_node(
        "editor", voice("Take a coat and sunglasses: the morning is wet, the afternoon is not.")
    )
    return ran(builder.compile(name="newsroom"), {"messages": "How is the weather?"})


def _branches() -> Run:
    model = ScriptedModel(
        replies=[AIMessage(f"Section {at}: nothing unusual, apart from clause {at}.{at % 4}.") for at in range(1, 17)],
        pause=0,
        model="scripted-small",
    )  # fmt: skip

    def fan(state: _Topics) -> list[Send]:
        return [Send("review", {"topic": f"{state['topic']} {at}"}) for at in range(16)]

    async def review(state: _Topics) -> dict[str, Any]:
        said = await model.ainvoke(state["topic"])
        return {"notes": [str(said.content)]}

    builder = StateGraph(_Topics).add_node("review", review)
    builder.add_conditional_edges(START, fan, ["review"])
    return ran(builder.compile(name="contract"), {"topic": "section", "notes": []})


def _nested() -> Run:
    inner = StateGraph(MessagesState).add_node("search", voice("Three sources agree on April."))
    inner.add_node("check", voice("Two of them are from last year.")).add_edge(START, "search")
    inner.add_edge("search", "check")
    middle = StateGraph(MessagesState).add_node("facts", inner.compile(name="facts"))
    middle.add_node("draft", voice("The ferry runs from April, most likely.")).add_edge(
        START, "facts"
    )
    middle.add_edge("facts", "draft")
    outer = StateGraph(MessagesState).add_node("research", middle.compile(name="research"))
    outer.add_node("answer", voice("**From April**, most likely: ask again in March."))
    outer.add_edge(START, "research").add_edge("research", "answer")
    return ran(outer.compile(name="desk"), {"messages": "When does the ferry run?"})


def _graph() -> Run:
    builder = StateGraph(MessagesState)
    before = START
    for stage in _STAGES:
        builder.add_node(stage, voice(f"{stage.capitalize()}: done.")).add_edge(before, stage)
        for part in ("north", "south", "east"):
            name = f"{stage}_{part}"
            builder.add_node(name, voice(f"{part.capitalize()} is ready."))
            builder.add_edge(stage, name)
        before = f"{stage}_join"
        builder.add_node(before, voice("All three are there."))
        builder.add_edge([f"{stage}_{part}" for part in ("north", "south", "east")], before)
    return ran(builder.compile(name="pipeline"), {"messages": "Go through all stages."})


def _loop() -> Run:
    drafts = ("Ferries run.", "Ferries run from April.", "Ferries run daily from April, at six.")
    writer = ScriptedModel(replies=[AIMessage(each) for each in drafts], pause=0)
    critic = ScriptedModel(
        replies=[AIMessage("Since when?"), AIMessage("How often?"), AIMessage("Good.")], pause=0
    )

    async def write(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await writer.ainvoke(state["messages"])]}

    async def criticise(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await critic.ainvoke(state["messages"])]}

    def again(state: MessagesState) -> str:
        return END if state["messages"][-1].content == "Good." else "write"

    builder = StateGraph(MessagesState).add_node(write).add_node(criticise)
    builder.add_edge(START, "write").add_edge("write", "criticise")
    builder.add_conditional_edges("criticise", again, ["write", END])
    return ran(builder.compile(name="essay"), {"messages": "When do ferries run?"})


def _custom() -> Run:
    async def load(state: MessagesState) -> dict[str, Any]:  # noqa: ARG001 - LangGraph wants it
        write = get_stream_writer()
        for done in range(0, 101, 20):
            write({"progress": done, "file": "harbour.csv", "rows": done * 112})
        write("a plain string")
        write(["a", "list", {"of": "things"}])
        return {}

    builder = StateGraph(MessagesState).add_node(load)
    builder.add_node("summarise", voice("11,200 rows, of which 3 are empty."))
    builder.add_edge(START, "load").add_edge("load", "summarise")
    return ran(builder.compile(name="loader"), {"messages": "Load the file."})


BRANCHES = (
    Exhibit("four-lanes", "Four voices at the same time, 4 × 1 or 2 × 2, and no hole.", _lanes),
    Exhibit("sixteen-branches", "One node sixteen times: an overview first.", _branches),
    Exhibit("nested-subgraphs", "Whose words these are, two subgraphs deep.", _nested),
    Exhibit("graph-of-25-nodes", "All of the graph fits.", _graph, ("Graph",)),
    Exhibit("loop", "Two nodes take turns: the loop shows how often.", _loop, ("Graph",)),
    Exhibit("details", "The details of a run.", _lanes, ("Details",)),
    Exhibit("custom-events", "What nodes report besides messages.", _custom),
)
"""The runs of many nodes."""
