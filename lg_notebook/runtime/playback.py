"""A recorded run as the source of a run's events, at the pace of its times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.exceptions import OptionError
from lg_notebook.model.run_state import data_of
from lg_notebook.runtime.execution import Execution
from lg_notebook.runtime.graph_source import GraphSource
from lg_notebook.runtime.run_builder import RunBuilder
from lg_notebook.runtime.source import Source

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from lg_notebook.events import AnyEvent, RunError, Status
    from lg_notebook.model.run_state import RunState

_SECOND = 1_000_000_000


class _Played:
    """What stands for a node: there is nothing to run."""

    func = staticmethod(lambda value: value)
    afunc = None


class RecordedRun:
    """A run to play back, and how fast.

    Args:
        run: The run.
        speed: How fast: 1.0 as it was, 2.0 twice as fast; None without waiting.

    Raises:
        ValueError: The speed is not above 0.
    """

    def __init__(self, run: RunState, speed: float | None = 1.0) -> None:
        if speed is not None and not speed > 0:
            msg = f"speed is a number above 0, or None for no waiting, not {speed!r}."
            raise OptionError(msg)
        self.run = run
        self.speed = speed
        self.name = run.graph or "run"
        names = [task.node for task in run.tasks] + [message.node for message in run.messages]
        self.nodes = {name: _Played() for name in names if name is not None}

    def get_graph(self, **_: object) -> Any:
        """Not drawn: the run itself says what its graph looked like."""
        raise NotImplementedError

    def stream(self, *_: object, **__: object) -> Iterator[Any]:
        """Not streamed: its events are there already."""
        raise NotImplementedError

    astream = stream


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
            shown = {"type": type(error).__name__, "message": str(error), "traceback": None}
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


def execution(
    graph: Any,
    *args: Any,
    run: RunState | None = None,
    **kwargs: Any,
) -> Execution:
    """Make what runs a graph, or plays a recorded run; arguments as for `GraphSource`."""
    if isinstance(graph, RecordedRun):
        return Execution(Playback(graph, run))
    return Execution(GraphSource(graph, *args, run=run, **kwargs))
