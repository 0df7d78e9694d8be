"""One execution of a graph: drives it, folds what it streams, and can be stopped."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
import time
from typing import TYPE_CHECKING, Any

from lg_notebook.core.completion import TICK, Completion
from lg_notebook.core.limits import limits
from lg_notebook.exceptions import RunStopped
from lg_notebook.graphs.capabilities import async_only, runs_async
from lg_notebook.graphs.graph import graph_name, is_remote
from lg_notebook.graphs.topology import topology
from lg_notebook.kernel import comm_pump
from lg_notebook.model.run_state import data_of
from lg_notebook.normalize.custom_tokens import Tokens
from lg_notebook.privacy.redactor import Redactor
from lg_notebook.runtime import resume, sigint
from lg_notebook.runtime.run_builder import RunBuilder
from lg_notebook.streams.model_calls import ModelCallRecorder
from lg_notebook.streams.subscribe import asubscribe, subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence

    from lg_notebook.events import AnyEvent, Status, Topology
    from lg_notebook.model.run_state import RunState
    from lg_notebook.remote.run import Remote
    from lg_notebook.streams.subscribe import Item

    Take = Callable[[Item], Sequence[AnyEvent]]

GRACE = 3.0
"""Seconds that a node which swallows cancellation may take to end before it is abandoned."""

CLOSING = 0.2
"""Seconds that a stopped sync graph may take to end by itself. Its thread cannot be stopped:
after that the run is closed, and the thread ends at its model's next token, or when its node
does."""


PASSING = 0.1
"""Seconds in which an interrupt becomes a cancellation, and a stop that waits is heard."""

_driven: set[asyncio.Future[Any]] = set()
"""What runs on a loop, which itself holds its tasks only weakly."""


class Execution:
    """Runs a graph once.

    Use exactly one of `events`/`aevents` (iterate), `block` (wait here) and `arun` (await).

    Args:
        graph: A graph (see `as_graph.as_graph`).
        input: Its input.
        config: LangChain's config, or None.
        context: LangGraph's run-time context, or None.
        run: The run to fill; a new one by default.
        name: What to call the graph; its own name by default.
        sync: Whether to run the graph by its sync `stream`, in a thread, wherever it is run.
        tokens: Name of the field of custom payloads that holds tokens (see `tokens.Tokens`).
        changed: Called after every item, from the thread that runs the graph.
    """

    def __init__(
        self,
        graph: Any,
        input: object,  # noqa: A002
        config: Mapping[str, Any] | None = None,
        *,
        run: RunState | None = None,
        context: object = None,
        name: str | None = None,
        sync: bool = False,
        tokens: str | None = None,
        changed: Callable[[], None] | None = None,
    ) -> None:
        self._witness = ModelCallRecorder()
        self._remote, keys = _on_server(graph)
        self._redactor = Redactor(config, context, input, keys)
        self._folder = RunBuilder(
            self._redactor,
            limits.withhold,
            run=run,
            tokens=Tokens(tokens),
            model_calls=self._witness.log,
        )
        self._graph = graph
        self._input = input
        self._config = config
        self._context = context
        self._name = name or graph_name(graph)
        self._sync = sync
        self.changed = changed or (lambda: None)
        self._stopping = threading.Event()
        self._asked = False
        self._listeners: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self.ending = data_of(self.run).completion = Completion(self.stop)

    @property
    def run(self) -> RunState:
        """The run, growing while the graph runs."""
        return self._folder.run

    def settle(self) -> None:
        """See that everything that came so far is in the run."""
        self._folder.settle()

    def end(
        self, status: Status, error: BaseException | None = None, *, abandoned: bool = False
    ) -> list[AnyEvent]:
        """Close the run; only the first call does anything (see `RunBuilder.end`)."""
        events = self._folder.end(status, error, abandoned=abandoned)
        self.changed()
        if events:
            resume.note(self._graph, self._config, self._context, self.run.status)
            self.ending.fail(self.run.exception if self.run.status == "error" else None)
            self.ending.reach()
        return events

    def _begin(self) -> list[AnyEvent]:
        drawn = topology(self._graph)
        if self._remote is None:
            return self._folder.begin(self._name, self._input, drawn)
        from lg_notebook.remote.topology import ask, masked  # noqa: PLC0415 - rare

        events = self._folder.begin(self._name, self._input, masked(drawn, self._redactor))
        if drawn is None:
            ask(self._graph, self._draw)
        return events

    def _draw(self, drawn: Topology) -> None:
        """Tell what the graph looks like, once its server has told that."""
        from lg_notebook.remote.topology import masked  # noqa: PLC0415 - rare

        self._folder.draw(masked(drawn, self._redactor))
        self.changed()

    def _take(self, item: Item) -> list[AnyEvent]:
        """Fold an item at once, for those who iterate over events."""
        events = self._folder.take(item)
        self.changed()
        return events

    def _note(self, item: Item) -> tuple[AnyEvent, ...]:
        """Note an item, for those who look at the run."""
        self._folder.note(item)
        self.changed()
        return ()

    # ---- driving --------------------------------------------------------------------

    def events(self) -> Iterator[AnyEvent]:
        """Run the graph in this thread; yield its events.

        Raises:
            Exception: Whatever the graph raised, after its `run-end` event.
        """
        with contextlib.closing(self._batches(self._take)) as batches:
            for batch in batches:
                yield from batch

    def _batches(self, take: Take) -> Generator[Sequence[AnyEvent], None, None]:
        """Run the graph in this thread, item by item.

        Args:
            take: Takes each item; what it returns is yielded.
        """
        yield self._begin()
        stream: Any = ()
        stopping = self._stopping.is_set
        try:
            if not stopping():
                stream = subscribe(
                    self._graph, self._input, self._config, self._context, self._witness,
                    self._remote,
                )  # fmt: skip
                if self._remote is not None:
                    self._on_stop(self._remote.stop)
            for item in stream:
                yield take(item)
                if stopping():
                    break
        except Exception as error:
            yield self.end("stopped" if stopping() else "error", error)
            raise
        except RunStopped:  # or a run around this one is, whose calls these are, too
            self._halt()
        except BaseException:  # interrupted, or the consumer has had enough
            self._witness.stop()
            self.end("stopped")
            raise
        finally:
            with contextlib.suppress(Exception, RunStopped):
                stream.close()
        yield self.end("stopped" if stopping() else "done")

    async def aevents(self) -> AsyncGenerator[AnyEvent, None]:
        """The async twin of `events`, on the running loop."""
        async with contextlib.aclosing(self._abatches(self._take)) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    async def _abatches(self, take: Take) -> AsyncGenerator[Sequence[AnyEvent], None]:
        yield self._begin()
        stream: Any = None
        stopping = self._stopping.is_set
        try:
            if not stopping():
                stream = asubscribe(
                    self._graph, self._input, self._config, self._context, self._witness,
                    self._remote,
                )  # fmt: skip
                async for item in stream:
                    yield take(item)
                    if stopping():  # and what runs swallows the cancellation
                        break
        except Exception as error:
            yield self.end("stopped" if stopping() else "error", error)
            raise
        except RunStopped:  # or a run around this one is, whose calls these are, too
            self._halt()
        except BaseException:
            self._witness.stop()
            self.end("stopped")
            raise
        finally:
            with contextlib.suppress(Exception, RunStopped):
                await stream.aclose()
        yield self.end("stopped" if stopping() else "done")

    def _drive(self) -> None:
        with contextlib.suppress(Exception):  # it is on the run
            if not self._sync and async_only(self._graph):
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
        self._asked = True
        self._halt()

    def _halt(self) -> None:
        with self._lock:
            self._stopping.set()
            self._witness.stop()
            listeners, self._listeners = self._listeners, []
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
        on_loop = not self._sync and async_only(self._graph) is not None
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
        with comm_pump.flowing(awaited=False) as listen:
            try:
                while not settled.wait(TICK):
                    listen()
                done.wait(grace)
            except KeyboardInterrupt:
                if not self._stopping.is_set():  # otherwise nobody has patience any more
                    listen()
                    self._halt()
                    done.wait(grace)
                if not self._asked:
                    raise
            finally:
                self.end("stopped", abandoned=on_loop and not done.is_set())
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
        asked = loop.create_future()
        done: asyncio.Future[Any]
        self.ending.loop = loop
        on_loop = not self._sync and runs_async(self._graph)
        if on_loop:
            done, grace = asyncio.ensure_future(self._adrive()), GRACE
            _driven.add(done)
            done.add_done_callback(_driven.discard)
        else:
            done, grace = loop.create_future(), CLOSING
            self._in_thread(lambda: _tell(loop, done))
        self._on_stop(lambda: _tell(loop, asked))
        with comm_pump.flowing(awaited=True) as listen, sigint.Guard() as guard:
            try:
                while not (done.done() or asked.done()):
                    await asyncio.wait(
                        {done, asked}, timeout=TICK, return_when=asyncio.FIRST_COMPLETED
                    )
                    guard.beat()
                await _last(done, grace, guard)
                if guard.presses:
                    await asyncio.sleep(PASSING)  # the cancellation is on its way
            except asyncio.CancelledError:
                self._halt()
                await _last(done, grace, guard)
                if guard.unasked:
                    self.end("stopped", abandoned=on_loop and not done.done())
                    raise await guard.close() from None
                if not (guard.presses and await self._was_asked(listen)):
                    raise
                _stay()
            finally:
                self.end("stopped", abandoned=on_loop and not done.done())
        return self.run

    async def _was_asked(self, listen: Callable[[], None]) -> bool:
        """Whether an interrupt came because a stop went unheard: then that is waiting now."""
        end = time.monotonic() + PASSING
        while not self._asked and time.monotonic() < end:
            listen()
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


def _on_server(graph: Any) -> tuple[Remote | None, dict[str, Any]]:
    """The run of a remote graph on its server, and the keys that it is asked with."""
    if not is_remote(graph):
        return None, {}
    from lg_notebook.remote.client import credentials  # noqa: PLC0415 - slow, and rare
    from lg_notebook.remote.run import Remote  # noqa: PLC0415 - slow, and rare

    return Remote(graph), credentials(graph)


def _stay() -> None:
    """Take back the cancellation of this task, as far as it is counted: from Python 3.11 on."""
    task = asyncio.current_task()
    if task is not None and hasattr(task, "uncancel"):
        task.uncancel()


def _tell(loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]) -> None:
    """Resolve a future from another thread; too late does no harm."""

    def resolve() -> None:
        if not future.done():
            future.set_result(None)

    with contextlib.suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(resolve)
