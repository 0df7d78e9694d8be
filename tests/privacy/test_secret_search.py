"""Find secrets by their names and places, and leave common words alone."""

import json

import pytest

from lg_notebook import settings
from lg_notebook.privacy.credential_names import MASK
from lg_notebook.privacy.payload import payload
from lg_notebook.privacy.redactor import Redactor
from lg_notebook.privacy.secret_search import find_secrets, is_common, spellings

SECRET = "sk-12345678"


@pytest.fixture(autouse=True)
def _defaults():
    yield
    settings.reset()


@pytest.mark.parametrize(
    "source",
    [
        [("Authorization", f"Bearer {SECRET}")],
        {"headers": [["x-api-key", SECRET]]},
        {"name": "x-api-key", "value": SECRET},
        f"https://example.org/?a=1&access_token={SECRET}#top",
        "https://example.org/#access_token=sk%2D12345678",
        {"api_key": json.dumps({"private_key": SECRET, "type": "service"})},
        {"dsn": f"postgresql://me:{SECRET}@db/x"},
    ],
)
def test_places(source):
    assert SECRET in find_secrets([source])


def test_the_name_of_a_variable_is_no_secret():
    assert find_secrets([{"api_key": "OPENAI_API_KEY"}]) == set()


def test_a_large_input_ends_the_search_after_what_is_near():
    source = {"rows": [{"n": n} for n in range(100_000)], "api_key": SECRET}

    assert find_secrets([source]) == {SECRET}


def test_mappings_that_are_made_anew_are_each_looked_at():
    class Rows(dict):
        def items(self):
            return [(n, {"api_key": f"{SECRET}-{n}"}) for n in range(50)]

    assert len(find_secrets([Rows()])) == 50


@pytest.mark.parametrize(
    "word", ["postgres", "Password", "DEVELOPMENT", "elephant", "change-me", "PASSWORD123"]
)
def test_common_words(word):
    assert is_common(word)
    for where in ({"environ": {"DB_PASSWORD": word}}, {"run_input": {"secret": word}}):
        assert Redactor(**{"environ": {}, **where}).text(f"it is {word}") == f"it is {word}"
    assert Redactor({"api_key": word}, environ={}).text(f"it is {word}") == f"it is {MASK}"


@pytest.mark.parametrize("text", ["hunter2hunter", "aVeryMixedCase", "correct horse", "a" * 15])
def test_other_texts_are_no_common_words(text):
    assert not is_common(text)


def test_a_plain_secret_has_one_spelling():
    assert spellings(SECRET) == {SECRET}


@pytest.mark.parametrize(
    "spelt", ['a\\"b c/d\\n1', "a%22b%20c%2Fd%0A1", "a%22b+c%2fd%0a1", 'a"b c/d\\n1', 'a"b c/d\n1']
)
def test_spellings(spelt):
    assert spelt in spellings('a"b c/d\n1 ')


def test_the_lines_of_a_key_are_found_however_they_are_laid_out():
    key = "-----BEGIN KEY-----\\n0123456789abcdefg\\nhijklmnopqrstuvwx\\n-----END KEY-----"
    mask = Redactor({"private_key": key}, environ={})

    assert mask.text("  0123456789abcdefg\n  hijklmnopqrstuvwx") == f"  {MASK}\n  {MASK}"
    assert mask.text("-----BEGIN KEY-----") == "-----BEGIN KEY-----"


def test_pairs_are_masked_in_values():
    mask = Redactor(environ={})

    assert payload([("x-api-key", "a"), ("accept", "b")], mask) == [
        ["x-api-key", MASK], ["accept", "b"],
    ]  # fmt: skip
    assert payload({"name": "cookie", "value": "a"}, mask) == {"name": "cookie", "value": MASK}


def test_masking_is_off():
    settings.mask = False
    mask = Redactor({"api_key": SECRET})

    assert mask.text(SECRET) == SECRET
    assert mask.stream_mask() is None
    assert payload({"api_key": SECRET}, mask) == {"api_key": SECRET}
    assert Redactor({"api_key": SECRET}, masks=True).text(SECRET) == MASK
