"""The one place that turns errors of lg_notebook into IPython's `UsageError`."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from lg_notebook.exceptions import EventLoopConflictError, LgNotebookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def usage_errors(started: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Show errors of lg_notebook as one sentence without a traceback, as magics do.

    Args:
        started: Whether the graph runs already. Then its errors stay as they are, except that
            it needs the event loop which the cell blocks.

    Raises:
        UsageError: An error of lg_notebook, with the same sentence.
    """
    try:
        yield
    except LgNotebookError as error:
        if started() and not isinstance(error, EventLoopConflictError):
            raise
        raise UsageError(str(error)) from error.__cause__
