"""Read an exception's words, which its own code may refuse."""

from __future__ import annotations


def words_of(error: BaseException) -> str:
    """Return an exception's message.

    Args:
        error: The exception.

    Returns:
        Its `str`; a sentence that says why there is none, if its `__str__` fails.

    Example:
        >>> words_of(ValueError("no such topic"))
        'no such topic'
    """
    try:
        return str(error)
    except Exception as failure:  # noqa: BLE001 - the exception's own code may raise anything
        return f"The message could not be read: {type(failure).__name__}."
