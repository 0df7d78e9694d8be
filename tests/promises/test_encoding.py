"""E. Halves of surrogate pairs, which nothing can encode, become U+FFFD at one door."""

import contextlib
import io
import json

import pytest
from langchain_core.messages import AIMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.graph import MessagesState
from langgraph.types import interrupt

from lg_notebook import GraphWidget, watch
from tests.promises.graphs import (
    Docs,
    call_piece,
    calling,
    chain,
    faces,
    fake,
    quiet,
    returning,
)

BAD = {"a high half": "x\ud83d y", "a low half": "\udcaf bad", "a half at the end": "end\ud83d"}


def talk(text):
    return calling(fake(text))


def talk_in_pieces(text):
    return calling(fake(*text, "."))


def talk_in_blocks(text):
    return calling(fake([{"type": "text", "text": text, "index": 0}]))


def think(text):
    return calling(fake([{"type": "reasoning", "reasoning": text, "index": 0}], "done"))


def call(text):
    return calling(
        fake(call_piece(json.dumps({"a": "Q"}).replace("Q", text), name="t", call_id="c"))
    )


def name_a_call(text):
    return calling(fake(call_piece("{}", name=text, call_id="c")))


def give(text):
    return returning({"messages": [AIMessage(text, id="a1")]})


def give_an_id(text):
    return returning({"messages": [AIMessage("hello", id=text)]})


def give_a_name(text):
    return returning({"messages": [AIMessage("hello", name=text)]})


def answer(text):
    return returning({"messages": [ToolMessage(text, tool_call_id="c")]})


def revise(text):
    said = {"messages": [AIMessage("draft", id="a1")]}
    return returning(said, {"messages": [AIMessage(text, id="a1")]})


def write(text):
    def node(_: MessagesState):
        get_stream_writer()({text: [text]})

    return chain(node)


def ask(text):
    def node(_: MessagesState):
        interrupt({"question": text})

    return chain(node, checkpointer=InMemorySaver())


def show(text):
    """A block of a form that nobody knows."""
    return calling(fake([{"type": "poem", "verse": text, "index": 0}]))


SPEAKERS = [
    talk, talk_in_pieces, talk_in_blocks, think, call, name_a_call, give, give_an_id, give_a_name,
    answer, revise, write, ask, show,
]  # fmt: skip
CONFIG = {"configurable": {"thread_id": "1"}}


def lone(text):
    return any("\ud800" <= char <= "\udfff" for char in text)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(key)
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def check(run):
    for event in run.events:
        assert not any(map(lone, strings(event))), event
    for name, face in faces(run).items():
        face.encode()
        assert not lone(face), name
    assert any("\ufffd" in text for event in run.events for text in strings(event))


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
@pytest.mark.parametrize("speak", SPEAKERS)
def test_half_a_pair_anywhere_becomes_a_sign(speak, text):
    check(quiet(speak(text), "hi", CONFIG))


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_half_a_pair_in_an_input_becomes_a_sign(text):
    check(quiet(returning({"messages": []}), text))


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_half_a_pair_in_a_state_becomes_a_sign(text):
    check(quiet(returning({"out": {text: text}}, state=Docs), {"question": text}))


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_half_a_pair_in_an_exception_becomes_a_sign(text):
    def fail(_: MessagesState):
        raise ValueError(text)

    widget = GraphWidget(chain(fail))
    with pytest.raises(ValueError, match=r"."):
        widget.run("hi")

    check(widget.runs[-1])


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_half_a_pair_in_a_config_becomes_a_sign(text):
    config = {"metadata": {"who": text}, "tags": [text], "configurable": {"thread_id": text}}
    check(quiet(talk("hello"), "hi", config))


@pytest.mark.parametrize("text", ["x\ud83d y", "\udcaf bad"])
@pytest.mark.parametrize("speak", [talk, think, call, give])
def test_a_text_view_of_half_a_pair_can_be_written(speak, text):
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out):
        watch(speak(text), "hi", CONFIG, view="text")
    out.flush()

    assert "\ufffd" in out.buffer.getvalue().decode()


def test_two_halves_in_two_pieces_are_one_character():
    run = quiet(calling(fake("x\ud83d", "\ude00 y")))

    assert run.text() == "x\U0001f600 y"


def test_an_ordinary_emoji_stays_what_it_is():
    run = quiet(calling(fake("x\U0001f600 y")))

    shown = faces(run)
    for name in ("events", "html", "text", "markdown", "messages"):
        assert "\ufffd" not in shown[name]
        assert "\U0001f600" in shown[name]
