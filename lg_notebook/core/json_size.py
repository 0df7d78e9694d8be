"""Measure JSON payloads, and shorten the long texts in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lg_notebook.events import Payload

_SHOWN = 64
"""Characters that stay of a long text, to recognise it by."""

_LONG = 1_000
"""Characters above which a text is shortened."""


def json_size(data: Payload) -> int:
    """Sum up the lengths of all texts in a payload, about its size as JSON in bytes.

    Args:
        data: A JSON value.

    Returns:
        The number of characters, keys included.

    Example:
        >>> json_size({"type": "image", "base64": "AAAA"})
        19
    """
    if isinstance(data, dict):
        return sum(len(key) + json_size(item) for key, item in data.items())
    if isinstance(data, list):
        return sum(map(json_size, data))
    return len(data) if isinstance(data, str) else 0


def shorten(data: Payload) -> Payload:
    """Shorten the long texts in a payload, and say how much is missing.

    Args:
        data: A JSON value.

    Returns:
        The same value with short texts.

    Example:
        >>> shorten({"type": "image", "base64": "A" * 2_000})["base64"][-24:]
        ' (1,936 more characters)'
    """
    if isinstance(data, dict):
        return {key: shorten(item) for key, item in data.items()}
    if isinstance(data, list):
        return [shorten(item) for item in data]
    if isinstance(data, str) and len(data) > _LONG:
        return f"{data[:_SHOWN]}… ({len(data) - _SHOWN:,} more characters)"
    return data
