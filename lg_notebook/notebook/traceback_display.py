"""Show an exception of a magic's cell without the frames of IPython and lg_notebook.

IPython adds the magic's own frames while the exception leaves the magic. So the traceback is cut
only when IPython shows it, by its hook for exceptions, which is set for this one exception.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from lg_notebook.kernel.user_frames import without_machinery
from lg_notebook.render.static_text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def users_traceback(shell: Any) -> Iterator[None]:
    """Show only the cell and the user's frames if the block raises an exception.

    An error of usage is one line, in which control characters are replaced.

    Args:
        shell: IPython's shell. If the user has set a handler of exceptions, that one stays.

    Raises:
        Exception: The block's own, unchanged.
    """
    try:
        yield
    except UsageError as error:
        # IPython prints it as it is, and it may quote anything, even control characters.
        error.args = (printable(str(error)),)
        raise
    except Exception as error:
        if not shell.custom_exceptions:
            shell.set_custom_exc((type(error),), _Handler(error).show)
        raise


class _Handler:
    """IPython's handler for one exception.

    Args:
        error: The exception.
    """

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def show(self, shell: Any, kind: type, error: BaseException, trace: Any, **_: Any) -> None:
        """Show an exception, and remove this handler."""
        shell.custom_exceptions = ()
        if error is self._error and trace is not None:
            # IPython leaves the first frame out, which is its own.
            trace.tb_next = without_machinery(trace.tb_next)
        shell.showtraceback((kind, error, trace), running_compiled_code=True)
