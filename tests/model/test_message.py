"""Build a message from its pieces."""

from lg_notebook import Run
from tests.golden import golden

PLACE = {"ns": ["a:1"], "task": "t", "node": "n", "step": 2}


def message(*deltas, **more):
    start = {
        "type": "message-start", "message": 0, "id": "i", "role": "ai", "name": None,
        "origin": "streamed", "of": None, "tool_call_id": None, "metadata": {}, **PLACE, **more,
    }  # fmt: skip
    rows = [start]
    for block, kind, text, extra in deltas:
        rows.append({"type": "delta", "message": 0, "block": block, "kind": kind, "text": text,
                     **PLACE, **extra})  # fmt: skip
    run = Run.from_events([{**row, "seq": at, "t": at * 10} for at, row in enumerate(rows)])
    return run.messages[0]


def test_text_and_reasoning_are_apart():
    made = message(
        (0, "reasoning", "hm ", {}), (1, "text", "a", {}), (0, "reasoning", "so", {}),
        (1, "text", "b", {}),
    )  # fmt: skip

    assert (made.text, made.reasoning) == ("ab", "hm so")


def test_tokens_come_in_the_order_of_their_arrival():
    made = message((0, "text", "a", {}), (1, "reasoning", "b", {}), (0, "text", "c", {}))

    assert made.tokens == [("a", 10, "text"), ("b", 20, "reasoning"), ("c", 30, "text")]


def test_tool_calls_are_parsed_once_they_are_whole():
    first = {"call_id": "c", "name": "look"}
    half = message((0, "tool_call", '{"q"', first))
    whole = message((0, "tool_call", '{"q"', first), (0, "tool_call", ": 1}", {}))
    empty = message((0, "tool_call", "", first))

    assert half.tool_calls == [("c", "look", None, '{"q"')]
    assert whole.tool_calls == [("c", "look", {"q": 1}, '{"q": 1}')]
    assert empty.tool_calls == [("c", "look", {}, "")]


def test_tags_are_those_of_the_metadata():
    assert message(metadata={"tags": ["a"]}).tags == ["a"]
    assert message().tags == []
    assert message(metadata={"tags": "odd"}).tags == []


def test_where_it_comes_from():
    made = message()

    assert (made.node, made.namespace, made.task, made.step) == ("n", ("a:1",), "t", 2)
    assert (made.id, made.role, made.origin, made.done, made.started) == (
        "i", "ai", "streamed", False, 0,
    )  # fmt: skip


def test_the_repr_is_short():
    made = message((0, "text", "x" * 500, {}))

    assert "node='n'" in repr(made)
    assert len(repr(made)) < 120


def test_the_snapshot_counts():
    shot = Run.from_events(golden("joke")["events"]).messages[0].snapshot()

    assert shot["tokens"] == 9
    assert shot["first_token"] <= shot["last_token"]
    assert message().snapshot()["first_token"] is None
