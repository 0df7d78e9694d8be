"""The asyncio bridge: makes async graphs on Python 3.10 behave as on Python 3.11.

Below Python 3.11, LangGraph silently loses the tokens of models that async code calls without
passing the config. `get_stream_writer`, `get_store`, `get_config`, `interrupt` and `@task` raise
errors there. lg_notebook's own runs are bridged without any code, and only these runs. Scripts,
servers and test suites may bridge LangGraph themselves:

    from lg_notebook import bridge

    bridge.install()  # everywhere, until uninstall()

    with bridge.active():  # or only for the code in this block
        async for chunk in graph.astream(…): ...

From Python 3.11 on, all of this does nothing. The bridge replaces private names of LangGraph, so
it runs a tiny graph before its first use. If that fails, because LangGraph has changed, one
warning says so, and LangGraph stays unchanged.

`cassettes`, `graphs` and the rooms above them may import this room. It imports no other room but
`exceptions`, and never touches LangGraph from Python 3.11 on.
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
# Reentrant: garbage collection of a run releases the bridge, in any thread at any time.
_lock = threading.RLock()
_holders = {"everywhere": 0, "scoped": 0, "runs": 0}
_passed: bool | None = None


def needed() -> bool:
    """Whether this Python needs the bridge, because it is older than 3.11."""
    return sys.version_info < (3, 11)


def works() -> bool:
    """Whether async graphs keep their tokens in lg_notebook's runs.

    The first call takes some hundredths of a second if this Python needs the bridge.

    Returns:
        True if no bridge is needed, or if it passes its self-check. If the check fails, one
        warning says what does not work.
    """
    global _passed  # noqa: PLW0603 - LangGraph is as it is for the whole process
    if not needed():
        return True
    with _lock:
        if _passed is None:
            _passed = _check()
        return _passed


def _check() -> bool:
    try:
        _patch.place()
        self_check.check()
    except PatchMismatchError as mismatch:
        warnings.warn(_mismatch_warning(mismatch), RuntimeWarning, stacklevel=4)
        return False
    finally:
        _update_patch()
    return True


def _mismatch_warning(mismatch: PatchMismatchError) -> str:
    from importlib.metadata import version  # noqa: PLC0415 - slow, and rarely needed

    return (
        f"lg_notebook's asyncio bridge does not fit langgraph {version('langgraph')} with"
        f" langchain-core {version('langchain-core')} ({mismatch}), so LangGraph stays unchanged."
        " Below Python 3.11, models that async code calls without passing `config` on then show"
        " no tokens, and get_stream_writer, get_store, get_config, interrupt and @task raise"
        " errors. Use Python 3.11 or newer, or pass the config by hand."
    )


def _update_patch() -> None:
    """Place or remove the patch, as the holders require."""
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
        _update_patch()
        return True


def _release(holder: str) -> None:
    with _lock:
        if _holders[holder]:
            _holders[holder] -= 1
            _update_patch()


def install(*, scoped: bool = False) -> bool:
    """Install the bridge until `uninstall()`.

    Installs are counted: the bridge stays until each has had its `uninstall`. Repeated calls are
    cheap.

    Args:
        scoped: Activate the bridge only in lg_notebook's own runs and within `active()`, as
            `%load_ext lg_notebook` does. Otherwise it is active in the whole process.

    Returns:
        Whether it is installed; False if it is not needed or does not work.

    Example:
        >>> bridge.install()  # on Python 3.11 or newer
        False
    """
    return _hold("scoped" if scoped else "everywhere")


def uninstall(*, scoped: bool = False) -> None:
    """Undo one `install` with the same `scoped`; without one, do nothing.

    After the last one, and without a bridged run, LangGraph is exactly as it was. A run that was
    bridged only by the `install` continues without the bridge.

    Args:
        scoped: As for the `install`.
    """
    _release("scoped" if scoped else "everywhere")


def installed() -> bool:
    """Whether the bridge is installed, for the whole process or for scopes within it."""
    return _patch.placed


@contextlib.contextmanager
def active() -> Generator[None, None, None]:
    """Bridge the graphs that run within this scope, also in its new tasks and threads.

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
        # If a generator is a pytest fixture, its end may run in another context than its start.
        with contextlib.suppress(ValueError):
            inside.reset(token)
        _release("runs")


def scoped(stream: Iterator[T]) -> Iterator[T]:
    """Bridge a stream: its code runs in its own context, and its consumer's code does not.

    Args:
        stream: The iterator of a graph's `stream`, not yet begun.

    Returns:
        The same items.
    """
    return _scoped(stream) if needed() else stream


def ascoped(stream: AsyncIterator[T]) -> AsyncIterator[T]:
    """Bridge an async stream: the async form of `scoped`.

    Args:
        stream: The iterator of a graph's `astream`, not yet begun.

    Returns:
        The same items.
    """
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
    """Make a copy of this context in which the bridge is active."""
    context = copy_context()
    if not _hold("runs"):
        yield context
        return
    context.run(inside.set, True)  # noqa: FBT003 - its value
    try:
        yield context
    finally:
        _release("runs")
