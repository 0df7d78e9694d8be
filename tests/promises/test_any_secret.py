"""Masks, for any secrets, any text and any cutting.

No secret is in a face, and no part of one beyond the `SHOWN` characters that may show before
it is recognised. Longer searches: `LG_NOTEBOOK_EXAMPLES=2000 pytest …`.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import strategies as st

from lg_notebook import watch
from tests.promises.graphs import call_piece, calling, faces, fake
from tests.promises.test_any_run import SEARCH
from tests.promises.test_secrets import SHOWN, parts

TELLING = "QZXJKVW"
"""Letters that nothing else in a run has side by side."""

SECRETS = st.lists(st.text(TELLING, min_size=8, max_size=14), min_size=1, max_size=3, unique=True)
SPACED = st.lists(
    st.lists(st.text(TELLING, min_size=4, max_size=9), min_size=2, max_size=3).map(" ".join).filter(
        lambda text: len(text) >= 8
    ),
    min_size=1, max_size=2, unique=True,
)  # fmt: skip
NESTED = st.tuples(
    st.text(TELLING, min_size=8, max_size=8), st.text(TELLING, min_size=1, max_size=8)
).map(lambda pair: [pair[0], pair[0] + pair[1]])
PROSE = st.text("abc .\n", max_size=6)


@st.composite
def talks(draw: Any, secrets: Any) -> tuple[list[str], list[str], str]:
    """Secrets, the pieces in which they are said, and where."""
    known = draw(secrets)
    text = draw(PROSE)
    for _ in range(draw(st.integers(1, 3))):
        text += draw(st.sampled_from(known)) + draw(PROSE)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    return known, pieces, draw(st.sampled_from(["text", "reasoning", "call", "blocks"]))


def model(pieces: list[str], form: str) -> Any:
    match form:
        case "reasoning":
            return fake(*([{"type": "thinking", "thinking": p, "index": 0}] for p in pieces), "end")
        case "call":
            spelt = [json.dumps(piece)[1:-1] for piece in pieces]
            first = call_piece('{"a": "', name="tool", call_id="c1")
            return fake(first, *map(call_piece, spelt), call_piece('"}'))
        case "blocks":
            return fake(*([{"type": "text", "text": piece, "index": 0}] for piece in pieces))
    return fake(*pieces)


def check(talk: Any) -> None:
    known, pieces, form = talk
    config = {"configurable": {f"key{at}_api_key": secret for at, secret in enumerate(known)}}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.jsonl"
        run = watch(calling(model(pieces, form)), "hi", config, view="quiet", record=file)
        shown = {**faces(run), "recording": file.read_text(encoding="utf-8")}
    shown.pop("page")  # what it holds is the notebook's, and its code has any letters
    shown["tokens"] = "".join(e["text"] for e in run.events if e["type"] == "delta")
    for name, face in shown.items():
        for secret in known:
            assert secret not in face, name
            allowed = {part for part in parts(secret) if not set(part) <= {*TELLING}}
            assert not [p for p in parts(secret, SHOWN + 1) - allowed if p in face], name


@SEARCH
@hypothesis.given(talk=talks(SECRETS))
@hypothesis.example((["QZXJKVWQZ"], ["QZXJ", "KVWQZ"], "text"))
@hypothesis.example((["QZXJKVWQZ"], list("QZXJKVWQZ"), "call"))
@hypothesis.example((["QZXJKVWQZ"], ["abQZXJKVWQ", "Zc"], "reasoning"))
def test_no_secret_is_in_a_face(talk):
    check(talk)


@SEARCH
@hypothesis.given(talk=talks(SPACED))
@hypothesis.example((["QZXJ QZXJQZXJ"], list("QZXJ QZXJQZXJ"), "text"))
@hypothesis.example(
    (["QZXJ KVWQKVWQVVVVVVVV KVWQKVWQ"], list("QZXJ KVWQKVWQVVVVVVVV KVWQKVWQ"), "text")
)
def test_no_secret_of_several_words_is_in_a_face(talk):
    check(talk)


@SEARCH
@hypothesis.given(talk=talks(NESTED))
@hypothesis.example((["QZXJKVWQ", "QZXJKVWQVVVVVVVV"], list("QZXJKVWQVVVVVVVV"), "text"))
def test_no_secret_that_begins_with_another_one_is_in_a_face(talk):
    check(talk)
