"""Tracebacks that begin at the user's own code."""

from __future__ import annotations

import re
from types import TracebackType

_MACHINERY = re.compile(
    r"(?:lg_notebook|IPython|contextlib|asyncio|concurrent|threading"
    r"|langgraph\.(?:pregel|_internal|utils)|langchain_core\.runnables)(?:\.|$)"
)
"""Modules that only call the user's code."""


def without_machinery(trace: TracebackType | None) -> TracebackType | None:
    """Leave out the frames between the user's own that only call them.

    The frames after the last one of the user's stay: they are where the exception was raised.

    Args:
        trace: A traceback, which stays as it is.

    Returns:
        A new traceback; the same one if no frame in it is the user's.

    Example:
        >>> error.__traceback__ = without_machinery(error.__traceback__)
    """
    entries: list[TracebackType] = []
    last = trace
    while last is not None:
        entries.append(last)
        last = last.tb_next
    users = [at for at, each in enumerate(entries) if not _is_machinery(each)]
    if not users:
        return trace
    kept: TracebackType | None = None
    for at in reversed(range(len(entries))):
        each = entries[at]
        if at > users[-1] or not _is_machinery(each):
            kept = TracebackType(kept, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return kept


def _is_machinery(entry: TracebackType) -> bool:
    name = entry.tb_frame.f_globals.get("__name__")
    return isinstance(name, str) and _MACHINERY.match(name) is not None
