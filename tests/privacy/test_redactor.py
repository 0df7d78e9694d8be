"""Mask secrets, whole or in pieces, and nothing else."""

import itertools
import json
import re
from pathlib import Path

import pytest
from hypothesis import assume, example
from hypothesis import strategies as st

from lg_notebook.privacy.credential_names import MASK, is_credential, mask_secret
from lg_notebook.privacy.redactor import Redactor
from tests.chance import given

SECRET = "sk-12345678"
RULE = json.loads((Path(__file__).parent.parent / "credentials.json").read_text(encoding="utf-8"))
"""Names that are or are not credentials; the front end's tests use the same file."""


def redactor(*secrets, **more):
    return Redactor({f"key{at}_api_key": secret for at, secret in enumerate(secrets)}, **more)


def in_pieces(secrets, parts):
    """Mask a text that arrives in parts."""
    mask = redactor(*secrets, environ={}).stream_mask()
    return "".join(mask.add(part) for part in parts) + mask.flush()


# ---- names ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RULE["credentials"])
def test_names_of_credentials(name):
    assert is_credential(name)


@pytest.mark.parametrize("name", [*RULE["others"], 3, None, ("a",)])
def test_names_of_other_things(name):
    assert not is_credential(name)


# ---- where secrets are found ------------------------------------------------------------


class Settings:
    def __init__(self):
        self.model = "m-12345678"
        self.api_key = SECRET


class Sealed:
    def get_secret_value(self):
        return SECRET


@pytest.mark.parametrize(
    "source",
    [
        {"api_key": SECRET},
        {"configurable": {"openai": [{"api_key": SECRET}]}},
        {"api_keys": ["other-123", SECRET]},
        {"credentials": {"user": "nobody-here", "pin": SECRET}},
        {"api_key": SECRET.encode()},
        {"model": Sealed()},
        {"api_key": Sealed()},
        Settings(),
        {"settings": Settings()},
        [{"api_key": SECRET}],
    ],
)
def test_found_in(source):
    assert Redactor(source, environ={}).text(f"<{SECRET}>") == f"<{MASK}>"


def test_found_in_the_environment(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", SECRET)
    monkeypatch.setenv("SOME_PLACE", "a-public-place")

    assert Redactor().text(f"{SECRET} in a-public-place") == f"{MASK} in a-public-place"


def test_the_second_half_of_a_bearer_header_is_a_secret_too():
    mask = Redactor({"headers": {"Authorization": f"Bearer {SECRET}"}}, environ={})

    assert mask.text(f"it is {SECRET}.") == f"it is {MASK}."
    assert mask.text(f"Authorization: Bearer {SECRET}") == f"Authorization: {MASK}"


def test_the_password_in_an_address_is_a_secret():
    masked = Redactor(environ={"DATABASE": "postgresql://me:hunter2hunter@db/x"})

    assert masked.text("it was hunter2hunter") == "it was [masked]"


@pytest.mark.parametrize("value", ["none", "test", "1234567", "", None, True, 12345678, object()])
def test_short_words_and_other_things_are_no_secrets(value):
    mask = Redactor({"api_key": value}, environ={})

    assert mask.text(f"none test 1234567 {value}") == f"none test 1234567 {value}"
    assert mask.stream_mask() is None


def test_the_working_directory_is_no_secret(monkeypatch):
    monkeypatch.setenv("PWD", "/home/somebody")

    assert Redactor().text("see /home/somebody/x") == "see /home/somebody/x"


def test_usage_counts_and_token_fields_are_no_secrets():
    said = {"max_tokens": "a-long-value", "token": "a-long-token", "tokens": ["another-token"]}

    assert Redactor(said, environ={}).text(str(said)) == str(said)


def test_a_web_of_objects_ends():
    root = Settings()
    root.children = [Settings() for _ in range(200)]
    for child in root.children:
        child.parent, child.family = root, root.children

    assert Redactor(root, environ={}).text(SECRET) == MASK


class Evasive:
    def __getattr__(self, name):
        raise RuntimeError(name)


def test_an_object_that_answers_to_nothing_hides_no_others():
    assert Redactor([Evasive(), {"api_key": SECRET}], environ={}).text(SECRET) == MASK


@pytest.mark.parametrize("value", RULE["masked"])
def test_masked_values(value):
    assert mask_secret(value) == MASK


@pytest.mark.parametrize("value", RULE["telling_nothing"])
def test_values_that_tell_nothing(value):
    assert mask_secret(value) is value


# ---- texts in pieces --------------------------------------------------------------------


@pytest.mark.parametrize("cut", range(len(SECRET) + 1))
def test_at_every_cut(cut):
    shown = in_pieces([SECRET], ["my key: ", SECRET[:cut], SECRET[cut:], " and more"])

    assert shown.startswith("my key: ")
    assert shown.endswith(f"{MASK} and more")
    assert len(shown) <= len(f"my key: {MASK} and more") + 3


def test_character_by_character():
    shown = in_pieces([SECRET], f"a {SECRET} b {SECRET} c")

    assert re.sub(r"(sk-)?\[masked\]", "#", shown) == "a # b # c"


def test_what_only_begins_like_a_secret_is_shown():
    assert in_pieces([SECRET], ["sk-12", "3 is ", "sk-1", "not a secret"]) == (
        "sk-123 is sk-1not a secret"
    )


def test_a_secret_that_repeats_its_own_beginning():
    pem = "-----BEGIN PRIVATE KEY-----"

    assert "PRIVATE" not in in_pieces([pem], ["-", "-----", "BEGIN PRIVATE", " KEY-----"])
    assert "PRIVATE" not in in_pieces([pem], ["---", *pem])


def test_most_of_a_secret_at_the_end_is_masked():
    for cuts in ([SECRET[:-1]], list(SECRET[:-1]), [SECRET[:3], SECRET[3:-1]]):
        assert "567" not in in_pieces([SECRET], cuts)


def test_ordinary_text_is_passed_on_at_once():
    mask = redactor(SECRET, environ={}).stream_mask()

    assert [mask.add(part) for part in ("Why ", "did ", "s", "k")] == ["Why ", "did ", "s", "k"]


def cut_up(text, cuts):
    at = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[a:b] for a, b in itertools.pairwise(at)]


LETTERS = st.text("abc", max_size=25)
DIGITS = st.text("012", min_size=8, max_size=12)
CUTS = st.lists(st.integers(0, 10_000), max_size=30)


@given(before=LETTERS, secret=DIGITS, after=LETTERS, cuts=CUTS)
def test_no_secret_passes_wherever_the_cuts_fall(before, secret, after, cuts):
    text = f"{before}{secret}{after}{secret}"

    shown = in_pieces([secret], cut_up(text, cuts))

    assert secret not in shown
    assert len(re.findall(r"[012]", shown)) <= 6
    assert re.sub(r"[012]|\[masked\]", "", shown) == before + after


@given(
    secrets=st.lists(st.text("ab-", min_size=8, max_size=11), min_size=1, max_size=2),
    parts=st.lists(st.text("ab-", max_size=6), max_size=12),
)
@example(secrets=["----aaaa"], parts=["-", "----", "aaaa"])
def test_text_without_a_secret_comes_out_as_it_went_in(secrets, parts):
    text = "".join(parts)
    assume(not any(secret in text for secret in secrets))
    assume(not any(text.endswith(s[:n]) for s in secrets for n in range(4, len(s))))

    assert in_pieces(secrets, parts) == text


@given(
    secret=st.text("ab-", min_size=8, max_size=11),
    parts=st.lists(st.text("ab-", max_size=6), max_size=12),
    cuts=CUTS,
)
@example(secret="----aaaa", parts=["-", "----", "aaaa"], cuts=[])
def test_a_secret_that_overlaps_itself_does_not_pass(secret, parts, cuts):
    text = "".join([*parts, secret, *parts])

    assert secret not in in_pieces([secret], cut_up(text, cuts))


@given(before=LETTERS, secret=DIGITS, after=LETTERS)
def test_whole_texts(before, secret, after):
    mask = redactor(secret, environ={})

    assert mask.text(f"{before}{secret}{after}") == f"{before}{MASK}{after}"
