"""Messages that nodes remove: a row in the transcript, and not a message."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage, RemoveMessage
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.graph.message import REMOVE_ALL_MESSAGES

from lg_notebook import Run, stream
from lg_notebook.model.filters import Filters
from lg_notebook.model.removal import removals
from lg_notebook.render.static_html import to_html
from lg_notebook.render.static_text import to_text
from tests.graphs.model import Scripted, say


def graph(*ids):
    def talk(state):
        return {"messages": [Scripted(replies=[say("Hello you.")]).invoke(state["messages"])]}

    def forget(state):
        gone = ids or [message.id for message in state["messages"]]
        return {"messages": [RemoveMessage(id=each) for each in gone]}

    builder = StateGraph(MessagesState).add_node(talk).add_node(forget)
    return builder.add_edge(START, "talk").add_edge("talk", "forget").compile()


def run_of(*ids):
    return Run.from_events(stream(graph(*ids), {"messages": [HumanMessage("hi", id="h")]}))


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ((), "Removed 2 messages: “hi”, “Hello you.”"),
        (("h",), "Removed 1 message: “hi”"),
        ((REMOVE_ALL_MESSAGES,), "Removed all messages from before."),
    ],
)
def test_a_row_tells_what_was_removed(ids, words):
    run = run_of(*ids)

    assert [(m.role, m.text) for m in run.messages] == [("human", "hi"), ("ai", "Hello you.")]
    assert f"[talk]\nHello you.\n\n[forget] ({words})" in to_text(run)
    assert words in to_html(run)


def test_the_row_is_its_nodes():
    run = run_of()

    assert "Removed" not in to_text(run, Filters.of(node="talk"))
    assert "Removed" in to_text(run, Filters.of(node="forget"))
    assert "Removed" not in to_text(run, Filters.of(kind="text"))


def test_a_removal_that_a_server_streams_is_no_message():
    gone = {"type": "remove", "content": "", "id": "h"}
    events = [*stream(graph(), {"messages": []})]
    update = next(event for event in events if event["type"] == "update")
    [found] = removals([{**update, "data": {"messages": [gone, {"type": "ai", "id": "a"}]}}])

    assert found.ids == ("h",)
    assert found.describe([]) == "Removed 1 message."


def test_what_only_looks_alike_removes_nothing():
    odd = [{"type": "remove", "id": 3}, "remove", None, {"a": {"b": {"c": {"d": {"type": "remove",
           "id": "deep"}}}}}]  # fmt: skip
    event = {"t": 0, "ns": [], "task": None, "node": None, "data": odd}

    assert list(removals([event])) == []


def test_a_long_message_is_cut_in_the_row():
    run = run_of()
    [removal] = run.removals
    message = AIMessage("x" * 100)
    assert removal._replace(ids=("h",)).describe([_Written("h", message.content)]) == (
        f"Removed 1 message: “{'x' * 60}…”"
    )


class _Written:
    def __init__(self, name, text):
        self.id, self.text = name, text
