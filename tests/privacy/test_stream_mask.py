"""Mask secrets within and across other secrets, in any pieces."""

import itertools
import re

import pytest
from hypothesis import example
from hypothesis import strategies as st

from lg_notebook.privacy.credential_names import MASK
from lg_notebook.privacy.stream_mask import SecretPattern, StreamMask
from tests.chance import given

SECRETS = st.lists(st.text("abc", min_size=8, max_size=12), min_size=1, max_size=4, unique=True)
CUTS = st.sets(st.integers(1, 60), max_size=20)


def said(secrets, parts):
    mask = StreamMask(SecretPattern(set(secrets)))
    return "".join([*map(mask.add, parts), mask.flush()])


@pytest.mark.parametrize("size", [1, 2, 3, 5, 30])
@pytest.mark.parametrize(
    ("secrets", "text", "kept"),
    [
        (["abcdefgh", "fghijklm"], "<abcdefghijklm>", "<#>"),
        (["abcdefgh", "fghijklm"], "<abcdefghijkl>", "<#ijkl>"),
        (["abcdefgh", "abcdefgh-1234"], "<abcdefgh-1234>", "<#>"),
        (["abcdefgh", "abcdefgh-1234"], "<abcdefgh-123>", "<#-123>"),
        (["abcdefgh", "xxabcdefghyy"], "<xxabcdefghyy>", "<#>"),
        (["abcdefgh", "xxabcdefghyy"], "<xxabcdefgh!>", "<#!>"),
        (["abcdefgh"], "abcdefghabcdefgh", "##"),
    ],
)
def test_secrets_within_and_across_others(secrets, text, kept, size):
    parts = [text[at : at + size] for at in range(0, len(text), size)]

    # Up to three characters may be shown before a secret is recognised.
    assert re.sub(r"[a-z]{0,3}\[masked\]", "#", said(secrets, parts)) == kept


@given(secrets=SECRETS, filler=st.text("abc", max_size=6), cuts=CUTS, data=st.data())
@example(secrets=["aaaaaaaa"], filler="aaa", cuts={1, 5, 9}, data=None)
def test_pieces_show_no_more_than_the_whole_text_and_three_characters_a_mask(
    secrets, filler, cuts, data
):
    chosen = secrets if data is None else data.draw(st.lists(st.sampled_from(secrets), max_size=4))
    text = filler.join(["", *chosen, ""])
    at = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})

    shown = said(secrets, [text[a:b] for a, b in itertools.pairwise(at)])

    hidden = [False] * len(text)
    for start, end in SecretPattern(set(secrets)).spans(text):
        hidden[start:end] = [True] * (end - start)
    clear = sum(not each for each in hidden)
    assert len(shown.replace(MASK, "")) <= clear + 3 * shown.count(MASK)
    assert not any(secret in shown for secret in secrets)


def test_a_text_that_breaks_off_within_a_long_secret():
    secret = "0123456789" * 20

    assert said([secret], [f"it is {secret[:15]}"]) == f"it is {secret[:15]}"
    assert said([secret], [f"it is {secret[:16]}"]) == f"it is {MASK}"
    assert "3456" not in said([secret], ["it is ", *secret[:60]])
