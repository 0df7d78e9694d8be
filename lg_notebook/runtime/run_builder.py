"""Folds what a graph streams into its run: at once, or soon."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from lg_notebook.model.run_state import RunState
from lg_notebook.model.run_writer import RunWriter
from lg_notebook.model.task import at_work
from lg_notebook.normalize.normalizer import Normalizer
from lg_notebook.runtime.error_location import describe_error

if TYPE_CHECKING:
    from lg_notebook.core.model_call import ModelCallLog
    from lg_notebook.events import AnyEvent, Status, Topology
    from lg_notebook.model.token_batch import Arrival
    from lg_notebook.normalize.custom_tokens import Tokens
    from lg_notebook.privacy.redactor import Redactor
    from lg_notebook.streams.subscribe import Item

_ENOUGH = 64
"""Tokens that may wait to be folded: more would keep more chunks alive, which costs too."""


class RunBuilder:
    """The run of one execution, and the only one who writes to it.

    The thread that runs the graph only notes a token and its time. Tokens are folded many at
    a time, by whoever wants to see them: folding them one by one would cost three times as much.

    Args:
        redactor: Masks secrets.
        withhold: What not to put into events (`core.limits.KINDS`).
        run: The run to fill; a new one by default.
        tokens: Reads tokens from custom payloads; by default from none.
        model_calls: What is seen of the graph's model calls; by default nothing.

    Attributes:
        run: The run.
    """

    def __init__(
        self,
        redactor: Redactor,
        withhold: frozenset[str] = frozenset(),
        *,
        run: RunState | None = None,
        tokens: Tokens | None = None,
        model_calls: ModelCallLog | None = None,
    ) -> None:
        self.run = RunState() if run is None else run
        self._writer = RunWriter(self.run)
        self._normalizer = Normalizer(
            redactor, withhold, tokens=tokens, model_calls=model_calls,
            describe_error=lambda error: describe_error(error, redactor),
        )  # fmt: skip
        self._began = 0
        self._waiting: list[Arrival] = []
        self._failure: Exception | None = None
        self._drawn: Topology | None = None
        self._lock = threading.RLock()

    def begin(self, graph: str, value: object, topology: Topology | None = None) -> list[AnyEvent]:
        """Start the run's clock and log.

        Args:
            graph: Name of the graph.
            value: Its input.
            topology: The graph as it is drawn.
        """
        self._began = time.perf_counter_ns()
        with self._lock:
            return self._fold(self._normalizer.start(graph, value, time.time(), topology))

    def draw(self, topology: Topology | None) -> None:
        """Note what the graph looks like, from any thread; it is told with what comes next."""
        self._drawn = topology

    def _fold_drawn(self) -> list[AnyEvent]:
        topology, self._drawn = self._drawn, None
        if topology is None:
            return []
        return self._fold(self._normalizer.drawn(topology, time.perf_counter_ns() - self._began))

    def take(self, item: Item) -> list[AnyEvent]:
        """Fold an item at once; return its events."""
        t = time.perf_counter_ns() - self._began
        with self._lock:
            # A stopped run is closed: what an abandoned thread still yields is not part of it.
            if self.run.status != "running":
                return []
            return [*self._fold_drawn(), *self._fold(self._normalizer(*item, t))]

    def note(self, item: Item) -> None:
        """Note an item; fold it soon.

        Raises:
            Exception: Folding an earlier item failed.
        """
        waiting = self._waiting
        waiting.append((item, time.perf_counter_ns() - self._began))
        if len(waiting) >= _ENOUGH or self._normalizer.is_new(item):
            self.settle()
            if self._failure is not None:
                raise self._failure

    def settle(self) -> None:
        """Fold what was noted. Any thread may ask for it."""
        with self._lock:
            self._settle()
            if self._drawn is not None and self.run.status == "running":
                self._fold_drawn()

    def _settle(self) -> None:
        with self._lock:
            waiting = self._waiting
            end = len(waiting)  # more may come meanwhile, at the end
            try:
                if self.run.status == "running":
                    self._fold_waiting(waiting, end)
            except Exception as error:  # noqa: BLE001 - for the thread that runs the graph
                self._failure = error
            finally:
                del waiting[:end]

    def _fold_waiting(self, waiting: list[Arrival], end: int) -> None:
        at = 0
        while at < end:
            stretch, after = self._normalizer.stretch(waiting, at, end)
            if stretch is not None:
                self._writer.extend(stretch)
            if after == at:
                item, t = waiting[at]
                self._fold(self._normalizer(*item, t))
                after += 1
            at = after

    def _fold(self, events: list[AnyEvent]) -> list[AnyEvent]:
        for event in events:
            self._writer.apply(event)
        objects = self._normalizer.objects
        for seq, value in objects.items():
            self._writer.attach(seq, value)
        objects.clear()
        return events

    def end(
        self, status: Status, error: BaseException | None = None, *, abandoned: bool = False
    ) -> list[AnyEvent]:
        """Close the run; only the first call does anything.

        Args:
            status: How it ended.
            error: What it raised, with status `error`.
            abandoned: Whether nodes that were cancelled go on all the same.
        """
        with self._lock:
            if self.run.status != "running":
                return []
            self._settle()
            drawn = self._fold_drawn()
            if status == "done" and self._failure is not None:
                status, error = "error", self._failure
            if status == "done" and self._normalizer.interrupted:
                status = "interrupted"
            self.run.exception = error
            if self._normalizer.values is not None:
                self._writer.attach_state(self._normalizer.values)
            t = time.perf_counter_ns() - self._began
            left = at_work(self.run.tasks) if abandoned else []
            return [*drawn, *self._fold(self._normalizer.end(status, error, t, left))]
