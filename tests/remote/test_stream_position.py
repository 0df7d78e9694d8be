from __future__ import annotations

import random
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lg_notebook.remote.stream_position import START, Position


class Part(NamedTuple):
    event: str
    data: Any
    id: str | None = None


def log(*parts: tuple[int, str]) -> list[Part]:
    return [Part("messages", text, f"{ms}-0") for ms, text in parts]


def later(parts: list[Part], after: str) -> list[Part]:
    """What a server has stored after an id."""
    return parts if after == START else [part for part in parts if str(part.id) > after]


def taken(position: Position, parts: list[Part]) -> list[Part]:
    return [new for part in parts for new in position.take(part)]


def test_a_first_connection_is_taken_as_it_is():
    parts = [*log((10, "a"), (10, "a"), (11, "b")), Part("end", None)]
    position = Position()
    assert taken(position, parts) == parts
    assert position.rest() == []


def test_before_anything_came_there_is_no_place():
    position = Position()
    assert not position.known
    taken(position, log((10, "a")))
    assert position.known
    assert position.rejoin() == START


def test_parts_of_one_millisecond_are_neither_lost_nor_repeated():
    parts = log((10, "a"), (11, "b"), (11, " "), (11, "c"), (11, " "), (12, "d"))
    for cut in range(1, len(parts)):
        position = Position()
        seen = taken(position, parts[:cut])
        seen += taken(position, later(parts, position.rejoin()))
        assert seen + position.rest() == parts


def test_what_a_server_sends_once_more_is_left_out():
    parts = log((10, "a"), (11, "b"), (12, "c"), (12, " "), (13, "d"), (14, " "), (15, "e"))
    for cut in range(1, len(parts)):
        for stored in range(cut, len(parts) + 1):
            for subscribed in range(cut, stored + 1):
                position = Position()
                seen = taken(position, parts[:cut])
                first = later(parts[:stored], position.rejoin())
                seen += taken(position, [*first, *parts[subscribed:]])
                assert seen + position.rest() == parts, (cut, stored, subscribed)


@settings(max_examples=200, deadline=None)
@given(
    steps=st.lists(st.integers(0, 2), min_size=1, max_size=40),
    choice=st.randoms(use_true_random=False),
)
def test_any_number_of_cuts(steps: list[int], choice: random.Random):
    """Texts differ, as whole messages and states do; several parts share a millisecond."""
    ms = 100
    parts = []
    for number, step in enumerate(steps):
        ms += step
        parts += log((ms, str(number)))
    position = Position()
    at = choice.randint(1, len(parts))
    seen = taken(position, parts[:at])
    while at < len(parts):
        subscribed = choice.randint(at, len(parts))
        stored = choice.randint(subscribed, len(parts))
        first = later(parts[:stored], position.rejoin())
        at = choice.randint(stored, len(parts))
        seen += taken(position, [*first, *parts[subscribed:at]])
    assert seen + position.rest() == parts


@pytest.mark.parametrize("cut", range(1, 6))
def test_whole_numbers_are_ids_too(cut: int):
    parts = [Part("messages", "same", str(number)) for number in range(8, 14)]
    position = Position()
    seen = taken(position, parts[:cut])
    after = position.rejoin()
    seen += taken(position, [part for part in parts if int(str(part.id)) > int(after)])
    assert seen == parts
