"""Reads tokens from custom payloads: what a model outside LangChain says."""

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

_SPEAKING = re.compile(r"(?:token|chunk|delta)s?$", re.IGNORECASE)
_ENOUGH = 2
"""Payloads of one form that may be tokens; a single one is a remark."""

_MOST = 8
"""Keys that are remembered."""


class Tokens:
    """What of a run's custom payloads is tokens, or might be.

    Args:
        key: Name of the field that holds the token; `.` where the payload itself is the token;
            None to read none.

    Raises:
        ValueError: The key is no such name.

    Example:
        >>> Tokens("token").read({"token": "Hel"}), Tokens(".").read("lo")
        ('Hel', 'lo')
    """

    def __init__(self, key: Any = None) -> None:
        if key is not None and not (isinstance(key, str) and key):
            msg = (
                f"tokens takes the name of a field of the custom payloads, or {WHOLE!r} where the"
                f" payload itself is the token, not {key!r}."
            )
            raise OptionError(msg)
        self.key: str | None = key
        self._found = False
        self._seen: dict[str, list[str]] = {}

    def read(self, payload: object) -> Any:
        """The token in a payload.

        Args:
            payload: What a node wrote to its stream writer.

        Returns:
            A text, a message or a part of one; None if the payload holds no token.
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
        """Remember what a payload looks like that is not read as a token."""
        for key, value in _texts(payload):
            if key not in self._seen and len(self._seen) == _MOST:
                continue
            known = self._seen.setdefault(key, [])
            if len(known) < _ENOUGH or not _is_flowing(known):
                known[_ENOUGH - 1 :] = [value]

    @property
    def guess(self) -> str | None:
        """The key under which payloads seem to carry tokens, or None."""
        for key, values in self._seen.items():
            if len(values) >= _ENOUGH and (_SPEAKING.search(key) or _is_flowing(values)):
                return key
        return None

    @property
    def missing(self) -> str | None:
        """A sentence for a key that no payload had; None where all is well."""
        if self.key is None or self._found:
            return None
        if not self._seen:
            return f"`--tokens {self.key}` found nothing: no node wrote a custom payload with text."
        names = ", ".join(f"`{key}`" for key in sorted(self._seen))
        return f"`--tokens {self.key}` found nothing: the custom payloads have text under {names}."


def _is_flowing(values: list[str]) -> bool:
    """Whether texts look like parts of one: some begin or end with white space."""
    return any(value != value.strip() for value in values)


def _field(payload: object, name: str) -> object:
    if type(payload) is dict or isinstance(payload, Mapping):  # the first is the quicker one
        return payload.get(name)
    if isinstance(payload, BaseModel) or dataclasses.is_dataclass(payload):
        return getattr(payload, name, None)
    return None


def _texts(payload: object) -> list[tuple[str, str]]:
    """The texts in a payload, each with the key that it is under."""
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
