"""A recorded run as the source of a run's events, at the pace of its times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.core.error_words import words_of
from lg_notebook.exceptions import OptionError
from lg_notebook.model.filters import Filters
from lg_notebook.model.run_state import data_of
from lg_notebook.runtime.run_builder import RunBuilder
from lg_notebook.runtime.run_setup import filters_of
from lg_notebook.runtime.source import Source

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Mapping

    from lg_notebook.core.run_options import StreamOptions
    from lg_notebook.events import AnyEvent, RunError, Status
    from lg_notebook.model.run_state import RunState

_SECOND = 1_000_000_000


class RecordedRun:
    """A run to play back, and how fast: what a session shows instead of a graph's run.

    Args:
        run: The run.
        speed: How fast: 1.0 as it was, 2.0 twice as fast; None without waiting.
        options: The options of the view; by default nothing is filtered.

    Raises:
        OptionError: The speed is not above 0, or an option has a value that cannot be used.

    Example:
        >>> RecordedRun(Run.load("joke.jsonl"), 2.0).source(None, None)
    """

    graph = None
    remote = False
    context: object = None

    def __init__(
        self, run: RunState, speed: float | None = 1.0, options: StreamOptions | None = None
    ) -> None:
        if speed is not None and not speed > 0:
            msg = f"speed is a number above 0, or None for no waiting, not {speed!r}."
            raise OptionError(msg)
        self.run = run
        self.speed = speed
        self.name = run.graph or "run"
        self.filters = Filters() if options is None else filters_of(options)
        names = [task.node for task in run.tasks] + [message.node for message in run.messages]
        self.filters.check(list(dict.fromkeys(name for name in names if name is not None)))

    def form(self) -> dict[str, Any]:
        """Describe the input: a recording takes none."""
        return {"kind": "json", "template": {}, "fields": []}

    def drawing(self) -> None:
        """Draw nothing: the recording's events say what its graph looked like."""

    def read(self, value: object) -> object:
        """Return the input as it is."""
        return value

    def check(self) -> None:
        """Accept: a recording always plays."""

    def check_loop(self, instead: str) -> None:
        """Accept: a recording needs no event loop."""

    def explained(self, error: BaseException, instead: str) -> BaseException:  # noqa: ARG002 - no loop, no conflict
        """Return the error as it is."""
        return error

    def background_loop(self) -> None:
        """Play in a thread."""

    def source(
        self,
        input: object,  # noqa: A002, ARG002 - a recording takes no input
        config: Mapping[str, Any] | None,  # noqa: ARG002 - nor a config
        *,
        context: object = None,  # noqa: ARG002 - nor a context
        run: RunState | None = None,
        name: str | None = None,  # noqa: ARG002 - its events have the name
    ) -> Playback:
        """Make the source of one playback."""
        return Playback(self, run)


class Playback(Source):
    """Plays a recorded run once.

    Args:
        recorded: The recorded run.
        run: The run to fill; a new one by default.
    """

    def __init__(self, recorded: RecordedRun, run: RunState | None = None) -> None:
        self._recorded = recorded
        self.builder = RunBuilder(run)

    def start(self) -> list[AnyEvent]:
        """Start with no events of its own: the recording has them all."""
        return []

    def items(self, stopping: threading.Event) -> Iterator[AnyEvent]:
        """Yield the recorded events, each at its time."""
        speed, now = self._recorded.speed, 0
        for event in self._recorded.run.log():
            if speed is not None and event["t"] > now:
                stopping.wait((event["t"] - now) / _SECOND / speed)
                now = event["t"]
            if stopping.is_set():
                return
            yield event

    def take(self, item: AnyEvent) -> list[AnyEvent]:
        """Fold an event; return it."""
        return self.builder.fold([item])

    def note(self, item: AnyEvent) -> None:
        """Fold an event."""
        self.builder.fold([item])

    def finish(
        self,
        status: Status,
        error: BaseException | None = None,
        *,
        abandoned: bool = False,  # noqa: ARG002 - no node runs that could be abandoned
    ) -> list[AnyEvent]:
        """End as the recording does, or as `stopped` before that."""
        run = self.builder.run
        if run.status != "running":
            return []
        shown: RunError | None = None
        if error is not None:
            shown = {"type": type(error).__name__, "message": words_of(error), "traceback": None}
        t = data_of(run).log.time(len(run) - 1) if len(run) else 0
        last: Any = {
            "type": "run-end",
            "seq": len(run),
            "t": t,
            "ns": [],
            "task": None,
            "node": None,
            "step": None,
            "status": "stopped" if status == "done" else status,
            "error": shown,
            "duration": t,
            "state": None,
        }
        return self.builder.fold([last])
