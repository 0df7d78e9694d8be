"""The size of JSON payloads, and payloads without the text that makes them large."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lg_notebook.events import Payload

_SHOWN = 64
"""Characters left of what is too large: as many as tell what it was."""

_LONG = 1_000
"""Characters from which on a text in a block is what makes it large."""


def weight(data: Payload) -> int:
    """The length of all text in a payload: about the bytes that it takes as JSON.

    Example:
        >>> weight({"type": "image", "base64": "AAAA"})
        19
    """
    if isinstance(data, dict):
        return sum(len(key) + weight(item) for key, item in data.items())
    if isinstance(data, list):
        return sum(map(weight, data))
    return len(data) if isinstance(data, str) else 0


def stub(data: Payload) -> Payload:
    """A payload without the text that makes it large, of which the length is left.

    Example:
        >>> stub({"type": "image", "base64": "A" * 2_000})["base64"][-24:]
        ' (1,936 more characters)'
    """
    if isinstance(data, dict):
        return {key: stub(item) for key, item in data.items()}
    if isinstance(data, list):
        return [stub(item) for item in data]
    if isinstance(data, str) and len(data) > _LONG:
        return f"{data[:_SHOWN]}… ({len(data) - _SHOWN:,} more characters)"
    return data
