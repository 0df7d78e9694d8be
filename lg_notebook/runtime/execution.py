"""One run: drives its source, waits for it, and can be stopped."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
import time
from typing import TYPE_CHECKING, Any

from lg_notebook.core.completion import TICK, Completion
from lg_notebook.exceptions import RunStopped
from lg_notebook.kernel import comm_pump
from lg_notebook.model.run_state import data_of
from lg_notebook.runtime import sigint

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence

    from lg_notebook.events import AnyEvent, Status
    from lg_notebook.model.run_state import RunState
    from lg_notebook.runtime.source import Source

    Take = Callable[[Any], Sequence[AnyEvent]]

GRACE = 3.0
"""Seconds that a node which swallows cancellation may take to end before it is abandoned."""

CLOSING = 0.2
"""Seconds that a stopped sync graph may take to end by itself. Its thread cannot be stopped:
after that the run is closed. The thread ends at its model's next token, or when its node ends."""


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
        ending: The end of the run, for callers that wait for it.

    Example:
        >>> Execution(GraphSource(graph, {"topic": "ice cream"})).block(threaded=False).text()
        'Why did the ice cream …'
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.run: RunState = source.builder.run
        self._stopping = threading.Event()
        self._asked = False
        self._finished = False
        self._listeners: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self.ending = data_of(self.run).completion = Completion(self.stop)

    def finish(
        self, status: Status, error: BaseException | None = None, *, abandoned: bool = False
    ) -> list[AnyEvent]:
        """Write the run's end; only the first call does anything (see `Source.finish`)."""
        events = self.source.finish(status, error, abandoned=abandoned)
        self.source.builder.changed()
        if events or self.run.status != "running":
            self._reach()
        return events

    def _reach(self) -> None:
        """Say once that the run has ended."""
        with self._lock:
            if self._finished:
                return
            self._finished = True
        self.ending.fail(self.run.exception if self.run.status == "error" else None)
        self.ending.reach()

    # ---- driving --------------------------------------------------------------------

    def events(self) -> Iterator[AnyEvent]:
        """Run in this thread; yield the run's events.

        Raises:
            Exception: Whatever the graph raised, after its `run-end` event.
        """
        with contextlib.closing(self._batches(self._take)) as batches:
            for batch in batches:
                yield from batch

    async def aevents(self) -> AsyncGenerator[AnyEvent, None]:
        """Run on the running loop; yield the run's events (see `events`)."""
        async with contextlib.aclosing(self._abatches(self._take)) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    def _take(self, item: Any) -> Sequence[AnyEvent]:
        """Fold an item now, for callers that iterate over events."""
        events = self.source.take(item)
        self.source.builder.changed()
        return events

    def _note(self, item: Any) -> tuple[AnyEvent, ...]:
        """Note an item, for callers that look at the run."""
        self.source.note(item)
        self.source.builder.changed()
        return ()

    def _failed(self, error: BaseException) -> list[AnyEvent]:
        """Finish after an exception of the source, or of the caller that iterates.

        Returns:
            The run's last events.
        """
        if isinstance(error, Exception):
            return self.finish("stopped" if self._stopping.is_set() else "error", error)
        if isinstance(error, RunStopped):  # or a run around this one is, whose calls these are, too
            self._stop()
        else:  # interrupted, cancelled, or the caller has had enough
            self.source.stop()
        return self.finish("stopped")

    def _batches(self, take: Take) -> Generator[Sequence[AnyEvent], None, None]:
        """Run in this thread, item by item.

        Args:
            take: Takes each item; its result is yielded.
        """
        yield self.source.start()
        items: Any = ()
        stopping = self._stopping.is_set
        try:
            if not stopping():
                items = self.source.items(self._stopping)
            for item in items:
                yield take(item)
                if stopping():
                    break
        except (Exception, RunStopped) as error:
            yield self._failed(error)
            if isinstance(error, Exception):
                raise
        except BaseException as error:
            self._failed(error)
            raise
        finally:
            with contextlib.suppress(Exception, RunStopped):
                items.close()
        yield self.finish("stopped" if stopping() else "done")

    async def _abatches(self, take: Take) -> AsyncGenerator[Sequence[AnyEvent], None]:
        """Run on the running loop, item by item (see `_batches`)."""
        yield self.source.start()
        items: Any = None
        stopping = self._stopping.is_set
        try:
            if not stopping():
                items = self.source.aitems()
                async for item in items:
                    yield take(item)
                    if stopping():  # and a node swallows the cancellation
                        break
        except (Exception, RunStopped) as error:
            yield self._failed(error)
            if isinstance(error, Exception):
                raise
        except BaseException as error:
            self._failed(error)
            raise
        finally:
            with contextlib.suppress(Exception, RunStopped):
                await items.aclose()
        yield self.finish("stopped" if stopping() else "done")

    def _drive(self) -> None:
        with contextlib.suppress(Exception):  # it is on the run
            if self.source.only_async():
                asyncio.run(self._adrive())
            else:
                for _ in self._batches(self._note):
                    pass

    async def _adrive(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        sigint.inside.set(True)
        self._on_stop(lambda: loop.call_soon_threadsafe(task.cancel))
        try:
            with contextlib.suppress(Exception):  # it is on the run
                async with contextlib.aclosing(self._abatches(self._note)) as batches:
                    async for _ in batches:
                        pass
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                raise

    def _in_thread(self, finished: Callable[[], object]) -> None:
        """Drive in a thread, with the caller's context.

        Callers wait for it by an event and never join it: an interrupted join would mark the
        thread as ended, and ipykernel would close its output.
        """

        def work() -> None:
            try:
                self._drive()
            finally:
                finished()

        threading.Thread(
            target=contextvars.copy_context().run,
            args=(work,),
            name="lg_notebook-run",
            daemon=True,
        ).start()

    # ---- waiting --------------------------------------------------------------------

    def stop(self) -> None:
        """Ask the run to stop, from any thread; asking again does no harm."""
        self._asked = True
        self._stop()

    def _stop(self) -> None:
        with self._lock:
            first, listeners = not self._stopping.is_set(), self._listeners
            self._stopping.set()
            self._listeners = []
        if first:
            self.source.stop()
        # Once only: LangGraph waits for the nodes that it has cancelled, and a second
        # cancellation would end that, as if they had ended.
        for listener in listeners:
            with contextlib.suppress(RuntimeError):  # its loop is closed: it has ended
                listener()

    def _on_stop(self, listener: Callable[[], object]) -> None:
        with self._lock:
            if not self._stopping.is_set():
                self._listeners.append(listener)
                return
        listener()

    def block(self, *, threaded: bool) -> RunState:
        """Run the graph and wait for its end.

        Args:
            threaded: In a thread of its own, so that this one can be interrupted and its event
                loop stays usable; otherwise right here.

        Returns:
            The run. An exception of the graph is on it, not raised.

        Raises:
            KeyboardInterrupt: It was interrupted; the run is closed as `stopped`. Where the
                interrupt came because a stop went unheard, the run is returned instead.
        """
        on_loop = self.source.only_async()
        if not (threaded or on_loop):
            self._drive()
            return self.run
        done, settled = threading.Event(), threading.Event()
        self._on_stop(settled.set)

        def finished() -> None:
            done.set()
            settled.set()

        grace = GRACE if on_loop else CLOSING
        self._in_thread(finished)
        with comm_pump.open_pump(awaited=False) as handle_arrived:
            try:
                while not settled.wait(TICK):
                    handle_arrived()
                done.wait(grace)
            except KeyboardInterrupt:
                if not self._stopping.is_set():  # otherwise nobody has patience any more
                    handle_arrived()
                    self._stop()
                    done.wait(grace)
                if not self._asked:
                    raise
            finally:
                self.finish("stopped", abandoned=on_loop and not done.is_set())
        return self.run

    async def arun(self) -> RunState:
        """Run the graph, on this loop or in a thread, whichever fits it.

        Returns:
            The run. An exception of the graph is on it, not raised.

        Raises:
            asyncio.CancelledError: The caller was cancelled; the run is closed as `stopped`.
                Where that came from an interrupt because a stop went unheard, the run is
                returned instead.
            KeyboardInterrupt: It was interrupted, where nobody turns that into a cancellation.
        """
        loop = asyncio.get_running_loop()
        stopped = loop.create_future()
        done: asyncio.Future[Any]
        self.ending.loop = loop
        on_loop = self.source.runs_async()
        if on_loop:
            done, grace = asyncio.ensure_future(self._adrive()), GRACE
            _driven.add(done)
            done.add_done_callback(_driven.discard)
        else:
            done, grace = loop.create_future(), CLOSING
            self._in_thread(lambda: _resolve(loop, done))
        self._on_stop(lambda: _resolve(loop, stopped))
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
                self._stop()
                await _last(done, grace, guard)
                if guard.unasked:
                    self.finish("stopped", abandoned=on_loop and not done.done())
                    raise await guard.close() from None
                if not (guard.presses and await self._was_asked(handle_arrived)):
                    raise
                _stay()
            finally:
                self.finish("stopped", abandoned=on_loop and not done.done())
        return self.run

    async def _was_asked(self, handle_arrived: Callable[[], None]) -> bool:
        """Whether an interrupt came because a stop went unheard: then that is waiting now."""
        end = time.monotonic() + PASSING
        while not self._asked and time.monotonic() < end:
            handle_arrived()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(PASSING / 10)
        return self._asked


async def _last(done: asyncio.Future[Any], grace: float, guard: sigint.Guard) -> None:
    """Wait for the end, but not for long; whoever cancels this as well has no more patience."""
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
