"""Drive a source: fold its items into the run one by one, until the source or a stop ends it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from typing import TYPE_CHECKING, Any

from lg_notebook.core.completion import Completion
from lg_notebook.exceptions import NodeExitError, RunStopped
from lg_notebook.model.run_state import data_of
from lg_notebook.runtime import sigint
from lg_notebook.runtime.node_exit import contained, is_of_graph, unwrapped

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence

    from lg_notebook.events import AnyEvent, Status
    from lg_notebook.model.run_state import RunState
    from lg_notebook.runtime.source import Source

    Take = Callable[[Any], Sequence[AnyEvent]]

_LOG = logging.getLogger(__name__)


class Driver:
    """Drives a source once, in a thread or on an event loop.

    Args:
        source: Where the events come from.

    Attributes:
        source: The same.
        run: The run, growing while the source runs.
        completion: The end of the run, for callers that wait for it.
        stopping: Set when the run is to stop.
        requested: Whether somebody called for that stop.

    Example:
        >>> driver = Driver(GraphSource(graph, {"topic": "ice cream"}))
        >>> driver.drive()
        >>> driver.run.status
        'done'
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.run: RunState = source.builder.run
        self.stopping = threading.Event()
        self.requested = False
        self._finished = False
        self._listeners: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self.completion = data_of(self.run).completion = Completion(self.stop)

    # ---- folding items --------------------------------------------------------------

    def take(self, item: Any) -> Sequence[AnyEvent]:
        """Fold an item now, for callers that iterate over events."""
        events = self.source.take(item)
        self.source.builder.changed()
        return events

    def note(self, item: Any) -> tuple[AnyEvent, ...]:
        """Note an item, for callers that look at the run."""
        self.source.note(item)
        self.source.builder.changed()
        return ()

    def batches(self, take: Take) -> Generator[Sequence[AnyEvent], None, None]:
        """Run in this thread, item by item.

        Args:
            take: Takes each item; its result is yielded.
        """
        items: Any = iter(())
        stopping = self.stopping.is_set
        try:
            yield self.source.start()
            if not stopping():
                items = self.source.items(self.stopping)
            for item in items:
                yield take(item)
                if stopping():
                    break
        except BaseException as error:
            events = self._failed(error)
            if not (is_of_graph(error) or isinstance(error, RunStopped)):
                raise  # the caller does not want these events any more
            yield events
            if isinstance(error, NodeExitError):
                raise unwrapped(error) from None
            if not isinstance(error, RunStopped):
                raise
        finally:
            try:
                items.close()
            except (Exception, RunStopped):  # noqa: BLE001 - of a graph, any
                _LOG.debug("A source could not be closed.", exc_info=True)
        yield self.finish("stopped" if stopping() else "done")

    async def abatches(self, take: Take) -> AsyncGenerator[Sequence[AnyEvent], None]:
        """Run on the running loop, item by item (see `batches`)."""
        items: Any = None
        stopping = self.stopping.is_set
        try:
            yield self.source.start()
            if not stopping():
                items = self.source.aitems()
                async for item in items:
                    yield take(item)
                    if stopping():  # and a node swallows the cancellation
                        break
        except BaseException as error:
            events = self._failed(error)
            if not (is_of_graph(error) or isinstance(error, RunStopped)):
                raise  # the caller does not want these events any more
            yield events
            if isinstance(error, NodeExitError):
                raise unwrapped(error) from None
            if not isinstance(error, RunStopped):
                raise
        finally:
            try:
                await items.aclose()
            except (Exception, RunStopped):  # noqa: BLE001 - of a graph, any
                _LOG.debug("A source could not be closed.", exc_info=True)
        yield self.finish("stopped" if stopping() else "done")

    def drive(self) -> None:
        """Run in this thread to the end; an exception of the graph is on the run."""
        with self._kept():
            if self.source.only_async():
                asyncio.run(self.adrive())
            else:
                for _ in self.batches(self.note):
                    pass

    async def adrive(self) -> None:
        """Run on the running loop to the end; an exception of the graph is on the run."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        sigint.inside.set(True)
        self.on_stop(lambda: loop.call_soon_threadsafe(task.cancel))
        try:
            with self._kept(), contained(loop):
                async with contextlib.aclosing(self.abatches(self.note)) as batches:
                    async for _ in batches:
                        pass
        except asyncio.CancelledError:
            if not self.stopping.is_set():
                raise

    @contextlib.contextmanager
    def _kept(self) -> Iterator[None]:
        """Keep an exception of the graph on the run, and do not raise it."""
        try:
            yield
        except BaseException as error:
            if isinstance(error, Exception):
                self.finish("error", error)  # without effect if the run has ended
            elif error is not self.run.exception:
                raise

    # ---- stopping and ending --------------------------------------------------------

    def stop(self, *, requested: bool = True) -> None:
        """Request the run to stop, from any thread; a second call has no effect.

        Args:
            requested: Whether a person or the caller requested it, not an interrupt.
        """
        self.requested = self.requested or requested
        with self._lock:
            first, listeners = not self.stopping.is_set(), self._listeners
            self.stopping.set()
            self._listeners = []
        if first:
            self.source.stop()
        # Once only: LangGraph waits for the nodes that it has cancelled, and a second
        # cancellation would end that, as if they had ended.
        for listener in listeners:
            with contextlib.suppress(RuntimeError):  # its loop is closed: it has ended
                listener()

    def on_stop(self, listener: Callable[[], object]) -> None:
        """Call a listener once when the run is to stop; immediately if it is already."""
        with self._lock:
            if not self.stopping.is_set():
                self._listeners.append(listener)
                return
        listener()

    def finish(
        self, status: Status, error: BaseException | None = None, *, abandoned: bool = False
    ) -> list[AnyEvent]:
        """Write the run's end; only the first call does anything (see `Source.finish`)."""
        events = self.source.finish(status, error, abandoned=abandoned)
        self.source.builder.changed()
        if events or self.run.status != "running":
            self._complete()
        return events

    def _complete(self) -> None:
        """Mark the run's end once."""
        with self._lock:
            if self._finished:
                return
            self._finished = True
        self.completion.fail(self.run.exception if self.run.status == "error" else None)
        self.completion.reach()

    def _failed(self, error: BaseException) -> list[AnyEvent]:
        """Finish after an exception of the source, or of the caller that iterates.

        Returns:
            The run's last events.
        """
        if is_of_graph(error):
            status: Status = "stopped" if self.stopping.is_set() else "error"
            return self.finish(status, unwrapped(error))
        if isinstance(error, RunStopped):  # or an outer run is stopped, whose model calls these are
            self.stop(requested=False)
        else:  # an interrupt, a cancellation, or the caller iterates no further
            self.source.stop()
        return self.finish("stopped")
