"""Make text that can be encoded, which halves of surrogate pairs cannot."""

from __future__ import annotations

import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")


def is_sound(value: Any) -> bool:
    r"""Whether no text in a JSON value, keys included, has half of a surrogate pair.

    Args:
        value: A text, or any other JSON value.

    Example:
        >>> is_sound("joke"), is_sound({"a": ["\ud83d"]})
        (True, False)
    """
    if isinstance(value, str):
        return value.isascii() or _HALF.search(value) is None
    if isinstance(value, dict):
        return all(map(is_sound, value)) and all(map(is_sound, value.values()))
    if isinstance(value, list):
        return all(map(is_sound, value))
    return True


def sound(text: str) -> str:
    r"""Join halves of surrogate pairs, and replace lone halves by U+FFFD.

    Some servers split an emoji between two chunks. A lone half cannot be encoded as UTF-8, so
    neither a frame nor a file could hold it.

    Args:
        text: Any text.

    Returns:
        A text that can be encoded; the same one if it is sound.

    Example:
        >>> sound("\ud83d\ude00"), sound("x\ud83d")
        ('😀', 'x�')
    """
    if is_sound(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def all_sound(value: Any) -> Any:
    r"""Make every text in a JSON value sound (see `sound`), keys included.

    Args:
        value: A JSON value.

    Returns:
        The value itself if it is sound; otherwise a copy.

    Example:
        >>> all_sound({"a": ["x\ud83d", 1]})
        {'a': ['x�', 1]}
    """
    return value if is_sound(value) else _copy(value)


def _copy(value: Any) -> Any:
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, dict):
        return {_copy(key): _copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value
