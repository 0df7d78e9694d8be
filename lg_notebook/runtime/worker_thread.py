"""Start a thread of our own, where the system has one to give."""

from __future__ import annotations

import contextvars
import logging
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)


def start(
    work: Callable[[], object], name: str, context: contextvars.Context | None = None
) -> bool:
    """Run a function in a daemon thread.

    Args:
        work: The function.
        name: What to call the thread.
        context: The context to run it in; by default a copy of the caller's, so that its output
            appears in the caller's cell.

    Returns:
        Whether the thread began. In Pyodide none does, and a system may have no more of them.

    Example:
        >>> start(lambda: print("from the thread"), "lg_notebook-example")
        True
    """
    context = contextvars.copy_context() if context is None else context
    thread = threading.Thread(target=context.run, args=(work,), name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        _LOG.debug("The thread %s could not be started.", name, exc_info=True)
        return False
    return True
