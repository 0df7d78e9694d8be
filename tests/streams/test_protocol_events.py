"""Protocol events, made by hand: what LangGraph's own stream seldom or never has."""

import pytest
from langchain_core.messages import AIMessage, ToolMessage
from langgraph.types import Interrupt
from pydantic import BaseModel

from lg_notebook.privacy.redactor import Redactor
from lg_notebook.runtime.item_folder import ItemFolder
from lg_notebook.runtime.run_builder import RunBuilder
from lg_notebook.streams.protocol_events import Protocol

META = {"langgraph_node": "speak", "langgraph_checkpoint_ns": "speak:1", "ls_model_type": "chat"}


def event(method, data, ns=(), **params):
    return {"type": "event", "method": method, "params": {"namespace": ns, "data": data, **params}}


def said(*parts, call="r1"):
    """A model call's events, from its parts."""
    whole = [{"event": "message-start", "role": "ai", "id": "m1"}, *parts]
    return [event("messages", (part, {**META, "run_id": call})) for part in whole]


def start(at, **content):
    return {"event": "content-block-start", "index": at, "content": content}


def delta(at, **content):
    return {"event": "content-block-delta", "index": at, "delta": content}


def finish(at, **content):
    return {"event": "content-block-finish", "index": at, "content": content}


END = {"event": "message-finish"}


def fold(*events):
    protocol, builder = Protocol(), RunBuilder()
    folder = ItemFolder(builder, Redactor(environ={}))
    folder.start("graph", None)
    for each in events:
        for item in protocol.items(each):
            folder.take(item)
    folder.finish("done")
    return builder.run


def blocks(*parts):
    [message] = fold(*said(*parts, END)).messages
    return [(b.kind, b.pieces, b.data) for b in message.blocks]


def calls(*parts):
    [message] = fold(*said(*parts, END)).messages
    return [(call.id, call.name, call.args) for call in message.tool_calls]


TEXT = {"type": "text", "text": ""}
CALL = {"type": "tool_call_chunk", "id": None, "name": None, "args": ""}
WHOLE = {"type": "tool_call", "id": "c1", "name": "look", "args": {"at": 1}}


def test_text_comes_as_it_was_said():
    words = [delta(0, type="text-delta", text=word) for word in ("one ", "two")]

    assert blocks(start(0, **TEXT), *words, finish(0, type="text", text="one two")) == [
        ("text", ["one ", "two"], [])
    ]


def test_text_that_only_its_end_tells():
    assert blocks(start(0, **TEXT), finish(0, type="text", text="one two")) == [
        ("text", ["one two"], [])
    ]
    assert blocks(finish(0, type="reasoning", reasoning="hm")) == [("reasoning", ["hm"], [])]
    assert blocks(start(0, **TEXT), finish(0, type="text", text="")) == []


def test_texts_around_something_else_stay_apart():
    parts = [
        delta(0, type="text-delta", text="before"),
        start(1, type="image", url="https://x.test/a.png"),
        delta(2, type="text-delta", text="after"),
        finish(1, type="image", url="https://x.test/a.png"),
    ]
    image = {"type": "image", "url": "https://x.test/a.png", "index": 1}

    assert blocks(*parts) == [
        ("text", ["before"], []), ("image", [""], [image]), ("text", ["after"], []),
    ]  # fmt: skip


def test_media_that_only_its_end_tells():
    whole = {"type": "audio", "base64": "AAAA", "mime_type": "audio/wav"}

    [(kind, _, [data])] = blocks(start(0, type="audio", mime_type="audio/wav"), finish(0, **whole))

    assert (kind, data["base64"]) == ("audio", "AAAA")


def test_what_has_no_standard_form_is_shown_as_the_provider_gave_it():
    inner = {"type": "thinking", "thinking": "hm"}

    assert blocks(finish(0, type="non_standard", value=inner)) == [("reasoning", ["hm"], [])]
    [(kind, _, [data])] = blocks(finish(0, type="non_standard", value={"odd": 1}))
    assert (kind, data) == ("non_standard", {"odd": 1})


@pytest.mark.parametrize(
    "parts",
    [
        [start(0, **{**CALL, "id": "c1", "name": "look"}),
         delta(0, type="tool-call-delta", args='{"at"'),
         delta(0, type="tool-call-delta", args=": 1}"), finish(0, **WHOLE)],
        [start(0, **CALL), delta(0, type="tool-call-delta", args='{"at": 1}'), finish(0, **WHOLE)],
        [start(0, **{**CALL, "id": "c1", "name": "look"}), finish(0, **WHOLE)],
        [start(0, **CALL),
         delta(0, type="block-delta", fields={**CALL, "id": "c1", "name": "look"}),
         delta(0, type="tool-call-delta", args='{"at": 1}'), finish(0, **WHOLE)],
        [finish(0, **WHOLE)],
    ],
    ids=["usual", "name at the end", "arguments at the end", "from a server", "whole"],
)  # fmt: skip
def test_a_tool_call_however_it_is_told(parts):
    assert calls(*parts) == [("c1", "look", {"at": 1})]


def test_calls_that_are_woven_into_each_other():
    first, second = {**WHOLE}, {**WHOLE, "id": "c2", "args": {"at": 2}}
    parts = [
        start(0, **{**CALL, "id": "c1", "name": "look"}),
        start(1, **{**CALL, "id": "c2", "name": "look"}),
        delta(1, type="tool-call-delta", args='{"at": '),
        delta(0, type="tool-call-delta", args='{"at": 1}'),
        delta(1, type="tool-call-delta", args="2}"),
        finish(0, **first), finish(1, **second),
    ]  # fmt: skip

    assert calls(*parts) == [("c1", "look", {"at": 1}), ("c2", "look", {"at": 2})]


def test_a_call_that_never_became_valid():
    broken = {"type": "invalid_tool_call", "id": "c1", "name": "look", "args": "{at", "error": "x"}

    assert calls(finish(0, **broken)) == [("c1", "look", None)]


def test_usage_and_reason():
    end = {**END, "usage": {"output_tokens": 3}, "metadata": {"finish_reason": "stop"}}
    [message] = fold(*said(delta(0, type="text-delta", text="x"), end)).messages

    assert message.usage == {"input_tokens": 0, "output_tokens": 3, "total_tokens": 3}
    assert (message.finish_reason, message.done, message.id) == ("stop", True, "m1")


def test_a_call_that_fails_leaves_what_was_said():
    words = delta(0, type="text-delta", text="so far")
    run = fold(*said(words, {"event": "error", "message": "gone"}), *said(words, END, call="r1"))

    assert [m.text for m in run.messages] == ["so far", "so far"]


def test_two_calls_at_once_are_two_messages():
    one = said(delta(0, type="text-delta", text="one"), END, call="r1")
    two = said(delta(0, type="text-delta", text="two"), END, call="r2")
    woven = [each for pair in zip(one, two, strict=True) for each in pair]

    assert [m.text for m in fold(*woven).messages] == ["one", "two"]


def test_the_model_calls_run_id_is_no_metadata():
    [message] = fold(*said(delta(0, type="text-delta", text="x"), END)).messages

    assert message.metadata == META


def test_states_tell_of_messages_that_nothing_else_tells():
    answer = ToolMessage("sunny", tool_call_id="c1", id="t1")
    old = AIMessage("of an earlier run", id="a0")
    run = fold(
        event("values", {"messages": [old]}),
        *said(delta(0, type="text-delta", text="look"), END),
        event("values", {"messages": [old, AIMessage("look!", id="m1"), answer]}),
    )

    assert [(m.role, m.text, m.origin) for m in run.messages] == [
        ("ai", "look!", "streamed"), ("tool", "sunny", "returned"),
    ]  # fmt: skip
    assert run.messages[0].revised


def test_interrupts_come_with_the_values():
    asked = Interrupt(value="sure?", id="i1")
    run = fold(
        event("updates", {"__interrupt__": (asked,)}),
        event("values", {"messages": []}, interrupts=(asked,)),
    )

    assert (run.status, run.interrupts) == ("interrupted", [asked])


def test_a_state_of_the_users_own_class_has_its_channels():
    class State(BaseModel):
        topic: str

    assert list(Protocol().items(event("values", State(topic="cats")))) == [
        ((), "values", {"topic": "cats"})
    ]


def test_what_is_known_otherwise_is_left_out():
    lifecycle = {"event": "started", "namespace": ["a:1"]}

    assert list(Protocol().items(event("lifecycle", lifecycle))) == []
    assert list(Protocol().items(event("custom:score", 0.5))) == [((), "custom", {"score": 0.5})]
