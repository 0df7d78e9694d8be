"""Route displays of runs in the background to the cell that started them.

ipykernel does so from 7 on: its publisher keeps the cell in a context variable. The publisher of
ipykernel 6 knows only the cell that is running, unlike its output streams.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from lg_notebook.kernel import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_origin: ContextVar[Any] = ContextVar("lg_notebook_origin", default=None)
"""The header of the message that started the cell to which this context's displays belong."""

_lock = threading.Lock()
_holders = 0
_METHODS = ("publish", "clear_output")


def _routed(publisher: Any, method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*args: Any, **more: Any) -> Any:
        origin = _origin.get()
        if origin is None:
            return method(*args, **more)

        def hook(message: Any) -> Any:
            message["parent_header"] = origin
            return message

        publisher.register_hook(hook)  # its hooks are this thread's own
        try:
            return method(*args, **more)
        finally:
            publisher.unregister_hook(hook)

    return call


def _needed(publisher: Any) -> bool:
    """Whether this is ipykernel's publisher, and keeps the cell for the whole process."""
    kind = type(publisher)
    return (
        hasattr(publisher, "parent_header")
        and hasattr(publisher, "register_hook")
        and not isinstance(getattr(kind, "parent_header", None), property)
    )


@contextlib.contextmanager
def routed_to_cell() -> Iterator[None]:
    """Route displays of this context, its tasks and threads, to the current cell.

    Enter this scope while the cell is running. Any thread may leave it.
    """
    global _holders  # noqa: PLW0603 - there is one publisher in the process
    publisher = getattr(environment.shell(), "display_pub", None)
    if not _needed(publisher):
        yield
        return
    assert publisher is not None  # noqa: S101 - `_needed` has checked it
    _origin.set(publisher.parent_header)
    with _lock:
        if not _holders:
            for name in _METHODS:
                setattr(publisher, name, _routed(publisher, getattr(publisher, name)))
        _holders += 1
    try:
        yield
    finally:
        with _lock:
            _holders -= 1
            if not _holders:
                for name in _METHODS:
                    vars(publisher).pop(name, None)
