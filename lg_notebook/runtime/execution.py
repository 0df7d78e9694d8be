"""One run: iterate over its events, wait for it in a thread or on a loop, and stop it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

from lg_notebook.core.completion import TICK
from lg_notebook.kernel import comm_pump
from lg_notebook.runtime import sigint, worker_thread
from lg_notebook.runtime.driver import Driver

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from lg_notebook.events import AnyEvent
    from lg_notebook.model.run_state import RunState
    from lg_notebook.runtime.source import Source

GRACE = 3.0
"""Seconds that a node which swallows cancellation may take to end before it is abandoned."""

CLOSING = 0.2
"""Seconds that a stopped sync graph may take to end by itself. After that the run is closed,
though its thread cannot be stopped. The thread ends at its model's next token, or when its node ends."""

PASSING = 0.1
"""Seconds in which an interrupt becomes a cancellation, and a waiting stop is handled."""

_driven: set[asyncio.Future[Any]] = set()
"""Futures of runs on a loop, which itself holds its tasks only weakly."""


class Execution:
    """Runs a source once.

    Use exactly one of `events`/`aevents` (iterate), `block` (wait here) and `arun` (await).

    Args:
        source: Where the events come from.

    Attributes:
        source: The same.
        run: The run, growing while the source runs.
        completion: The end of the run, for callers that wait for it.

    Example:
        >>> Execution(GraphSource(graph, {"topic": "ice cream"})).block(threaded=False).text()
        'Why did the ice cream …'
    """

    def __init__(self, source: Source) -> None:
        self._driver = Driver(source)
        self.source = source
        self.run = self._driver.run
        self.completion = self._driver.completion
        self.stop = self._driver.stop

    def close(self) -> None:
        """Stop the run and write its end, if nothing has done so; harmless after its end."""
        if self.run.status == "running":
            self._driver.stop(requested=False)
            self._driver.finish("stopped")

    def events(self) -> Iterator[AnyEvent]:
        """Run in this thread; yield the run's events.

        Raises:
            Exception: Whatever the graph raised, after its `run-end` event.
        """
        with contextlib.closing(self._driver.batches(self._driver.take)) as batches:
            for batch in batches:
                yield from batch

    async def aevents(self) -> AsyncGenerator[AnyEvent, None]:
        """Run on the running loop; yield the run's events (see `events`)."""
        async with contextlib.aclosing(self._driver.abatches(self._driver.take)) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    def block(self, *, threaded: bool) -> RunState:
        """Run the graph and wait for its end.

        Args:
            threaded: In a thread of its own, so that this one can be interrupted and its event
                loop stays usable; otherwise right here.

        Returns:
            The run. An exception of the graph is on it, not raised.

        Raises:
            KeyboardInterrupt: It was interrupted; the run is closed as `stopped`. Where the
                interrupt came because a stop was not handled, the run is returned instead.
        """
        on_loop = self.source.only_async()
        if not (threaded or on_loop):
            self._driver.drive()
            return self.run
        done, settled = threading.Event(), threading.Event()
        self._driver.on_stop(settled.set)

        def finished() -> None:
            done.set()
            settled.set()

        grace = GRACE if on_loop else CLOSING
        with comm_pump.open_pump(awaited=False) as handle_arrived:
            try:
                self._in_thread(finished)
                while not settled.wait(TICK):
                    handle_arrived()
                done.wait(grace)
            except KeyboardInterrupt:
                if not self._driver.stopping.is_set():  # otherwise nobody wants to wait any longer
                    handle_arrived()
                    self._driver.stop(requested=False)
                    done.wait(grace)
                if not self._driver.requested:
                    raise
            finally:
                self._driver.finish("stopped", abandoned=on_loop and not done.is_set())
        return self.run

    async def arun(self) -> RunState:
        """Run the graph, on this loop or in a thread, whichever fits it.

        Returns:
            The run. An exception of the graph is on it, not raised.

        Raises:
            asyncio.CancelledError: The caller was cancelled; the run is closed as `stopped`.
                Where that came from an interrupt because a stop was not handled, the run is
                returned instead.
            KeyboardInterrupt: It was interrupted, where nobody turns that into a cancellation.
        """
        loop = asyncio.get_running_loop()
        stopped = loop.create_future()
        done: asyncio.Future[Any]
        self.completion.loop = loop
        on_loop = self.source.runs_async()
        if on_loop:
            done, grace = asyncio.ensure_future(self._driver.adrive()), GRACE
            _driven.add(done)
            done.add_done_callback(_driven.discard)
        else:
            done, grace = loop.create_future(), CLOSING
            self._in_thread(lambda: _resolve(loop, done))
        self._driver.on_stop(lambda: _resolve(loop, stopped))
        with comm_pump.open_pump(awaited=True) as handle_arrived, sigint.Guard() as guard:
            try:
                while not (done.done() or stopped.done()):
                    await asyncio.wait(
                        {done, stopped}, timeout=TICK, return_when=asyncio.FIRST_COMPLETED
                    )
                    guard.beat()
                await _last(done, grace, guard)
                if guard.presses:
                    await asyncio.sleep(PASSING)  # the cancellation is on its way
            except asyncio.CancelledError:
                self._driver.stop(requested=False)
                await _last(done, grace, guard)
                if guard.unasked:
                    self._driver.finish("stopped", abandoned=on_loop and not done.done())
                    raise await guard.close() from None
                if not (guard.presses and await self._was_requested(handle_arrived)):
                    raise
                _stay()
            finally:
                self._driver.finish("stopped", abandoned=on_loop and not done.done())
        return self.run

    async def _was_requested(self, handle_arrived: Callable[[], None]) -> bool:
        """Whether an interrupt came because a stop was not handled: then that is waiting now."""
        end = time.monotonic() + PASSING
        while not self._driver.requested and time.monotonic() < end:
            handle_arrived()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(PASSING / 10)
        return self._driver.requested

    def _in_thread(self, finished: Callable[[], object]) -> None:
        """Drive in a thread, or right here if none can start.

        Callers wait for it by an event and never join it. An interrupted join would mark the
        thread as ended, and ipykernel would close its output.
        """

        def work() -> None:
            try:
                self._driver.drive()
            finally:
                finished()

        if not worker_thread.start(work, "lg_notebook-run"):
            work()


async def _last(done: asyncio.Future[Any], grace: float, guard: sigint.Guard) -> None:
    """Wait for the end, but not for long; a second cancellation ends the wait."""
    end = time.monotonic() + grace
    with contextlib.suppress(asyncio.CancelledError):
        while not done.done() and time.monotonic() < end:
            await asyncio.wait({done}, timeout=TICK)
            guard.beat()


def _stay() -> None:
    """Take back the cancellation of this task, as far as it is counted: from Python 3.11 on."""
    task = asyncio.current_task()
    if task is not None and hasattr(task, "uncancel"):
        task.uncancel()


def _resolve(loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]) -> None:
    """Resolve a future from another thread; too late does no harm."""

    def set_result() -> None:
        if not future.done():
            future.set_result(None)

    with contextlib.suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(set_result)
