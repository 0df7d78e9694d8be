"""Words taken out of a run: everywhere, also between tokens, and nothing else."""

import json
import re

import pytest
from hypothesis import strategies as st

from lg_notebook import Run
from lg_notebook.veil import Veil
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
    veil = Veil([word])

    masked = veil.pieces(pieces)

    assert "".join(masked) == veil.text("".join(pieces))
    assert len(masked) == len(pieces)
