"""Read tokens from custom payloads."""

from dataclasses import dataclass

import pytest
from langchain_core.messages import AIMessageChunk
from pydantic import BaseModel

from lg_notebook.normalize.content import RemoteMessage
from lg_notebook.normalize.custom_tokens import Tokens


@dataclass
class Plain:
    token: str


class Model(BaseModel):
    token: str


CHUNK = AIMessageChunk(content="x")


@pytest.mark.parametrize(
    ("key", "payload", "token"),
    [
        ("token", {"token": "x", "n": 1}, "x"),
        ("token", {"token": ""}, ""),
        ("token", {"token": CHUNK}, CHUNK),
        ("token", Plain("x"), "x"),
        ("token", Model(token="x"), "x"),
        ("token", {"other": "x"}, None),
        ("token", {"token": 3}, None),
        ("token", {"token": None}, None),
        ("token", {"token": {"nested": "x"}}, None),
        ("token", "token", None),
        ("token", Plain, None),
        ("upper", "text", None),
        (".", "x", "x"),
        (".", CHUNK, CHUNK),
        (".", {"token": "x"}, None),
        (".", None, None),
        (None, "x", None),
    ],
)
def test_reads(key, payload, token):
    assert Tokens(key).read(payload) == token


def test_reads_what_a_server_made_of_a_chunk():
    found = Tokens("llm").read({"llm": {"type": "AIMessageChunk", "content": "x", "id": "1"}})

    assert isinstance(found, RemoteMessage)
    assert (found.content, found.is_chunk) == ("x", True)


@pytest.mark.parametrize("key", ["", 3, True, ["token"], b"token"])
def test_a_key_that_is_no_name(key):
    with pytest.raises(ValueError, match=r"tokens takes the name of a field .* not "):
        Tokens(key)


def test_a_key_that_no_payload_has():
    tokens = Tokens("word")
    assert (
        tokens.missing == "`--tokens word` found nothing: no node wrote a custom payload with text."
    )
    for payload in ({"token": "a"}, {"chunk": "b"}, {"n": 1}):
        assert tokens.read(payload) is None
        tokens.note(payload)

    assert tokens.missing == (
        "`--tokens word` found nothing: the custom payloads have text under `chunk`, `token`."
    )
    tokens.read({"word": "x"})
    assert tokens.missing is None


def test_remembers_little():
    tokens = Tokens()
    for at in range(1000):
        tokens.note({f"token{at}": "x" * 100, "token": " "})

    assert len(tokens._seen) < 10
    assert tokens.guess == "token"
