"""Build a run from events, and wake its publishers. Nothing else changes a run while it grows."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from lg_notebook.model.run_state import RunState
from lg_notebook.model.run_writer import RunWriter
from lg_notebook.runtime.publisher import Publisher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lg_notebook.events import AnyEvent
    from lg_notebook.model.token_batch import TokenBatch
    from lg_notebook.runtime.throttle import Pacer


_LOG = logging.getLogger(__name__)


class RunBuilder:
    """Builds a run from events, and publishes it.

    Args:
        run: The run to fill; a new one by default.

    Attributes:
        run: The run.
        lock: Held while the run is changed.

    Example:
        >>> builder = RunBuilder()
        >>> publisher = builder.publish(lambda first, last: print(last - first, "events"))
        >>> publisher.open()
        >>> builder.fold([event])
        >>> builder.changed()
        1 events
    """

    def __init__(self, run: RunState | None = None) -> None:
        self.run = RunState() if run is None else run
        self.lock = threading.RLock()
        self._fold_waiting: Callable[[], None] = lambda: None
        self._writer = RunWriter(self.run)
        self._publishers: tuple[Publisher, ...] = ()
        self._on_first: Callable[[], None] | None = None

    def fold(self, events: list[AnyEvent]) -> list[AnyEvent]:
        """Fold events into the run.

        Args:
            events: The events, in order.

        Returns:
            The same events.
        """
        with self.lock:
            for event in events:
                self._writer.apply(event)
        return events

    def extend(self, batch: TokenBatch) -> None:
        """Fold many tokens at a time."""
        self._writer.extend(batch)

    def attach(self, objects: Iterable[tuple[int, object]]) -> None:
        """Keep the whole objects that events' payloads summarise.

        Args:
            objects: Pairs of an event's `seq` and the object.
        """
        for seq, value in objects:
            self._writer.attach(seq, value)

    def attach_state(self, state: object) -> None:
        """Keep the graph's values as they are."""
        self._writer.attach_state(state)

    def on_update(self, fold_waiting: Callable[[], None]) -> None:
        """Name what folds the items that wait to be folded.

        Args:
            fold_waiting: Called by `update`, from any thread.
        """
        self._fold_waiting = fold_waiting

    def update(self) -> None:
        """Bring the run up to date, from any thread; called before somebody looks at it."""
        self._fold_waiting()

    # ---- waking publishers ----------------------------------------------------------

    def publish(self, sink: Callable[[int, int], None], pacer: Pacer | None = None) -> Publisher:
        """Make a publisher of this run, not yet open.

        Args:
            sink: Called as `sink(first, last)` for the events `first <= seq < last`.
            pacer: Says when; thirty times a second by default.
        """
        publisher = Publisher(self.run, sink, self.update, pacer)
        self._publishers = (*self._publishers, publisher)
        return publisher

    def on_first(self, call: Callable[[], None]) -> None:
        """Call once, when the run has its first task or message: the graph accepted its input.

        Args:
            call: Called in the thread that runs the graph.
        """
        self._on_first = call

    def changed(self) -> None:
        """Wake the publishers; called after every item, so it costs next to nothing."""
        if self._on_first is not None and (self.run.tasks or self.run.messages):
            call, self._on_first = self._on_first, None
            try:
                call()
            except Exception:  # noqa: BLE001 - of a view; the run goes its way without it
                _LOG.exception("The view of a run could not be opened.")
        for publisher in self._publishers:
            publisher.changed()
