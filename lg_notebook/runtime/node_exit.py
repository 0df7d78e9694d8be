"""Exits that nodes raise: tell them from stops, and keep them from ending the event loop.

asyncio passes a `SystemExit` or `KeyboardInterrupt` of a task on to whatever runs the loop. In a
notebook that is the kernel, which would end. So a task of a graph raises `NodeExitError` instead.
"""

from __future__ import annotations

import asyncio
import contextlib
import dis
from typing import TYPE_CHECKING, Any

from lg_notebook.exceptions import NodeExitError, RunStopped
from lg_notebook.runtime import sigint
from lg_notebook.runtime.user_code import is_library

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

_RAISE = dis.opmap["RAISE_VARARGS"]


def unwrapped(error: BaseException) -> BaseException:
    """Return the exit that a node raised, or any other exception unchanged."""
    cause = error.__cause__ if isinstance(error, NodeExitError) else None
    return error if cause is None else cause


def is_of_graph(error: BaseException) -> bool:
    """Whether the graph's own code raised an exception, so that the run failed.

    A cancellation, an interrupt by a person, or a caller that iterates no further stop the run.

    Args:
        error: The exception that ended the stream.
    """
    if isinstance(error, KeyboardInterrupt):
        return _is_raised(error)
    return not isinstance(error, (GeneratorExit, asyncio.CancelledError, RunStopped))


def _is_raised(error: BaseException) -> bool:
    """Whether a `raise` of the user's own code raised an interrupt, and not a signal.

    A signal interrupts any instruction, but never a `raise`.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    frame = trace.tb_frame
    return frame.f_code.co_code[trace.tb_lasti] == _RAISE and not is_library(
        frame.f_code.co_filename, frame.f_globals.get("__name__")
    )


_guarded: dict[asyncio.AbstractEventLoop, tuple[int, Any, Any]] = {}
"""Loop → the number of runs on it, our task factory, and the one before."""


@contextlib.contextmanager
def contained(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Make tasks of graphs on a loop raise `NodeExitError` for exits.

    Tasks of other code are made as before.

    Args:
        loop: The running loop.
    """
    count, factory, before = _guarded.get(loop, (0, None, None))
    if count == 0:
        before = loop.get_task_factory()
        factory = _task_factory(before)
        loop.set_task_factory(factory)
    _guarded[loop] = count + 1, factory, before
    try:
        yield
    finally:
        count = _guarded[loop][0] - 1
        if count:
            _guarded[loop] = count, factory, before
        else:
            del _guarded[loop]
            if loop.get_task_factory() is factory:  # otherwise other code has replaced it
                loop.set_task_factory(before)


def _task_factory(before: Any) -> Any:
    def make(loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> Any:
        context = options.get("context")
        inside = sigint.inside.get() if context is None else context.get(sigint.inside, False)
        if inside and asyncio.iscoroutine(coro):
            coro = _contain(coro)
        if before is not None:
            return before(loop, coro, **options)
        return asyncio.Task(coro, loop=loop, **options)

    return make


async def _contain(coro: Coroutine[Any, Any, Any]) -> Any:
    try:
        return await coro
    except (SystemExit, KeyboardInterrupt) as error:
        raise NodeExitError(f"{type(error).__name__}: {error}") from error
