"""Find out whether this process is a kernel, a terminal or a script, and use its event loop."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

from lg_notebook.core.error_words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

_background: set[asyncio.Task[Any]] = set()


def shell() -> Any | None:
    """Return the running IPython shell, or None.

    It does not import IPython: a process with a shell has imported it already.
    """
    return getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()


def kernel() -> Any | None:
    """Return the running ipykernel, or None in a terminal or a script."""
    return getattr(shell(), "kernel", None)


def cell() -> tuple[str | None, str]:
    """Return the id of the running cell (None if the host sends none) and of its execution."""
    found = kernel()
    parent = found.get_parent() if found is not None and hasattr(found, "get_parent") else {}
    name = (parent.get("metadata") or {}).get("cellId")
    return (name if isinstance(name, str) else None), str(
        (parent.get("header") or {}).get("msg_id") or ""
    )


def in_marimo() -> bool:
    """Whether this is a marimo notebook, whose widgets cannot find each other in the page."""
    marimo = sys.modules.get("marimo")
    in_notebook = getattr(marimo, "running_in_notebook", None)
    return in_notebook is not None and bool(in_notebook())


def has_running_loop() -> bool:
    """Whether an event loop runs in this thread, which must not be blocked for long."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def main_loop() -> asyncio.AbstractEventLoop | None:
    """Return the kernel's event loop, which runs the user's async code; None without a kernel."""
    loop = getattr(getattr(kernel(), "io_loop", None), "asyncio_loop", None)
    return loop if isinstance(loop, asyncio.AbstractEventLoop) else None


def spawn(
    start: Callable[[], Coroutine[Any, Any, Any]], loop: asyncio.AbstractEventLoop | None = None
) -> None:
    """Run a coroutine on an event loop, from any thread, with the caller's context.

    Args:
        start: Makes the coroutine; called on that loop.
        loop: The loop; the kernel's own by default.
    """

    def begin() -> None:
        task = asyncio.ensure_future(start())
        _background.add(task)  # the loop itself holds its tasks only weakly
        task.add_done_callback(_background.discard)

    loop = loop or main_loop() or asyncio.get_running_loop()
    loop.call_soon_threadsafe(begin)


def sentence(error: BaseException) -> str:
    r"""Write an exception as one line: its type, and the first line of its message.

    Args:
        error: The exception. From pydantic's errors, the line names each field.

    Example:
        >>> sentence(ValueError("It failed.\nHere."))
        'ValueError: It failed.'
    """
    words = _fields(error) or words_of(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {words}" if words else f"{type(error).__name__}."


_FIELDS = 8
"""Fields that a sentence names."""


def _fields(error: BaseException) -> str:
    """Name the fields that pydantic refuses, each with the reason; empty for other errors."""
    pydantic = sys.modules.get("pydantic")
    if pydantic is None or not isinstance(error, pydantic.ValidationError):
        return ""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    named = [f"{'.'.join(map(str, each['loc'])) or 'input'}: {each['msg']}" for each in found]
    rest = len(named) - _FIELDS
    return "; ".join(named[:_FIELDS]) + (f"; and {rest} more" if rest > 0 else "")
