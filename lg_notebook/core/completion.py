"""Wait for the end of a run, in a thread or on an event loop."""

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
"""Seconds that a wait may sleep at most.

ipykernel passes an interrupt on by tornado's `add_callback`, which does not wake its own loop.
Without this limit, an idle loop would handle the interrupt only after the run.
"""

BLOCKED = (
    "This run needs the notebook's event loop, which this cell would block: use `await run`"
    " instead of `run.wait()`, or `await asyncio.wait_for(run, seconds)`."
)


class Completion:
    """The end of a run, whether it is reached or still to come.

    Waiting does not influence the run. If a waiter is interrupted, cancelled or runs out of
    time, the run continues.

    Args:
        stop: Requests the run to stop.

    Attributes:
        loop: The event loop that the run needs to continue, or None.
        arrived: Called once after the end, in the context of the first waiter that returns.

    Example:
        >>> completion = Completion(stop=lambda: None)
        >>> completion.reach()
        >>> completion.over
        True
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
        self._waiters: list[Callable[[], None]] = []

    @property
    def over(self) -> bool:
        """Whether the run has ended."""
        return self._over.is_set()

    def hold(self) -> None:
        """Require one more `reach`, for work that follows the graph's own end."""
        self._holds += 1

    def reach(self) -> None:
        """Mark the end, and wake all waiters. Any thread may call this."""
        with self._lock:
            self._holds -= 1
            if self._holds > 0:
                return
            self._over.set()
            waiters, self._waiters = self._waiters, []
        for wake in waiters:
            wake()

    def fail(self, error: BaseException | None) -> None:
        """Set the error that every wait raises.

        Args:
            error: The error, or None for none.
        """
        self._failure = error
        self._traceback = None if error is None else error.__traceback__

    def blocks(self) -> bool:
        """Whether a wait in this thread would block the event loop that the run needs."""
        if self.over or self.loop is None:
            return False
        try:
            return asyncio.get_running_loop() is self.loop
        except RuntimeError:
            return False

    def wait(self, timeout: float | None) -> None:
        """Wait in this thread.

        Args:
            timeout: Seconds at most; None to wait without a limit.

        Raises:
            WaitTimeoutError: The run has not ended in time.
            EventLoopConflictError: The run needs the event loop of this thread.
            Exception: The error that ended the run.
        """
        if self.blocks():
            raise EventLoopConflictError(BLOCKED)
        # A plain lock: an interrupt within `Event.wait` may leave the event's own lock held.
        reached = threading.Lock()
        reached.acquire()
        with self._lock:
            if self.over:
                reached.release()
            else:
                self._waiters.append(reached.release)
        end = math.inf if timeout is None else time.monotonic() + timeout
        try:
            # In slices: if an interrupt arrives just before a thread blocks, Python raises it
            # only when the thread wakes.
            while not reached.acquire(timeout=max(0.0, min(TICK, end - time.monotonic()))):
                if time.monotonic() >= end:
                    raise _late(timeout)
        finally:
            with self._lock, contextlib.suppress(ValueError):
                self._waiters.remove(reached.release)
        self._arrive()

    async def awaited(self, timeout: float | None = None) -> None:
        """Wait on the running loop: the async form of `wait`.

        Args:
            timeout: Seconds at most; None to wait without a limit.

        Raises:
            WaitTimeoutError: The run has not ended in time.
            Exception: The error that ended the run.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def resolve() -> None:
            if not future.done():
                future.set_result(None)

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # that loop is closed, so nothing waits there
                loop.call_soon_threadsafe(resolve)

        with self._lock:
            if self.over:
                future.set_result(None)
            else:
                self._waiters.append(wake)
        end = None if timeout is None else loop.time() + timeout
        try:
            while not future.done():
                pause = TICK if end is None else min(TICK, end - loop.time())
                if pause <= 0:
                    raise _late(timeout)
                await asyncio.wait({future}, timeout=pause)
        finally:
            with self._lock, contextlib.suppress(ValueError):
                self._waiters.remove(wake)
        self._arrive()

    def _arrive(self) -> None:
        arrived, self.arrived = self.arrived, None
        if arrived is not None:
            arrived()
        if self._failure is not None:
            # With the original traceback: otherwise it grows each time the error is raised.
            raise self._failure.with_traceback(self._traceback)


def _late(timeout: float | None) -> WaitTimeoutError:
    return WaitTimeoutError(f"The run is still running after {timeout:g} seconds.")
