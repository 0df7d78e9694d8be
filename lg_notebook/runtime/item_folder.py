"""Folds a graph's stream items into its run: now, or many at a time."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from lg_notebook.model.task import at_work
from lg_notebook.normalize.normalizer import Normalizer
from lg_notebook.runtime.error_location import describe_error

if TYPE_CHECKING:
    from lg_notebook.core.model_call import ModelCallLog
    from lg_notebook.events import AnyEvent, Status, Topology
    from lg_notebook.model.token_batch import Arrival
    from lg_notebook.normalize.custom_tokens import Tokens
    from lg_notebook.privacy.redactor import Redactor
    from lg_notebook.runtime.run_builder import RunBuilder
    from lg_notebook.streams.subscribe import Item

_LOG = logging.getLogger(__name__)

_ENOUGH = 64
"""Tokens that may wait to be folded: more would keep more chunks alive, which costs too."""


class ItemFolder:
    """The queue of a graph's stream items, and their way into the run.

    The thread that runs the graph only notes a token and its time. Tokens are folded many at
    a time, by whoever wants to see them: folding them one by one would cost three times as much.

    Args:
        builder: Writes the run.
        redactor: Masks secrets.
        withhold: What not to put into events (`core.limits.KINDS`).
        tokens: Reads tokens from custom payloads; by default from none.
        model_calls: The graph's observed model calls; by default none.
        message_channels: Names of the graph's channels of messages; None if not known.
    """

    def __init__(
        self,
        builder: RunBuilder,
        redactor: Redactor,
        withhold: frozenset[str] = frozenset(),
        *,
        tokens: Tokens | None = None,
        model_calls: ModelCallLog | None = None,
        message_channels: frozenset[str] | None = None,
    ) -> None:
        self._builder = builder
        self._run = builder.run
        self._lock = builder.lock
        builder.on_update(self.update)
        self._normalizer = Normalizer(
            redactor, withhold, tokens=tokens, model_calls=model_calls,
            describe_error=lambda error: describe_error(error, redactor),
            message_channels=message_channels,
        )  # fmt: skip
        self._began = 0
        self._waiting: list[Arrival] = []
        self._drawn: Topology | None = None

    def start(self, graph: str, value: object, topology: Topology | None = None) -> list[AnyEvent]:
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
        """Note the graph's topology, from any thread; its event comes with the next item."""
        self._drawn = topology

    def take(self, item: Item) -> list[AnyEvent]:
        """Fold an item now; return its events."""
        t = time.perf_counter_ns() - self._began
        with self._lock:
            # A stopped run is closed: items that an abandoned thread still yields are not part of it.
            if self._run.status != "running":
                return []
            return [*self._fold_drawn(), *self._fold(self._normalizer(*item, t))]

    def note(self, item: Item) -> None:
        """Note an item; fold it soon."""
        waiting = self._waiting
        waiting.append((item, time.perf_counter_ns() - self._began))
        try:
            fold = len(waiting) >= _ENOUGH or self._normalizer.is_new(item)
        except Exception:  # noqa: BLE001 - an item may be anything; folding it says what is wrong
            _LOG.debug("An item belongs to no message.", exc_info=True)
            fold = True
        if fold:
            self.update()

    def pass_by(self, what: str, error: Exception) -> None:
        """Write an event for something that could not be read before it became an item.

        Args:
            what: What could not be read, as the beginning of a sentence.
            error: The exception that reading it raised.
        """
        with self._lock:
            if self._run.status == "running":
                events = self._normalizer.passed_by(
                    what, error, time.perf_counter_ns() - self._began
                )
                self._fold(events)

    def update(self) -> None:
        """Fold the items that wait; any thread may call it."""
        with self._lock:
            self._fold_waiting()
            if self._drawn is not None and self._run.status == "running":
                self._fold_drawn()

    def finish(
        self, status: Status, error: BaseException | None = None, *, abandoned: bool = False
    ) -> list[AnyEvent]:
        """Write the run's end; only the first call does anything (see `Source.finish`)."""
        with self._lock:
            if self._run.status != "running":
                return []
            self._fold_waiting()
            drawn = self._fold_drawn()
            if status == "done" and self._normalizer.interrupted:
                status = "interrupted"
            self._run.exception = error
            if self._normalizer.values is not None:
                self._builder.attach_state(self._normalizer.values)
            t = time.perf_counter_ns() - self._began
            running = at_work(self._run.tasks) if abandoned else []
            return [*drawn, *self._fold(self._normalizer.end(status, error, t, running))]

    # ---- folding, with the lock held ------------------------------------------------

    def _fold(self, events: list[AnyEvent]) -> list[AnyEvent]:
        self._builder.fold(events)
        objects = self._normalizer.objects
        self._builder.attach(objects.items())
        objects.clear()
        return events

    def _fold_drawn(self) -> list[AnyEvent]:
        topology, self._drawn = self._drawn, None
        if topology is None:
            return []
        return self._fold(self._normalizer.drawn(topology, time.perf_counter_ns() - self._began))

    def _fold_waiting(self) -> None:
        waiting = self._waiting
        end = len(waiting)  # meanwhile more may be added at the end
        try:
            if self._run.status == "running":
                self._fold_range(waiting, end)
        finally:
            del waiting[:end]

    def _fold_range(self, waiting: list[Arrival], end: int) -> None:
        at = 0
        while at < end:
            try:
                batch, after = self._normalizer.stretch(waiting, at, end)
            except Exception:  # noqa: BLE001 - an item may be anything; below it is folded alone
                _LOG.debug("Items could not be folded together.", exc_info=True)
                batch, after = None, at
            if batch is not None:
                self._builder.extend(batch)
            if after == at:
                item, t = waiting[at]
                self._fold(self._normalizer(*item, t))
                after += 1
            at = after
