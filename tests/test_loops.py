"""The plain loops that the view copies print what its filters show."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING, Any, TypedDict

import langchain_core
import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.graph import START, StateGraph

from lg_notebook import stream

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = json.loads((pathlib.Path(__file__).parent / "loops.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(
    langchain_core.__version__.startswith("0."), reason="`chunk.text` is of langchain-core 1.0"
)


class State(TypedDict, total=False):
    topic: str
    said: str


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


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_loop_prints_what_the_filters_show(case, capsys):
    graph = graph_of_nodes()
    exec(case["code"], {"graph": graph})
    printed = capsys.readouterr().out

    filters = dict(case["filters"])
    at = filters.pop("at", None)
    shown = "".join(
        event["text"]
        for event in stream(graph, case["input"], **filters)
        if event["type"] == "delta"
        and event["kind"] == "text"
        and (
            at is None or [*(s.split(":")[0] for s in event["ns"]), event["node"]] == at.split("|")
        )
    )
    assert printed == shown


def test_the_cases_tell_the_filters_apart(capsys):
    printed = set()
    for case in CASES:
        exec(case["code"], {"graph": graph_of_nodes()})
        printed.add(capsys.readouterr().out)
    assert "A short plan. From the inside. The whole text." in printed
    assert len(printed) == 7
