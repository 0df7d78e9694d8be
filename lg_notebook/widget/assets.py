"""Read the files of the front end: the code of the views, and what a view requests later."""

from __future__ import annotations

import functools
import hashlib
import pathlib

_STATIC = pathlib.Path(__file__).parent.parent / "static"
FRONT_END = _STATIC / "widget.js"
"""The code of every view."""
LOADER = _STATIC / "loader.js"
"""The code that each widget carries: it fetches the code of the views from the hub."""

_FILES = {"highlighter": _STATIC / "highlighter.js"}


def read_asset(name: str) -> bytes | None:
    """Read a file of the front end by a fixed name, which is never used as a path.

    Args:
        name: `extra` is the only one.

    Returns:
        The content of the file; None if there is no such file.

    Example:
        >>> read_asset("../../etc/passwd") is None
        True
    """
    file = _FILES.get(name)
    try:
        return file.read_bytes() if file else None
    except OSError:
        return None


@functools.cache
def front_end() -> str:
    """Read the code of the views, once per process.

    Raises:
        OSError: The front end is not built, in a source checkout.
    """
    return FRONT_END.read_text(encoding="utf-8")


@functools.cache
def build() -> str:
    """Name the code of the views by its content, so that a page loads it once.

    Returns:
        16 hexadecimal digits.

    Raises:
        OSError: The front end is not built, in a source checkout.

    Example:
        >>> build()
        '62d0a1c4f1ae22e9'
    """
    return hashlib.sha256(front_end().encode()).hexdigest()[:16]
