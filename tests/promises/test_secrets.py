"""F. No secret leaves, in whatever pieces; what is not a secret stays readable.

`Pieces` may show so many characters of a secret before it is recognised: `SHOWN`.
"""

import json
import re

import pytest
from pydantic import SecretStr

from lg_notebook import settings
from tests.promises.graphs import Docs, calling, faces, fake, quiet, returning

SHOWN = 3
"""Characters of a secret that may show before it is recognised."""

SECRET = "Zq7pLw93xKd02mVt"
"""Looks like nothing else in a run."""

BODY = "\n".join(f"{chr(97 + at)}Zq7pLw93xKd02mVtMIIEvQ{at:02}AQEFAASC" for at in range(12))
PEM = f"-----BEGIN PRIVATE KEY-----\n{BODY}\n-----END PRIVATE KEY-----\n"


def pieces(text, size):
    return [text[at : at + size] for at in range(0, len(text), size)]


def parts(secret, length=SHOWN + 1):
    """Every part of a secret that is too long to be shown."""
    return {secret[at : at + length] for at in range(len(secret) - length + 1)}


def check_masked(run, *secrets, allowed=""):
    """No part of a secret is in a face; those that plain text has as well do not count."""
    for name, face in faces(run).items():
        if name == "page":  # its code has any four letters
            assert not any(secret in face for secret in secrets)
            continue
        for secret in secrets:
            shown = {part for part in parts(secret, 8) if part in face and part not in allowed}
            assert not shown, (name, shown)


def talk(text, config, size=None):
    chunks = [text] if size is None else pieces(text, size)
    return quiet(calling(fake(*chunks)), "continue", config)


def configured(**keys):
    return {"configurable": keys}


# ---- a private key --------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 3, 7])
def test_a_private_key_in_pieces_is_masked_whole(size):
    run = talk(f"Here it is:\n{PEM}There.", configured(private_key=PEM), size)

    check_masked(run, PEM, *BODY.split("\n"), allowed="-----BEGIN PRIVATE KEY-----")
    assert "There." in run.text()


@pytest.mark.parametrize("size", [None, 1, 3, 7])
def test_a_private_key_as_json_is_masked_whole(size):
    run = talk(json.dumps({"pem": PEM}), configured(private_key=PEM), size)

    check_masked(run, *BODY.split("\n"))


def test_a_whole_private_key_is_masked_whole():
    run = talk(f"Here it is:\n{PEM}There.", configured(private_key=PEM))

    check_masked(run, *BODY.split("\n"))


@pytest.mark.parametrize("size", [None, 5])
def test_a_private_key_without_its_last_line_feed_is_masked_whole(size):
    check_masked(talk(PEM.strip(), configured(private_key=PEM), size), *BODY.split("\n"))


SPELT = {
    "JSON": lambda text: json.dumps(text)[1:-1],
    "URL": lambda text: "".join(f"%{ord(c):02X}" if not c.isalnum() else c for c in text),
    "repr": lambda text: repr(text)[1:-1],
}
ODD = 'Zq"7p\\Lw9+3x/Kd 02\nmVt='


@pytest.mark.parametrize("size", [None, 1, 4])
@pytest.mark.parametrize("spell", SPELT.values(), ids=SPELT)
def test_other_spellings_of_a_secret_are_masked(spell, size):
    check_masked(talk(f"it is {spell(ODD)}!", configured(api_key=ODD), size), spell(ODD))


# ---- secrets within secrets -----------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 9, 11])
def test_the_longer_of_two_secrets_is_masked_whole(size):
    keys = configured(api_key="changeme", other_api_key="changeme-prod-9f8e7d6c5b")
    run = talk("use changeme-prod-9f8e7d6c5b now, not changeme", keys, size)

    shown = r"[chan]{0,3}\[masked\]"
    assert re.fullmatch(f"use {shown} now, not {shown}", run.text())


# ---- names ----------------------------------------------------------------------------

NAMES = [
    "OPENAI_KEY", "AZURE_OPENAI_KEY", "PINECONE_KEY", "OPENAI_API_KEY_2", "DB_PASSWORD_PROD",
    "MYSQL_PWD", "SECRET_KEY_BASE", "OPENAI_API_KEY", "DB_PASSWORD", "STRIPE_SECRET",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_credential_of_the_environment_is_masked(monkeypatch, name):
    monkeypatch.setenv(name, SECRET)

    check_masked(talk(f"it is {SECRET}!", None, 4), SECRET)


@pytest.mark.parametrize("name", [name.lower() for name in NAMES])
def test_a_credential_of_a_state_is_masked(name):
    run = quiet(returning({"out": {name: SECRET}}, state=Docs), {"question": "x"})

    check_masked(run, SECRET)


NO_CREDENTIALS = ["next_page_token", "page_token", "author_token", "image_token", "cursor_token"]


@pytest.mark.parametrize("name", NO_CREDENTIALS)
def test_tokens_of_pages_are_no_credentials(name):
    run = quiet(returning({"out": {name: SECRET}}, state=Docs), {"question": "x"})

    assert SECRET in faces(run)["events"]


PLAIN = ["max_tokens", "primary_key", "key", "keyboard", "monkey", "sort_key", "PWD", "tokens"]


@pytest.mark.parametrize("name", PLAIN)
def test_other_names_are_no_credentials(name):
    run = quiet(returning({"out": {name: SECRET}}, state=Docs), {"question": "x"})

    assert SECRET in faces(run)["events"]


# ---- places ---------------------------------------------------------------------------


def nested(depth):
    value = {"api_key": SECRET}
    for _ in range(depth):
        value = {"inner": value}
    return value


PLACES = {
    "headers in pairs": configured(headers=[("Authorization", f"Bearer {SECRET}")]),
    "headers in lists": configured(headers=[["x-api-key", SECRET]]),
    "headers as name and value": configured(headers=[{"name": "x-api-key", "value": SECRET}]),
    "the query of an address": configured(
        base_url=f"https://example.org/?access_token={SECRET}&a=1"
    ),
    "the query of an address, last": configured(url=f"https://example.org/x?a=1&api_key={SECRET}"),
    "seven levels down": configured(**nested(7)),
    "twenty levels down": configured(**nested(20)),
    "bytes": configured(api_key=SECRET.encode()),
    "a sealed one": configured(api_key=SecretStr(SECRET)),
    "metadata": {"metadata": {"api_key": SECRET}},
    "a password in an address": configured(url=f"postgresql://me:{SECRET}@db/x"),
}


@pytest.mark.parametrize("config", PLACES.values(), ids=PLACES)
def test_a_secret_of_a_config_is_masked_wherever_it_is(config):
    check_masked(talk(f"it is {SECRET}!", config, 4), SECRET)


def test_a_secret_of_a_bound_config_is_masked():
    graph = calling(fake(*pieces(f"it is {SECRET}!", 4))).with_config(
        configurable={"api_key": SECRET}
    )

    check_masked(quiet(graph), SECRET)


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "plain"])
def test_a_models_own_key_is_masked(sealed):
    key = SecretStr(SECRET) if sealed else SECRET

    check_masked(quiet(calling(fake(*pieces(f"it is {SECRET}!", 4), api_key=key))), SECRET)


# ---- common words ---------------------------------------------------------------------

WORDS = {
    "DB_PASSWORD": "postgres",
    "POSTGRES_PASSWORD": "password",
    "APP_SECRET": "development",
    "ADMIN_PASSWORD": "administrator",
    "REDIS_PASSWORD": "localhost",
}


@pytest.mark.parametrize(("name", "word"), WORDS.items(), ids=WORDS)
def test_a_common_word_stays_in_prose(monkeypatch, name, word):
    monkeypatch.setenv(name, word)
    run = talk(f"the word {word} is ordinary", None, 4)

    assert run.text() == f"the word {word} is ordinary"
    assert word in faces(run)["html"]


def test_a_common_word_of_an_input_is_masked_under_its_key_alone():
    run = quiet(returning({"out": "an elephant"}, state=Secretive), {"secret": "elephant"})

    assert run.input == {"secret": "[masked]"}
    assert "an elephant" in faces(run)["events"]


class Secretive(Docs, total=False):
    secret: str


def test_a_common_word_is_masked_under_its_key():
    run = quiet(returning({"out": {"password": "postgres"}}, state=Docs), {"question": "x"})

    assert not re.search("postgres", faces(run)["events"])


# ---- the switch -----------------------------------------------------------------------


def test_masking_can_be_switched_off_and_every_face_says_so():
    config = configured(api_key=SECRET)
    settings.mask = False
    try:
        run = talk(f"it is {SECRET}!", config, 4)
    finally:
        settings.reset()

    assert run.text() == f"it is {SECRET}!"
    shown = faces(run)
    for name in ("events", "html", "text", "markdown", "page", "notebook"):
        assert "mask" in shown[name].lower(), name


def test_masking_is_on_by_default():
    run = talk(f"it is {SECRET}!", configured(api_key=SECRET), 4)

    assert re.fullmatch(r"it is (?:Z|Zq|Zq7)?\[masked\]!", run.text())
