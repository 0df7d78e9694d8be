"""Files of the front end that a view may ask its kernel for."""

from __future__ import annotations

import pathlib

_FILES = {"extra": pathlib.Path(__file__).parent.parent / "static" / "extra.js"}


def read_asset(name: str) -> bytes | None:
    """A file of the front end, by a name that we gave it: a path is never made of one.

    Args:
        name: The name.

    Returns:
        What is in the file, in bytes; None if there is no such file.

    Example:
        >>> read_asset("../../etc/passwd") is None
        True
    """
    file = _FILES.get(name)
    try:
        return file.read_bytes() if file else None
    except OSError:
        return None
