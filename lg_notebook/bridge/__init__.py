"""The asyncio bridge: below Python 3.11 async graphs behave as they do from 3.11 on.

There LangGraph loses, without a word, the tokens of models that async code calls without
passing the config on, and `get_stream_writer`, `get_store`, `get_config`, `interrupt` and
`@task` raise. lg_notebook's own runs need nothing: they are bridged, and only they. Scripts,
servers and test suites may bridge LangGraph itself:

    from lg_notebook import bridge

    bridge.install()  # everywhere, until uninstall()

    with bridge.active():  # or only for what is run in here
        async for chunk in graph.astream(…): ...

From Python 3.11 on all of this does nothing. The names that the bridge replaces are private to
LangGraph: before it is used for the first time, a tiny graph is run with it. If that shows that
LangGraph has changed, one warning says so, and LangGraph stays as it is.

`cassettes`, `graphs` and the rooms above them may import this room. It imports no other one, and
never touches LangGraph from Python 3.11 on.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import warnings
from contextvars import copy_context
from typing import TYPE_CHECKING, TypeVar

from lg_notebook.bridge import self_check
from lg_notebook.bridge.context_stream import awithin, within
from lg_notebook.bridge.patch import Gate, Patch, inside
from lg_notebook.exceptions import PatchMismatchError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
    from contextvars import Context

__all__ = ["active", "install", "installed", "needed", "uninstall", "works"]

T = TypeVar("T")

_gate = Gate()
_patch = Patch(_gate)
# Reentrant: a run that is garbage-collected lets go of the bridge in whatever thread that is.
_lock = threading.RLock()
_holders = {"everywhere": 0, "scoped": 0, "runs": 0}
_verdict: bool | None = None


def needed() -> bool:
    """Whether this Python needs the bridge: it is older than 3.11."""
    return sys.version_info < (3, 11)


def works() -> bool:
    """Whether async graphs keep their tokens in lg_notebook's runs.

    The first call on a Python that needs the bridge takes some hundredths of a second.

    Returns:
        True where no bridge is needed, and where it has passed its self-check. If it fails,
        one warning says what will be missing.
    """
    global _verdict  # noqa: PLW0603 - LangGraph is as it is for the whole process
    if not needed():
        return True
    with _lock:
        if _verdict is None:
            _verdict = _check()
        return _verdict


def _check() -> bool:
    try:
        _patch.place()
        self_check.check()
    except PatchMismatchError as moved:
        warnings.warn(_sorry(moved), RuntimeWarning, stacklevel=4)
        return False
    finally:
        _settle()
    return True


def _sorry(moved: PatchMismatchError) -> str:
    from importlib.metadata import version  # noqa: PLC0415 - slow, and rarely needed

    return (
        f"lg_notebook's asyncio bridge does not fit langgraph {version('langgraph')} with"
        f" langchain-core {version('langchain-core')} ({moved}), so LangGraph is left as it is."
        " Below Python 3.11 that means for async code: no tokens from models that a node calls"
        " without passing `config` on, and errors from get_stream_writer, get_store, get_config,"
        " interrupt and @task. Use Python 3.11 or newer, or pass the config by hand."
    )


def _settle() -> None:
    """Make LangGraph what the holders want it to be."""
    _gate.everywhere = _holders["everywhere"] > 0
    if any(_holders.values()):
        _patch.place()
    else:
        _patch.restore()


def _hold(holder: str) -> bool:
    if not needed():
        return False
    with _lock:
        if not works():
            return False
        _holders[holder] += 1
        _settle()
        return True


def _release(holder: str) -> None:
    with _lock:
        if _holders[holder]:
            _holders[holder] -= 1
            _settle()


def install(*, scoped: bool = False) -> bool:
    """Put the bridge in place until `uninstall()`.

    Counted: it stays until every `install` has had its `uninstall`. Calling it often is cheap.

    Args:
        scoped: Have it ready, active only in lg_notebook's own runs and within `active()`,
            as `%load_ext lg_notebook` does; otherwise it is active in the whole process.

    Returns:
        Whether it is in place: False where it is not needed or does not work.
    """
    return _hold("scoped" if scoped else "everywhere")


def uninstall(*, scoped: bool = False) -> None:
    """Take back one `install` with the same `scoped`; without one it does nothing.

    With the last one gone, and no bridged run under way, LangGraph is exactly as it was. A
    run that goes on and was bridged only by the `install` goes on without it.
    """
    _release("scoped" if scoped else "everywhere")


def installed() -> bool:
    """Whether the bridge is in place, for the whole process or for scopes within it."""
    return _patch.placed


@contextlib.contextmanager
def active() -> Generator[None, None, None]:
    """A scope within which graphs are bridged, tasks and threads started in it included.

    Example:
        >>> with active():
        ...     result = asyncio.run(graph.ainvoke({"topic": "ice cream"}))
    """
    if not _hold("runs"):
        yield
        return
    token = inside.set(True)
    try:
        yield
    finally:
        # Where generators are fixtures, the end may run in another context than the beginning.
        with contextlib.suppress(ValueError):
            inside.reset(token)
        _release("runs")


def scoped(stream: Iterator[T]) -> Iterator[T]:
    """The same stream, bridged: its code runs in a context of its own, the consumer's does not.

    Args:
        stream: What a graph's `stream` gives, not yet begun.
    """
    return _scoped(stream) if needed() else stream


def ascoped(stream: AsyncIterator[T]) -> AsyncIterator[T]:
    """The async twin of `scoped`."""
    return _ascoped(stream) if needed() else stream


def _scoped(stream: Iterator[T]) -> Generator[T, None, None]:
    with _own_context() as context:
        yield from within(context, stream)


async def _ascoped(stream: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    with _own_context() as context:
        async with contextlib.aclosing(awithin(context, stream)) as items:
            async for item in items:
                yield item


@contextlib.contextmanager
def _own_context() -> Generator[Context, None, None]:
    """A copy of this context in which the bridge is active."""
    context = copy_context()
    if not _hold("runs"):
        yield context
        return
    context.run(inside.set, True)  # noqa: FBT003 - its value
    try:
        yield context
    finally:
        _release("runs")
