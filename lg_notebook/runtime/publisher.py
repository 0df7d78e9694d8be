"""Publish a run while it grows: a thread passes new events on, at most thirty times a second."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from lg_notebook.runtime import worker_thread
from lg_notebook.runtime.throttle import Pacer

if TYPE_CHECKING:
    from collections.abc import Callable

    from lg_notebook.model.run_state import RunState

_LOG = logging.getLogger(__name__)


class Publisher:
    """Calls a sink with each new stretch of a run's log, at most thirty times a second.

    It has a thread of its own. So the graph never waits for the wire, and events that are still
    unsent are sent while the model thinks. If no thread can start, the thread that runs the graph
    sends them, at the same pace.

    Args:
        run: The run.
        sink: Called as `sink(first, last)` for the events `first <= seq < last`, from one
            thread at a time, without gaps.
        update: Called before the run is read: brings it up to date.
        pacer: Says when; thirty times a second by default.

    Example:
        >>> publisher = Publisher(run, lambda first, last: print(list(run.log(first, last))))
        >>> publisher.open()
        >>> publisher.changed()  # after every event
        >>> publisher.close()  # sends the rest, then returns
    """

    def __init__(
        self,
        run: RunState,
        sink: Callable[[int, int], None],
        update: Callable[[], None] = lambda: None,
        pacer: Pacer | None = None,
    ) -> None:
        self._run = run
        self._sink = sink
        self._update = update
        self._pacer = pacer or Pacer()
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._sent = 0
        self._spoke = False
        self._waiting = False
        self._closed = False
        self._ended = threading.Event()
        self._threaded = False
        self._inline = False

    @property
    def sent(self) -> int:
        """The number of events sent so far."""
        return self._sent

    def open(self) -> None:
        """Start."""
        self._threaded = worker_thread.start(self._loop, "lg_notebook-publisher")
        self._inline = not self._threaded

    def changed(self) -> None:
        """Say that the run has grown. Costs next to nothing; call it after every event."""
        if not self._waiting:
            self._waiting = True
            self._wake.set()
        if not self._spoke and any(m.origin != "input" for m in self._run.messages):
            self._spoke = True
            self._pacer.hurry()
            self._wake.set()
        if self._inline and self._pacer.wait(time.monotonic_ns()) == 0:
            self.flush()

    def flush(self) -> None:
        """Send all unsent events now, in the caller's thread."""
        with self._lock:
            self._waiting = False
            self._update()
            last = len(self._run)
            if last > self._sent:
                first, self._sent = self._sent, last
                try:
                    self._sink(first, last)
                except Exception:  # noqa: BLE001 - a broken wire ends neither the run nor its publisher
                    _LOG.exception("A part of a run could not be shown.")
                self._pacer.sent(time.monotonic_ns())

    def close(self) -> None:
        """Send the rest and stop."""
        self._closed = True
        self._wake.set()
        self._inline = False
        if self._threaded:
            # Not joined: an interrupt would mark the thread as ended, and ipykernel would close
            # its output.
            self._ended.wait()
        self.flush()

    def _loop(self) -> None:
        try:
            self._pace()
        finally:
            self._ended.set()

    def _pace(self) -> None:
        while not self._closed:
            self._wake.wait()
            self._wake.clear()
            while not self._closed:
                pause = self._pacer.wait(time.monotonic_ns())
                if pause == 0:
                    self.flush()
                    break
                self._wake.wait(pause / 1e9)
                self._wake.clear()
