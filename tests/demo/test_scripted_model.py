"""The scripted model streams its replies in pieces to any caller."""

import pytest
from langchain_core.messages import AIMessage

from lg_notebook import demo
from lg_notebook.demo.scripted_model import ScriptedModel

CALL = {"name": "weather", "args": {"city": "Ålesund", "days": [1, 2]}, "id": "c1"}


def joined(chunks):
    whole, *others = chunks
    for other in others:
        whole = whole + other
    return whole


@pytest.mark.parametrize(
    "text", ["Hello there.", "  two  spaces \n\nand lines\n", "one", "", "a 😀 b"]
)
def test_a_text_comes_word_by_word(text):
    chunks = list(demo.scripted(text, pause=0).stream("hi"))

    assert joined(chunks).content == text == demo.scripted(text, pause=0).invoke("hi").content
    assert len([chunk for chunk in chunks if chunk.content]) >= len(text.split())


async def test_the_same_in_async_code():
    model = demo.scripted("Hello there.", pause=0)

    assert [c.content async for c in model.astream("x") if c.content] == ["Hello ", "there."]
    assert (await model.ainvoke("x")).content == "Hello there."


def test_tool_calls_come_in_pieces_and_are_whole_in_the_end():
    model = demo.scripted(
        AIMessage("Let me see.", tool_calls=[CALL, {**CALL, "id": "c2"}]), pause=0
    )
    chunks = list(model.bind_tools([]).stream("hi"))

    whole = joined(chunks)
    assert whole.content == "Let me see."
    assert [(c["name"], c["args"], c["id"]) for c in whole.tool_calls] == [
        ("weather", CALL["args"], "c1"), ("weather", CALL["args"], "c2"),
    ]  # fmt: skip
    assert len([chunk for chunk in chunks if chunk.tool_call_chunks]) > 6
    assert [c["id"] for c in model.invoke("hi").tool_calls] == ["c1", "c2"]


def test_blocks_keep_their_kind():
    blocks = [
        {"type": "reasoning", "reasoning": "Let me see."},
        {"type": "text", "text": "It is so."},
    ]
    whole = joined(list(demo.scripted(AIMessage(blocks), pause=0).stream("hi")))

    assert [(b["type"], b[b["type"]]) for b in whole.content] == [
        ("reasoning", "Let me see."), ("text", "It is so."),
    ]  # fmt: skip


def test_replies_take_turns():
    model = demo.scripted("one", "two", pause=0)

    assert [model.invoke("x").content for _ in range(3)] == ["one", "two", "one"]
    with pytest.raises(ValueError, match="at least one reply"):
        demo.scripted()


def test_it_tells_its_name_and_what_it_used():
    chunks = list(demo.scripted("one two", pause=0).stream("a b c"))

    assert joined(chunks).usage_metadata == {
        "input_tokens": 3, "output_tokens": 2, "total_tokens": 5,
    }  # fmt: skip
    assert isinstance(demo.scripted("x"), ScriptedModel)
    assert demo.scripted("x")._get_ls_params()["ls_model_name"] == "scripted"
