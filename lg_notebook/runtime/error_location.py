"""An exception as plain data, and where in the user's own code it came from."""

from __future__ import annotations

import linecache
import logging
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from lg_notebook.core.error_words import words_of
from lg_notebook.kernel import environment
from lg_notebook.runtime.node_exit import unwrapped
from lg_notebook.runtime.user_code import is_library

if TYPE_CHECKING:
    from types import CodeType, TracebackType

    from lg_notebook.events import RunError, Source
    from lg_notebook.privacy.redactor import Redactor

_LOG = logging.getLogger(__name__)

_CELL = re.compile(r"<ipython-input-(\d+)-")


def describe_error(error: BaseException, redactor: Redactor) -> RunError:
    """Describe an exception as plain data.

    Args:
        error: The exception.
        redactor: Masks secrets in it.
    """
    error = unwrapped(error)
    trace: str | None = None
    source: Source | None = None
    try:
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        source = find_source(error, redactor)
    except Exception:  # noqa: BLE001 - the exception's own code may raise anything
        _LOG.debug("The traceback of a %s could not be read.", type(error), exc_info=True)
    return {
        "type": type(error).__name__,
        "message": redactor.text(words_of(error)),
        "traceback": None if trace is None else redactor.text(trace),
        "source": source,
    }


def find_source(error: BaseException, redactor: Redactor) -> Source | None:
    """The innermost line of an exception's traceback that is in no library.

    Args:
        error: The exception; where its own traceback has no such line, that of the exception
            which it was raised from is looked at.
        redactor: Masks secrets in the line.

    Returns:
        The line, or None if the user's own code is not in the traceback.

    Example:
        >>> find_source(error, redactor)
        {'file': 'cell In[3]', 'line': 2, 'function': 'node', 'text': 'raise ValueError'}
    """
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        found = _own(cause.__traceback__)
        if found is not None:
            code, line = found
            text = linecache.getline(code.co_filename, line).strip()
            return {
                "file": redactor.text(_file(code)),
                "line": line,
                "function": code.co_name,
                "text": redactor.text(text) or None,
            }
        cause = cause.__cause__ or cause.__context__
    return None


def _own(trace: TracebackType | None) -> tuple[CodeType, int] | None:
    """The innermost frame of the user's own, and its line."""
    found = None
    for frame, line in traceback.walk_tb(trace):
        if not is_library(frame.f_code.co_filename, frame.f_globals.get("__name__")):
            found = frame.f_code, line
    return found


def _file(code: CodeType) -> str:
    """A file's name as people know it."""
    file = code.co_filename
    compiler = getattr(environment.shell(), "compile", None)
    named = getattr(compiler, "format_code_name", lambda _: None)(file)
    if named is not None:
        label, name = named
        return f"{label.lower()} {name}"
    cell = _CELL.match(file)
    if cell is not None:
        return f"cell In[{cell[1]}]"
    path = Path(file)
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.name
