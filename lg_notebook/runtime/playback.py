"""A recorded run, shown again: in the place of a graph, with its own timing."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from lg_notebook.exceptions import OptionError
from lg_notebook.model.run_state import data_of
from lg_notebook.model.run_writer import RunWriter
from lg_notebook.runtime.execution import Execution

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from lg_notebook.events import AnyEvent, RunError, Status
    from lg_notebook.model.run_state import RunState

_SECOND = 1_000_000_000


class _Played:
    """What stands for a node: there is nothing to run."""

    func = staticmethod(lambda value: value)
    afunc = None


class RecordedRun:
    """A recorded run in the place of a graph: it can be watched like one.

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
        self.recorded = run
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


class Playback(Execution):
    """Plays a recorded run as if its graph were running.

    Args:
        graph: The reel.
        run: The run to fill; a new one by default.
        name: What to call the graph.
        changed: Called after every event.
    """

    def __init__(
        self,
        graph: RecordedRun,
        *_: object,
        run: RunState | None = None,
        name: str | None = None,
        changed: Callable[[], None] | None = None,
        **__: object,
    ) -> None:
        super().__init__(graph, None, run=run, name=name, changed=changed)
        self._writer = RunWriter(self.run)
        self._reel = graph

    def end(
        self,
        status: Status,
        error: BaseException | None = None,
        *,
        abandoned: bool = False,  # noqa: ARG002 - no node runs that could be left behind
    ) -> list[AnyEvent]:
        """End it as the recording does, or as `stopped` before that."""
        run = self.run
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
        self._writer.apply(last)
        return self._over([last])

    def _over(self, events: list[AnyEvent]) -> list[AnyEvent]:
        self.changed()
        self.ending.reach()
        return events

    def _batches(self, _: object) -> Generator[Sequence[AnyEvent], None, None]:
        speed = self._reel.speed
        stopping = self._stopping
        now = 0
        try:
            for event in self._reel.recorded.log():
                if speed is not None and event["t"] > now:
                    stopping.wait((event["t"] - now) / _SECOND / speed)
                    now = event["t"]
                if stopping.is_set():
                    break
                self._writer.apply(event)
                if event["type"] == "run-end":
                    yield self._over([event])
                else:
                    self.changed()
                    yield [event]
        finally:
            with contextlib.suppress(Exception):
                self.end("stopped")


def execution(graph: Any, *args: Any, **kwargs: Any) -> Execution:
    """What runs a graph, or plays a reel; arguments as for `Execution`."""
    return (Playback if isinstance(graph, RecordedRun) else Execution)(graph, *args, **kwargs)
