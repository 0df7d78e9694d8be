"""The wire: one small frame for a part of the log, which loses only microseconds."""

import json

import pytest
from hypothesis import strategies as st

from lg_notebook import Run
from lg_notebook.model.run_state import data_of
from lg_notebook.wire.encoder import encode, encode_log, to_json
from tests.chance import given
from tests.decoder import MS, decode, replay
from tests.fixtures.record import floored
from tests.golden import NAMES, golden

PLACE = {"ns": [], "task": None, "node": None, "step": None}


def token(text, t=0, message=0, block=0, kind="text"):
    return {
        "type": "delta", "seq": 0, "t": t, **PLACE, "message": message, "block": block,
        "kind": kind, "text": text,
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_frames_are_the_golden_ones_byte_for_byte(name):
    fixture = golden(name)
    events = fixture["events"]

    frames = []
    for frame in fixture["frames"]:
        first, last = frame["first"], frame["last"]
        frames.append(to_json(*encode(events[first:last], first=first)))

    assert json.dumps(frames) == json.dumps(fixture["frames"])


@given(name=st.sampled_from(NAMES), data=st.data())
def test_a_log_is_encoded_as_its_events_are(name, data):
    run = Run.from_events(golden(name)["events"])
    first = data.draw(st.integers(0, len(run)))
    last = data.draw(st.integers(first, len(run)))

    stretch = encode_log(data_of(run).log, run=3, first=first, last=last, kind="snapshot")

    plain = encode(run.log(first, last), run=3, first=first, kind="snapshot")
    assert stretch == plain or name == "edges"  # whose pieces of no message come one by one
    if first == 0:
        assert Run.from_events(replay(stretch)).snapshot() == (
            Run.from_events(replay(plain)).snapshot()
        )


def _grouped(events):
    """Group interleaved deltas by block, as frames do."""
    out, waiting = [], {}
    for event in events:
        if event["type"] == "delta" and not {"call_id", "name", "data"} & event.keys():
            key = (event["message"], event["block"], event["kind"])
            waiting.setdefault(key, []).append(event)
            continue
        out += [each for block in waiting.values() for each in block]
        waiting = {}
        out.append(event)
    return out + [each for block in waiting.values() for each in block]


@given(name=st.sampled_from(NAMES), data=st.data())
def test_any_stretch_comes_back(name, data):
    events = golden(name)["events"]
    first = data.draw(st.integers(0, len(events)))
    last = data.draw(st.integers(first, len(events)))

    back = decode(*encode(events[first:last], first=first))

    assert [event["seq"] for event in back] == list(range(first, last))
    expected = [floored(event) for event in _grouped(events[first:last])]
    for event, was in zip(back, expected, strict=True):
        assert {**was, **event, "seq": was["seq"]} == was


@given(
    st.lists(st.tuples(st.text(max_size=40), st.integers(0, 10**8), st.integers(0, 2)), max_size=30)
)
def test_texts_and_times_come_back(rows):
    t, events = 0, []
    for text, gap, message in rows:
        t += gap
        events.append(token(text, t, message))

    back = decode(*encode(events, first=0))

    for message in range(3):
        was = [(e["text"], e["t"] // MS * MS) for e in events if e["message"] == message]
        assert [(e["text"], e["t"]) for e in back if e["message"] == message] == was


def test_the_frame_says_what_it_covers():
    frame, buffer = encode([token("a", t=3 * MS)], run=2, first=40, kind="snapshot")

    assert frame == {
        "kind": "snapshot", "run": 2, "first": 40, "last": 41, "t": 3,
        "items": [[0, 0, "text", "a", 1]],
    }  # fmt: skip
    assert buffer == b"\x10"
    assert to_json(frame, buffer)["buffer"] == "EA=="


def test_nothing_is_an_empty_frame():
    assert encode([], first=7) == (
        {"kind": "frame", "run": 0, "first": 7, "last": 7, "t": 0, "items": []},
        b"",
    )


def test_short_quick_tokens_take_one_byte():
    _, buffer = encode([token("x" * 15, 0), token("y", 14 * MS)], first=0)

    assert buffer == bytes([0xF0, 0x1E])


def test_long_tokens_and_long_gaps_escape():
    rows = [token("x" * 16, 0), token("y", 15 * MS), token("z" * 300, 15 * MS + 200 * MS)]
    _, buffer = encode(rows, first=0)

    assert buffer == bytes([0x00, 16, 0x1F, 15, 0x0F, 0xAC, 0x02, 0xC8, 0x01])


def test_an_empty_token_has_its_place():
    frame, buffer = encode([token(""), token("a")], first=0)

    assert frame["items"] == [[0, 0, "text", "a", 2]]
    assert buffer == bytes([0x00, 0x00, 0x10])


def test_lengths_are_javascripts():
    _, buffer = encode([token("😀"), token("é"), token("👩‍👩‍👧")], first=0)

    assert buffer == bytes([0x20, 0x10, 0x80])


def test_interleaved_blocks_are_one_batch_each():
    rows = [token(text, message=at % 2) for at, text in enumerate("abcdef")]
    frame, buffer = encode(rows, first=0)

    assert frame["items"] == [[0, 0, "text", "ace", 3], [1, 0, "text", "bdf", 3]]
    assert len(buffer) == 6


def test_another_event_closes_the_batches():
    update = {"type": "update", "seq": 1, "t": 5 * MS, **PLACE, "data": None}
    frame, buffer = encode([token("a"), update, token("b", 9 * MS)], first=0)

    assert [isinstance(item, list) for item in frame["items"]] == [True, False, True]
    assert [event["t"] for event in decode(frame, buffer)] == [0, 5 * MS, 9 * MS]


def test_a_piece_that_carries_more_travels_as_it_is():
    call = {**token("{", kind="tool_call"), "call_id": "c", "name": "look"}
    frame, buffer = encode([call], first=0)

    assert frame["items"] == [{key: value for key, value in call.items() if key != "seq"}]
    assert buffer == b""


def test_a_clock_that_steps_back_costs_nothing_but_the_gap():
    back = decode(*encode([token("a", 9 * MS), token("b", 3 * MS)], first=0))

    assert [event["t"] for event in back] == [9 * MS, 9 * MS]


def test_lone_halves_of_a_pair_do_not_break_the_message():
    frame, _ = encode([token("a\ud83d"), token("\ude00b"), token("\ud83d", message=1)], first=0)

    assert frame["items"] == [[0, 0, "text", "a😀b", 2], [1, 0, "text", "\ufffd", 1]]
    json.dumps(frame, ensure_ascii=False).encode()


def test_costs_at_most_half_as_much_as_the_text():
    words = [word for _ in range(1000) for word in ("Why ", "did ", "the ", "cone ", "cry? ")]
    events = [token(word, at * 20 * MS) for at, word in enumerate(words)]
    size = 0
    for first in range(0, len(events), 2):  # 50 tokens a second, 30 frames a second
        frame, buffer = encode(events[first : first + 2], first=first)
        size += len(buffer)
        assert len(frame["items"]) == 1

    assert size <= 0.5 * sum(map(len, words))
