"""One execution of a graph: drives it, folds what it streams, and can be stopped."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
import time
from typing import TYPE_CHECKING, Any

from lg_notebook.normalize import Normalizer
from lg_notebook.redact import Redactor
from lg_notebook.run import Run
from lg_notebook.subscribe import (
    asubscribe,
    graph_name,
    has_async_only_nodes,
    runs_async,
    subscribe,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping

    from lg_notebook.events import AnyEvent, Status
    from lg_notebook.subscribe import Item

GRACE = 3.0
"""Seconds that a node which swallows cancellation may take to end before it is abandoned."""

CLOSING = 0.2
"""Seconds that a stopped sync graph may take to end by itself. Its thread cannot be stopped:
after that the run is closed, and the thread ends when its node does."""


class Execution:
    """Runs a graph once.

    Use exactly one of `events`/`aevents` (iterate), `block` (wait here) and `arun` (await).

    Args:
        graph: A graph (see `subscribe.as_graph`).
        input: Its input.
        config: LangChain's config, or None.
        context: LangGraph's run-time context, or None.
        name: What to call the graph; its own name by default.
        changed: Called after every item that was folded, from the thread that runs the graph.

    Attributes:
        run: The run, growing while the graph runs.
    """

    def __init__(
        self,
        graph: Any,
        input: object,  # noqa: A002
        config: Mapping[str, Any] | None = None,
        *,
        context: object = None,
        name: str | None = None,
        changed: Callable[[], None] | None = None,
    ) -> None:
        self.run = Run()
        self._graph = graph
        self._input = input
        self._config = config
        self._context = context
        self._name = name or graph_name(graph)
        self.changed = changed or (lambda: None)
        self._normalizer = Normalizer(Redactor(config, context, input))
        self._began = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._listeners: list[Callable[[], object]] = []

    # ---- folding --------------------------------------------------------------------

    def begin(self) -> list[AnyEvent]:
        """Start the run's clock and log."""
        self._began = time.perf_counter_ns()
        events = self._normalizer.start(self._name, self._input, time.time())
        self._fold(events)
        return events

    def _take(self, item: Item) -> list[AnyEvent]:
        # A stopped run is closed: what an abandoned thread still yields is not part of it,
        # even if it comes in the very moment in which another thread closes the run.
        with self._lock:
            if self.run.status != "running":
                return []
            ns, mode, payload = item
            events = self._normalizer(ns, mode, payload, time.perf_counter_ns() - self._began)
            self._fold(events)
            return events

    def _fold(self, events: list[AnyEvent]) -> None:
        apply = self.run.apply
        for event in events:
            apply(event)
        objects = self._normalizer.objects
        if objects:
            for seq, value in objects.items():
                self.run.attach(seq, value)
            objects.clear()
        self.changed()

    def end(self, status: Status, error: BaseException | None = None) -> list[AnyEvent]:
        """Close the run; only the first call does anything."""
        with self._lock:
            if self.run.status != "running":
                return []
            if status == "done" and self._normalizer.interrupted:
                status = "interrupted"
            self.run.exception = error
            if self._normalizer.values is not None:
                self.run.attach_state(self._normalizer.values)
            now = time.perf_counter_ns() - self._began
            events = self._normalizer.end(status, error, now)
            self._fold(events)
            return events

    # ---- driving --------------------------------------------------------------------

    def events(self) -> Iterator[AnyEvent]:
        """Run the graph in this thread; yield its events.

        Raises:
            Exception: Whatever the graph raised, after its `run-end` event.
        """
        with contextlib.closing(self._batches()) as batches:
            for batch in batches:
                yield from batch

    def _batches(self) -> Generator[list[AnyEvent], None, None]:
        """The same, item by item: what runs per token here is paid for every token."""
        yield self.begin()
        stream: Any = ()
        take, stopping = self._take, self._stopping.is_set
        try:
            if not stopping():
                stream = subscribe(self._graph, self._input, self._config, self._context)
            for item in stream:
                yield take(item)
                if stopping():
                    break
        except Exception as error:
            yield self.end("stopped" if stopping() else "error", error)
            raise
        except BaseException:  # interrupted, or the consumer has had enough
            self.end("stopped")
            raise
        finally:
            with contextlib.suppress(Exception):
                stream.close()
        yield self.end("stopped" if stopping() else "done")

    async def aevents(self) -> AsyncGenerator[AnyEvent, None]:
        """The async twin of `events`, on the running loop."""
        async with contextlib.aclosing(self._abatches()) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    async def _abatches(self) -> AsyncGenerator[list[AnyEvent], None]:
        yield self.begin()
        stream: Any = None
        take, stopping = self._take, self._stopping.is_set
        try:
            if not stopping():
                stream = asubscribe(self._graph, self._input, self._config, self._context)
                async for item in stream:
                    yield take(item)
                    if stopping():  # and what runs swallows the cancellation
                        break
        except Exception as error:
            yield self.end("stopped" if stopping() else "error", error)
            raise
        except BaseException:
            self.end("stopped")
            raise
        finally:
            with contextlib.suppress(Exception):
                await stream.aclose()
        yield self.end("stopped" if stopping() else "done")

    def _drive(self) -> None:
        with contextlib.suppress(Exception):  # it is on the run
            if has_async_only_nodes(self._graph):
                asyncio.run(self._adrive())
            else:
                for _ in self._batches():
                    pass

    async def _adrive(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self._on_stop(lambda: loop.call_soon_threadsafe(task.cancel))
        try:
            with contextlib.suppress(Exception):  # it is on the run
                async with contextlib.aclosing(self._abatches()) as batches:
                    async for _ in batches:
                        pass
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                raise

    def _in_thread(self, finished: Callable[[], object]) -> None:
        """Drive in a thread, with the caller's context.

        It is waited for by an event, never joined: an interrupted join would mark the thread as
        ended, and ipykernel would close its output.
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
        self._stopping.set()
        for listener in list(self._listeners):
            with contextlib.suppress(RuntimeError):  # its loop is closed: it has ended
                listener()

    def _on_stop(self, listener: Callable[[], object]) -> None:
        self._listeners.append(listener)
        if self._stopping.is_set():
            listener()

    def block(self, *, threaded: bool) -> Run:
        """Run the graph and wait for its end.

        Args:
            threaded: In a thread of its own, so that this one can be interrupted and its event
                loop stays usable; otherwise right here.

        Returns:
            The run. An exception of the graph is on it, not raised.

        Raises:
            KeyboardInterrupt: It was interrupted; the run is closed as `stopped`.
        """
        if not threaded:
            self._drive()
            return self.run
        done, settled = threading.Event(), threading.Event()
        self._on_stop(settled.set)

        def finished() -> None:
            done.set()
            settled.set()

        self._in_thread(finished)
        try:
            settled.wait()
            if not done.is_set():
                done.wait(CLOSING)
        except KeyboardInterrupt:
            self.stop()
            done.wait(CLOSING)
            raise
        finally:
            self.end("stopped")
        return self.run

    async def arun(self) -> Run:
        """Run the graph, on this loop or in a thread, whichever fits it.

        Returns:
            The run. An exception of the graph is on it, not raised.

        Raises:
            asyncio.CancelledError: The caller was cancelled; the run is closed as `stopped`.
        """
        loop = asyncio.get_running_loop()
        asked = loop.create_future()
        done: asyncio.Future[Any]
        if runs_async(self._graph):
            done, grace = asyncio.ensure_future(self._adrive()), GRACE
        else:
            done, grace = loop.create_future(), CLOSING
            self._in_thread(lambda: _tell(loop, done))
        self._on_stop(lambda: _tell(loop, asked))
        try:
            await asyncio.wait({done, asked}, return_when=asyncio.FIRST_COMPLETED)
            if not done.done():
                await asyncio.wait({done}, timeout=grace)
        except asyncio.CancelledError:
            self.stop()
            await asyncio.wait({done}, timeout=grace)
            raise
        finally:
            self.end("stopped")
        return self.run


def _tell(loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]) -> None:
    """Resolve a future from another thread; too late does no harm."""

    def resolve() -> None:
        if not future.done():
            future.set_result(None)

    with contextlib.suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(resolve)
