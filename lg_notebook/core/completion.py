"""A run's end, for whoever waits for it: a thread, a coroutine, a cell."""

from __future__ import annotations

import asyncio
import contextlib
import math
import threading
import time
from typing import TYPE_CHECKING

from lg_notebook.exceptions import EventLoopConflictError, WaitTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

TICK = 0.1
"""Seconds that the loop may sleep while something is awaited. ipykernel notes an interrupt by
tornado's `add_callback`, which does not wake its own loop: with nothing else to do, the loop
would learn of it when the run has ended."""

BLOCKED = (
    "This run goes on in the notebook's event loop, which cannot turn while this cell waits:"
    " use `await run` instead of `run.wait()`, or `await asyncio.wait_for(run, seconds)`."
)


class Completion:
    """The end of a run that goes on, or its being over.

    Waiting for it has no influence on the run: whoever is interrupted, cancelled or runs out
    of time leaves it going on.

    Args:
        stop: Asks the run to stop.

    Attributes:
        loop: The event loop that the run cannot go on without, or None.
        arrived: Called once, by the first who waited, in that one's own context.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self.stop = stop
        self.loop: asyncio.AbstractEventLoop | None = None
        self.arrived: Callable[[], None] | None = None
        self._failure: BaseException | None = None
        self._traceback: TracebackType | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._holds = 1
        self._told: list[Callable[[], None]] = []

    @property
    def over(self) -> bool:
        """Whether it has been reached."""
        return self._over.is_set()

    def hold(self) -> None:
        """Ask for one more `reach`: there is something to be done after the graph's own end."""
        self._holds += 1

    def reach(self) -> None:
        """Say that it is reached, from any thread."""
        with self._lock:
            self._holds -= 1
            if self._holds > 0:
                return
            self._over.set()
            told, self._told = self._told, []
        for tell in told:
            tell()

    def fail(self, error: BaseException | None) -> None:
        """Say what to raise to those who wait."""
        self._failure = error
        self._traceback = None if error is None else error.__traceback__

    def blocks(self) -> bool:
        """Whether this thread, by waiting, would keep the run from going on."""
        if self.over or self.loop is None:
            return False
        try:
            return asyncio.get_running_loop() is self.loop
        except RuntimeError:
            return False

    def wait(self, timeout: float | None) -> None:
        """Wait in this thread.

        Args:
            timeout: Seconds at most; None for as long as it takes.

        Raises:
            TimeoutError: It was not over by then.
            RuntimeError: The run needs the event loop that this thread turns.
            Exception: What ended the run.
        """
        if self.blocks():
            raise EventLoopConflictError(BLOCKED)
        # A plain lock, as an interrupt within `Event.wait` may leave the event's own lock held.
        reached = threading.Lock()
        reached.acquire()
        with self._lock:
            if self.over:
                reached.release()
            else:
                self._told.append(reached.release)
        end = math.inf if timeout is None else time.monotonic() + timeout
        try:
            # In slices: if an interrupt arrives just before a thread blocks, Python raises it
            # only when the thread wakes.
            while not reached.acquire(timeout=max(0.0, min(TICK, end - time.monotonic()))):
                if time.monotonic() >= end:
                    raise _late(timeout)
        finally:
            with self._lock, contextlib.suppress(ValueError):
                self._told.remove(reached.release)
        self._arrive()

    async def awaited(self, timeout: float | None = None) -> None:
        """Wait on the running loop; the async twin of `wait`."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def resolve() -> None:
            if not future.done():
                future.set_result(None)

        def tell() -> None:
            with contextlib.suppress(RuntimeError):  # that loop is closed: nobody waits there
                loop.call_soon_threadsafe(resolve)

        with self._lock:
            if self.over:
                future.set_result(None)
            else:
                self._told.append(tell)
        end = None if timeout is None else loop.time() + timeout
        try:
            while not future.done():
                pause = TICK if end is None else min(TICK, end - loop.time())
                if pause <= 0:
                    raise _late(timeout)
                await asyncio.wait({future}, timeout=pause)
        finally:
            with self._lock, contextlib.suppress(ValueError):
                self._told.remove(tell)
        self._arrive()

    def _arrive(self) -> None:
        arrived, self.arrived = self.arrived, None
        if arrived is not None:
            arrived()
        if self._failure is not None:
            # Raised again and again, it would grow a longer traceback each time.
            raise self._failure.with_traceback(self._traceback)


def _late(timeout: float | None) -> WaitTimeoutError:
    return WaitTimeoutError(f"The run is still going on after {timeout:g} seconds.")
