"""An IPython shell within the test's own process."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from lg_notebook.notebook.extension import load, unload


class Cell(NamedTuple):
    """What running a cell gave."""

    out: str
    err: str
    error: BaseException | None


class Shell:
    """IPython, without a kernel or a terminal.

    Attributes:
        ip: The shell itself.
        names: The user's namespace.
    """

    def __init__(self, ip: Any):
        self.ip = ip
        self.names: dict[str, Any] = ip.user_ns

    def run(self, source: str) -> Cell:
        """Run a cell."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            result = self.ip.run_cell(source)
        return Cell(
            out.getvalue(), err.getvalue(), result.error_in_exec or result.error_before_exec
        )


@contextlib.contextmanager
def shell(*, loaded: bool = True) -> Iterator[Shell]:
    """A shell of one's own, gone afterwards."""
    hooks = sys.excepthook, sys.displayhook, sys.modules["__main__"]
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Plain"
    InteractiveShell.clear_instance()
    ip = InteractiveShell.instance(config=config)
    try:
        if loaded:
            load(ip)
        yield Shell(ip)
    finally:
        unload(ip)
        InteractiveShell.clear_instance()
        sys.excepthook, sys.displayhook, sys.modules["__main__"] = hooks
