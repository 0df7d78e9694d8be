"""The event vocabulary and the logs have the same types and fields."""

import typing
from typing import get_origin

import pytest
from typing_extensions import NotRequired, get_type_hints

from lg_notebook import events
from tests.golden import NAMES, golden

KINDS = {
    typing.get_args(get_type_hints(kind)["type"])[0]: kind
    for kind in typing.get_args(events.AnyEvent)
}


def test_every_type_is_of_its_own():
    assert len(KINDS) == len(typing.get_args(events.AnyEvent))


def test_every_type_is_in_some_fixture():
    seen = {event["type"] for name in NAMES for event in golden(name)["events"]}

    # Nothing in the fixtures is unreadable: tests/promises has runs with such parts.
    assert seen - {"hologram"} == set(KINDS) - {"unreadable"}


@pytest.mark.parametrize("name", NAMES)
def test_events_have_the_keys_that_their_type_says(name):
    for event in golden(name)["events"]:
        if event["type"] != "hologram":
            hints = get_type_hints(KINDS[event["type"]], include_extras=True)
            optional = {key for key, hint in hints.items() if get_origin(hint) is NotRequired}
            assert hints.keys() - optional <= event.keys() <= hints.keys()


@pytest.mark.parametrize("name", NAMES)
def test_words_are_the_vocabularys(name):
    words = {
        "status": set(typing.get_args(events.Status)),
        "origin": set(typing.get_args(events.Origin)),
        "kind": set(typing.get_args(events.KnownKind)),
    }
    for event in golden(name)["events"]:
        for key, known in words.items():
            assert key not in event or event[key] in known


def test_all_but_one_status_is_final():
    assert set(typing.get_args(events.Status)) - events.FINAL == {"running"}
