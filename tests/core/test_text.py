"""Make text that can be encoded, and leave every other text as it is."""

import pytest
from hypothesis import strategies as st

from lg_notebook.core.text import all_sound, is_sound, sound
from tests.chance import given

HALVES = [
    ("x\ud83d y", "x\ufffd y"),
    ("\udcaf bad", "\ufffd bad"),
    ("end\ud83d", "end\ufffd"),
    ("\ud83d\ude00", "\U0001f600"),
    ("\ude00\ud83d", "\ufffd\ufffd"),
    ("\ufeffa\ud83d", "\ufeffa\ufffd"),
]


@pytest.mark.parametrize(("text", "expected"), HALVES)
def test_halves_of_pairs(text, expected):
    assert not is_sound(text)
    assert sound(text) == expected


@pytest.mark.parametrize(
    "value", ["", "joke", "Füße", "\U0001f600", {"a": ["ü", {"ß": None}]}, [1, True], 3, None]
)
def test_sound_values_stay_the_same_objects(value):
    assert is_sound(value)
    assert all_sound(value) is value


def test_every_text_of_a_value_is_looked_at():
    value = {"\ud83d": [{"a": "b\udcaf"}, 1, None, "c"]}

    assert all_sound(value) == {"\ufffd": [{"a": "b\ufffd"}, 1, None, "c"]}
    assert value == {"\ud83d": [{"a": "b\udcaf"}, 1, None, "c"]}


@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_any_text_can_be_encoded(text):
    sound(text).encode()
