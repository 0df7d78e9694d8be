"""Read tokens from custom payloads, for models outside LangChain."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from langchain_core.messages import BaseMessage
from pydantic import BaseModel

from lg_notebook.exceptions import OptionError
from lg_notebook.normalize.content import find_messages_in

WHOLE = "."
"""The key that means the payload itself."""

_TOKEN_KEY = re.compile(r"(?:token|chunk|delta)s?$", re.IGNORECASE)
_ENOUGH = 2
"""Payloads of one form from which on they may be tokens; a single one is a remark."""

_MOST = 8
"""Keys that are remembered at most."""


class Tokens:
    """Reads the tokens in a run's custom payloads, and notes payloads that may be tokens.

    Args:
        key: Name of the field that holds the token; `.` if the payload itself is the token;
            None to read none.

    Raises:
        OptionError: The key is not a name.

    Example:
        >>> Tokens("token").read({"token": "Hel"}), Tokens(".").read("lo")
        ('Hel', 'lo')
    """

    def __init__(self, key: Any = None) -> None:
        if key is not None and not (isinstance(key, str) and key):
            msg = (
                f"tokens takes the name of a field of the custom payloads, or {WHOLE!r} if the"
                f" payload itself is the token, not {key!r}."
            )
            raise OptionError(msg)
        self.key: str | None = key
        self._found = False
        self._seen: dict[str, list[str]] = {}

    def read(self, payload: object) -> Any:
        """Read the token in a payload.

        Args:
            payload: A custom payload.

        Returns:
            A text, a message or a chunk; None if the payload holds no token.
        """
        if self.key is None:
            return None
        value = payload if self.key == WHOLE else _field(payload, self.key)
        if not isinstance(value, (str, BaseMessage)):
            value = next(iter(find_messages_in(value)), None)
        if value is not None:
            self._found = True
        return value

    def note(self, payload: object) -> None:
        """Note the texts of a payload that is not read as a token."""
        for key, value in _texts(payload):
            if key not in self._seen and len(self._seen) == _MOST:
                continue
            known = self._seen.setdefault(key, [])
            if len(known) < _ENOUGH or not _is_flowing(known):
                known[_ENOUGH - 1 :] = [value]

    @property
    def guess(self) -> str | None:
        """The key under which payloads seem to have tokens, or None."""
        for key, values in self._seen.items():
            if len(values) >= _ENOUGH and (_TOKEN_KEY.search(key) or _is_flowing(values)):
                return key
        return None

    @property
    def missing(self) -> str | None:
        """A sentence if no payload had the key; else None."""
        if self.key is None or self._found:
            return None
        if not self._seen:
            return f"`--tokens {self.key}` found nothing: no node wrote a custom payload with text."
        names = ", ".join(f"`{key}`" for key in sorted(self._seen))
        return f"`--tokens {self.key}` found nothing: the custom payloads have text under {names}."


def _is_flowing(values: list[str]) -> bool:
    """Whether texts look like parts of one text: some begin or end with white space."""
    return any(value != value.strip() for value in values)


def _field(payload: object, name: str) -> object:
    if type(payload) is dict or isinstance(payload, Mapping):  # the first check is faster
        return payload.get(name)
    if isinstance(payload, BaseModel) or dataclasses.is_dataclass(payload):
        return getattr(payload, name, None)
    return None


def _texts(payload: object) -> list[tuple[str, str]]:
    """List the texts in a payload, each with its key."""
    if isinstance(payload, str):
        return [(WHOLE, payload)]
    if isinstance(payload, BaseMessage):
        return [(WHOLE, " ")]
    if not isinstance(payload, Mapping):
        return []
    texts = [(key, " " if find_messages_in(value) else value) for key, value in payload.items()]
    return [
        (key, text) for key, text in texts if isinstance(key, str) and key and isinstance(text, str)
    ]
