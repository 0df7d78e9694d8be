"""Runs that end in another way than well, or have not ended."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import RetryPolicy

from lg_notebook import Run
from lg_notebook.demo.scripted_model import ScriptedModel
from scripts.gallery.branches import voice
from scripts.gallery.exhibit import Exhibit, ran
from scripts.gallery.talk import talk

_TEXT = "The harbour was quiet before the first boats came in. By noon it smelled of salt and rope."


async def _convert(state: MessagesState) -> dict[str, Any]:
    price = str(state["messages"][-1].content)
    return {"messages": [("ai", f"{float(price) * 2} €")]}


def _failing(node: Any, **more: Any) -> Any:
    builder = StateGraph(MessagesState).add_node("ask", voice("The price is 129 euros."))
    builder.add_node("convert", node, **more).add_edge(START, "ask").add_edge("ask", "convert")
    return builder.compile(name="prices")


def _retry() -> Run:
    models = [
        ScriptedModel(replies=[AIMessage(text)], pause=0)
        for text in ("One hundred and", "One hundred and", "One hundred and twenty-nine euros.")
    ]
    attempts = iter(models)

    async def convert(state: MessagesState) -> dict[str, Any]:
        model = next(attempts)
        said = await model.ainvoke(state["messages"])
        if model is not models[-1]:
            raise ConnectionError("the provider closed the connection")
        return {"messages": [said]}

    policy = RetryPolicy(initial_interval=0.01, jitter=False, max_attempts=3)
    return ran(_failing(convert, retry_policy=policy), {"messages": "How much is it?"})


def _cut(status: str | None) -> Run:
    """Keep nine tokens of an answer, and a last event if the run has a status."""
    events = list(talk("Describe a harbour.", _TEXT).events)
    said = [at for at, event in enumerate(events) if event["type"] == "delta"]
    kept: list[Any] = events[: said[10]]
    if status is not None:
        place: dict[str, Any] = {"ns": [], "task": None, "node": None, "step": None}
        t = kept[-1]["t"]
        end = {"type": "run-end", "seq": len(kept), "t": t, "status": status, "duration": t}
        kept.append({**end, **place, "error": None, "state": None})
    return Run.from_events(kept)


def _recursion() -> Run:
    builder = StateGraph(MessagesState).add_node("ask", voice("Is it ready?"))
    builder.add_node("wait", voice("Not yet."))
    builder.add_edge(START, "ask").add_edge("ask", "wait").add_edge("wait", "ask")
    graph = builder.compile(name="patience").with_config(recursion_limit=6)
    return ran(graph, {"messages": "Tell me when it is ready."})


def _silent() -> Run:
    async def think(state: MessagesState) -> dict[str, Any]:  # noqa: ARG001 - LangGraph wants it
        return {}

    builder = StateGraph(MessagesState).add_node(think).add_edge(START, "think")
    return ran(builder.compile(name="silent"), {"messages": "Hello?"})


def _whole() -> Run:
    model = ScriptedModel(replies=[AIMessage(_TEXT)], pause=0, disable_streaming=True)

    async def answer(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await model.ainvoke(state["messages"])]}

    builder = StateGraph(MessagesState).add_node(answer).add_edge(START, "answer")
    return ran(builder.compile(name="whole"), {"messages": "Describe a harbour."})


ENDINGS = (
    Exhibit(
        "error",
        "The error, and the user's own line.",
        lambda: ran(_failing(_convert), {"messages": "How much is it?"}),
    ),
    Exhibit("retry", "Two attempts failed; the third worked.", _retry),
    Exhibit("recursion-limit", "A loop that did not end.", _recursion),
    Exhibit("stopped", "Stopped in the middle of a sentence.", lambda: _cut("stopped")),
    Exhibit("running", "A run that continues.", lambda: _cut(None)),
    Exhibit("silent", "No message at all.", _silent),
    Exhibit("not-streamed", "A model that does not stream, and the reason.", _whole),
)
"""The runs that end in other ways."""
