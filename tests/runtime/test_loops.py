"""The plain loops that the view copies print what its filters show."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

import langchain_core
import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, ToolMessage
from langgraph.graph import START, StateGraph, add_messages

from lg_notebook import stream
from tests.graphs.model import Scripted, say

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = json.loads(
    (pathlib.Path(__file__).parent.parent / "loops.json").read_text(encoding="utf-8")
)

pytestmark = pytest.mark.skipif(
    langchain_core.__version__.startswith("0."), reason="`chunk.text` is of langchain-core 1.0"
)


class State(TypedDict, total=False):
    topic: str
    said: str
    messages: Annotated[list[Any], add_messages]


def speak(text: str, *tags: str) -> Callable[[State], State]:
    def node(_: State) -> State:
        model = GenericFakeChatModel(messages=iter([AIMessage(text)]))
        model.invoke("go", {"tags": list(tags)})
        return {"said": text}

    return node


def graph_of_nodes() -> Any:
    inner = StateGraph(State).add_node("inner", speak("From the inside. "))
    team = inner.add_edge(START, "inner").compile()
    outer = StateGraph(State)
    outer.add_node("plan", speak("A short plan. ", "short"))
    outer.add_node("team", team)
    outer.add_node("write", speak("The whole text."))
    outer.add_edge(START, "plan").add_edge("plan", "team").add_edge("team", "write")
    return outer.compile()


def graph_with_tools() -> Any:
    """A model that thinks, calls a tool and answers."""
    call = {"name": "brew", "id": "c1", "index": 1}
    asks = [
        AIMessageChunk(content=[{"type": "reasoning", "reasoning": "Hot ", "index": 0}]),
        AIMessageChunk(content=[{"type": "reasoning", "reasoning": "water. ", "index": 0}]),
        AIMessageChunk(content="", tool_call_chunks=[{**call, "args": '{"min'}]),
        AIMessageChunk(
            content="",
            tool_call_chunks=[{"name": None, "id": None, "args": 'utes": 3}', "index": 1}],
        ),
    ]
    models = {"ask": Scripted(replies=[asks]), "answer": Scripted(replies=[say("Tea is ready.")])}
    builder = StateGraph(State)
    for name, model in models.items():
        builder.add_node(name, lambda _, model=model: {"messages": [model.invoke("go")]})
    builder.add_node("tools", lambda _: {"messages": [ToolMessage("Brewed. ", tool_call_id="c1")]})
    builder.add_edge(START, "ask").add_edge("ask", "tools").add_edge("tools", "answer")
    return builder.compile()


def graph_of(case: dict[str, Any]) -> Any:
    return graph_with_tools() if case.get("graph") == "tools" else graph_of_nodes()


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_loop_prints_what_the_filters_show(case, capsys):
    graph = graph_of(case)
    exec(case["code"], {"graph": graph})
    printed = capsys.readouterr().out

    filters = dict(case["filters"])
    at = filters.pop("at", None)
    shown = "".join(
        event["text"]
        for event in stream(graph, case["input"], **filters)
        if event["type"] == "delta"
        and (event["kind"] == "text" or filters["kind"])
        and (
            at is None or [*(s.split(":")[0] for s in event["ns"]), event["node"]] == at.split("|")
        )
    )
    assert printed == shown


def test_the_cases_tell_the_filters_apart(capsys):
    printed = set()
    for case in CASES:
        exec(case["code"], {"graph": graph_of(case)})
        printed.add(capsys.readouterr().out)
    assert "A short plan. From the inside. The whole text." in printed
    assert "Hot water. " in printed
    assert '{"minutes": 3}Brewed. ' in printed
    assert len(printed) == 13
