"""The log in columns returns every part of it, and a token takes few bytes."""

import sys
import tracemalloc

from hypothesis import strategies as st

from lg_notebook import Run
from lg_notebook.model.run_state import data_of
from lg_notebook.model.run_writer import RunWriter
from tests.chance import given
from tests.golden import NAMES, golden

PLACE = {"ns": [], "task": "t", "node": "n", "step": 1}


def start():
    return {
        "type": "message-start", "seq": 0, "t": 0, "message": 0, "id": None, "role": "ai",
        "name": None, "origin": "streamed", "of": None, "tool_call_id": None, "metadata": {},
        **PLACE,
    }  # fmt: skip


def token(seq, text):
    return {
        "type": "delta", "seq": seq, "t": seq * 1000, "message": 0, "block": 0, "kind": "text",
        "text": text, **PLACE,
    }  # fmt: skip


@given(name=st.sampled_from(NAMES), data=st.data())
def test_parts_cover_a_stretch_once(name, data):
    run = Run.from_events(golden(name)["events"])
    first = data.draw(st.integers(0, len(run)))
    last = data.draw(st.integers(first, len(run)))

    count = 0
    for part in data_of(run).log.parts(first, last):
        count += 1 if isinstance(part, dict) else part[2] - part[1]
    assert count == last - first


@given(st.sampled_from(NAMES))
def test_the_time_of_every_event(name):
    events = golden(name)["events"]
    run = Run.from_events(events)

    assert [data_of(run).log.time(seq) for seq in range(len(run))] == [
        event["t"] for event in events
    ]


def test_characters_are_those_of_all_pieces():
    events = golden("thinking")["events"]
    pieces = [event["text"] for event in events if event["type"] == "delta"]

    assert data_of(Run.from_events(events)).log.characters() == len("".join(pieces))


def test_a_token_takes_less_than_a_hundred_bytes_beyond_its_text():
    count = 20_000
    texts = [f"{at:06d} " for at in range(count)]
    run = Run()
    writer = RunWriter(run)
    writer.apply(start())
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for seq, text in enumerate(texts, 1):
        writer.apply(token(seq, text))
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()

    assert len(run) == count + 1
    assert grown / count < 100
    assert sys.getsizeof(run.text()) > count
