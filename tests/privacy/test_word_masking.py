"""Mask words everywhere in a run, also across tokens, and nothing else."""

import contextlib
import json
import re

import pytest
from hypothesis import strategies as st

from lg_notebook import Run
from lg_notebook.privacy.word_masking import WordMask
from tests.chance import given
from tests.golden import NAMES, golden

PLACE = {"ns": [], "task": None, "node": None, "step": None}


def spoken(*pieces):
    start = {"type": "message-start", "seq": 0, "t": 0, **PLACE, "message": 0, "id": None,
             "role": "ai", "name": None, "origin": "streamed", "of": None, "tool_call_id": None,
             "metadata": {"of Ada": ["to Ada"]}}  # fmt: skip
    return Run.from_events([start, *(
        {"type": "delta", "seq": n + 1, "t": n, **PLACE, "message": 0, "block": 0, "kind": "text",
         "text": piece} for n, piece in enumerate(pieces)
    )])  # fmt: skip


def test_a_word_is_masked_across_tokens():
    run = spoken("Dear A", "d", "a, hello Ada", "!").redact("Ada")

    assert [t.text for t in run.messages[0].tokens] == [
        "Dear [masked]",
        "",
        ", hello [masked]",
        "!",
    ]
    assert run.messages[0].metadata == {"of [masked]": ["to [masked]"]}


def test_patterns_too():
    run = spoken("write to a", "@b.", "org or c@d.org").redact(re.compile(r"\w+@[\w.]+"))

    assert run.text() == "write to [masked] or [masked]"


def test_numbers_in_payloads_too_and_no_figure_of_the_run():
    state = {"id": 4711, "ids": [14711.5, True], "4711": None}
    end = {"type": "run-end", "status": "done", "error": None, "duration": 4711, "state": state}
    run = Run.from_events([{**end, "seq": 0, "t": 4711, **PLACE}])

    [masked] = run.redact("4711").events

    assert masked["state"] == {"id": "[masked]", "ids": ["[masked]", True], "[masked]": None}
    assert (masked["t"], masked["duration"]) == (4711, 4711)


def called(*pieces):
    start, *deltas = spoken(*pieces).events
    first = {"call_id": "c", "name": "search"}
    return Run.from_events(
        [start, *({**d, "kind": "tool_call", **(first if n == 0 else {})} for n, d in enumerate(deltas))]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("Müller", ['{"name": "M\\u00', 'fcller"}']),
        ('the "one"', ['{"name": "the \\"o', 'ne\\""}']),
        ("Ada", ['{"name": "\\u0041', 'da"}']),
        (re.compile("a.a"), ['{"name": "\\u0061', 'da"}']),
        ("4711", ['{"account": 47', "11}"]),
    ],
)
def test_no_form_of_json_hides_a_word_in_arguments(word, pieces):
    run = called(*pieces)
    assert not Run.from_events(run.events).messages[0].tool_calls[0].text.count("[masked]")

    masked = run.redact(word)

    [call] = masked.messages[0].tool_calls
    assert "[masked]" in call.text
    assert len(masked.messages[0].tokens) == len(run.messages[0].tokens)
    with contextlib.suppress(ValueError):
        assert run.redact(word).redact(word).messages[0].tool_calls[0].text == call.text


def test_arguments_that_are_cut_off_are_masked_as_they_stand():
    assert called('{"name": "A', "da").redact("Ada").messages[0].tool_calls[0].text == (
        '{"name": "[masked]'
    )


def test_what_matches_nothing_masks_nothing():
    assert spoken("one ", "two").redact(re.compile(r"\b|one")).text() == "[masked] two"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_else_changes(name):
    run = Run.from_events(golden(name)["events"])

    assert run.redact("this is not in any of them").snapshot() == run.snapshot()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_it_is_left(name):
    run = Run.from_events(golden(name)["events"])
    # The longest: a short one is a part of the vocabulary's own words.
    word = max((w for m in run.messages for w in m.text.split()), key=len, default="")
    assert len(word) > 3 or not run.text()
    if not word:
        return

    masked = run.redact(word)

    assert word not in json.dumps(
        [{k: v for k, v in e.items() if k != "type"} for e in masked.events], ensure_ascii=False
    ).replace("[masked]", "")
    assert [len(m.tokens) for m in masked.messages] == [len(m.tokens) for m in run.messages]


@pytest.mark.parametrize(
    ("words", "error"),
    [((), ValueError), (("",), ValueError), ((re.compile("x*"),), ValueError), ((3,), TypeError),
     ((re.compile(b"x"),), TypeError)],
)  # fmt: skip
def test_nonsense_is_refused(words, error):
    with pytest.raises(error):
        Run().redact(*words)


@given(pieces=st.lists(st.text("ab c", max_size=4), max_size=8), word=st.text("ab", min_size=1))
def test_the_pieces_make_the_masked_text(pieces, word):
    veil = WordMask([word])

    masked = veil.pieces(pieces)

    assert "".join(masked) == veil.text("".join(pieces))
    assert len(masked) == len(pieces)
