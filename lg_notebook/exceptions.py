"""Every exception of lg_notebook, in one tree below `LgNotebookError`.

Most also derive from the built-in exception that fits, so `except ValueError` works as well.
A graph's own exceptions are never wrapped: they reach the caller as the graph raised them.
"""

from __future__ import annotations

__all__ = [
    "AnswerError",
    "ArgumentError",
    "ArgumentTypeError",
    "CassetteError",
    "CassetteFileError",
    "DemoModelError",
    "EventLoopConflictError",
    "FolderError",
    "GraphTypeError",
    "InputError",
    "LgNotebookError",
    "MissingFileError",
    "MissingPackageError",
    "NodeExitError",
    "OptionError",
    "PatchMismatchError",
    "ReadOnlyFileError",
    "RecordingError",
    "RunStopped",
    "RunningError",
    "ServerError",
    "SettingError",
    "SettingNameError",
    "SettingTypeError",
    "StreamTypeError",
    "UnknownOptionError",
    "WaitTimeoutError",
]


def _one_line(error: BaseException) -> list[str]:
    """What IPython shows instead of a traceback: no frame of this process explains the error."""
    return [f"{type(error).__name__}: {error}"]


class LgNotebookError(Exception):
    """Base class of every error that lg_notebook raises.

    Example:
        >>> try:
        ...     watch(graph, {"topic": "ice cream"}, node="wirte")
        ... except LgNotebookError as error:
        ...     print(error)
        The graph has no node 'wirte'; did you mean 'write'?
    """


# ---- arguments and options ------------------------------------------------------------


class ArgumentError(LgNotebookError, ValueError):
    """An argument has a value that cannot be used."""


class ArgumentTypeError(ArgumentError, TypeError):
    """An argument has a type that cannot be used."""


class OptionError(ArgumentError):
    """An option of a run has a value that cannot be used, such as a node that does not exist."""


class UnknownOptionError(OptionError, TypeError):
    """There is no option of that name."""


class SettingError(ArgumentError):
    """A setting was assigned a value that cannot be used."""


class SettingTypeError(SettingError, TypeError):
    """A setting was assigned a value of the wrong type."""


class SettingNameError(SettingError, AttributeError):
    """There is no setting of that name."""


# ---- running a graph ------------------------------------------------------------------


class GraphTypeError(LgNotebookError, TypeError):
    """The object is not a graph, does not stream in that version, or its parts clash."""


class StreamTypeError(LgNotebookError, TypeError):
    """The object is not a stream of LangGraph's protocol events."""


class InputError(LgNotebookError, ValueError):
    """The graph did not accept its input, so nothing ran."""

    _render_traceback_ = _one_line


class AnswerError(LgNotebookError, ValueError):
    """No interrupt is waiting for this answer, or it does not say which interrupt it answers."""


class RunningError(LgNotebookError, RuntimeError):
    """A run is still in progress in this widget."""


class EventLoopConflictError(LgNotebookError, RuntimeError):
    """A graph needs the event loop of the thread that waits for it."""


class WaitTimeoutError(LgNotebookError, TimeoutError):
    """The run did not end in time; it continues."""


class ServerError(LgNotebookError, RuntimeError):
    """A graph on a server did not run to its end; the message is one sentence.

    Attributes:
        refused: Whether the server, or the connection to it, failed before anything ran.
        status: The HTTP status, if the server sent one.
    """

    def __init__(self, words: str, *, refused: bool = False, status: int | None = None) -> None:
        super().__init__(words)
        self.refused = refused
        self.status = status

    _render_traceback_ = _one_line


class NodeExitError(LgNotebookError, RuntimeError):
    """An exit that a node raised, such as `SystemExit`, which is its cause.

    It does not end the event loop of a notebook, as the exit itself would.
    """


class RunStopped(BaseException):
    """Ends a model's call because its run was stopped.

    Derives from `BaseException`, so that a node's `except Exception`, retries and fallbacks do
    not treat it as a failure and ask a model again.
    """


# ---- files ----------------------------------------------------------------------------


class RecordingError(LgNotebookError, ValueError):
    """A recording or a saved notebook cannot be read, or a recording cannot be written."""


class CassetteFileError(LgNotebookError, ValueError):
    """A file is not a cassette, is broken, or was written by a newer lg_notebook."""


class CassetteError(LgNotebookError, LookupError):
    """A model was called with a prompt that the cassette has no answer to."""


class MissingFileError(LgNotebookError, FileNotFoundError):
    """A file or a folder does not exist."""


class FolderError(LgNotebookError, IsADirectoryError):
    """A path names a folder, not a file."""


class ReadOnlyFileError(LgNotebookError, PermissionError):
    """A file exists and cannot be replaced, because it is read-only."""


# ---- what is installed ----------------------------------------------------------------


class MissingPackageError(LgNotebookError, ModuleNotFoundError):
    """An optional package is not installed."""


class DemoModelError(LgNotebookError, RuntimeError):
    """The demo model cannot run; the message is one sentence that says what to do."""


class PatchMismatchError(LgNotebookError):
    """The installed LangGraph or langchain-core does not fit the bridge; the text says where."""
