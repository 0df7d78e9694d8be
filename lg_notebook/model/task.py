"""A task of a run: one execution of a node."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lg_notebook.events import Payload, RunError, TaskFinish, TaskStart
    from lg_notebook.model.state_history import Span


@dataclass(slots=True, eq=False)
class Task:
    """One execution of a node.

    Attributes:
        id: LangGraph's task id.
        node: Name of the node.
        namespace: Namespace of its graph; empty for the root graph.
        step: LangGraph's superstep, or None where it is not told.
        triggers: The channels that set it off.
        attempt: 1, or higher when the task was executed again.
        started: Nanoseconds since the run began.
        finished: Nanoseconds since the run began, or None if it did not finish.
        error: What it raised, or None.
        result: What it wrote, cut to a byte budget.
        interrupts: Ids of the interrupts that it raised.
        span: Where it is among its graph's states; see `before` and `after`.
    """

    id: str | None
    node: str | None
    namespace: tuple[str, ...]
    step: int | None
    triggers: list[str]
    attempt: int
    started: int
    span: Span = field(repr=False)
    finished: int | None = None
    error: RunError | None = None
    result: Payload = None
    interrupts: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, event: TaskStart, span: Span) -> Task:
        """Make the task that a `task-start` event announces."""
        return cls(
            id=event["task"],
            node=event["node"],
            namespace=tuple(event["ns"]),
            step=event["step"],
            triggers=event["triggers"],
            attempt=event["attempt"],
            started=event["t"],
            span=span,
        )

    def finish(self, event: TaskFinish) -> None:
        """Take in its `task-finish` event."""
        self.finished = event["t"]
        self.error = event["error"]
        self.result = event["result"]
        self.interrupts = event["interrupts"]

    @property
    def before(self) -> dict[str, Payload] | None:
        """The state of its graph when it began: channel → value, cut and masked.

        None where the graph told no state before.

        Example:
            >>> task = run.tasks[0]
            >>> [name for name, value in task.after.items() if task.before.get(name) != value]
            ['joke']
        """
        return self.span.before

    @property
    def after(self) -> dict[str, Payload] | None:
        """The state of its graph at the end of its superstep, when its writes are in it.

        None while that goes on, or if it failed.
        """
        return self.span.after

    def snapshot(self) -> dict[str, Any]:
        """The task as plain data, the same as the front end's."""
        names = [name for name in self.__slots__ if name not in {"namespace", "span"}]
        row = {name: getattr(self, name) for name in names}
        return {**row, "ns": list(self.namespace), "before": self.before, "after": self.after}


def at_work(tasks: Iterable[Task]) -> list[str]:
    """Names of the nodes that have not finished, each once.

    A node that only waits for its subgraph's nodes is not among them.

    Args:
        tasks: A run's tasks.
    """
    busy = [task for task in tasks if task.finished is None]
    waiting = {segment.rpartition(":")[2] for task in busy for segment in task.namespace}
    return list(dict.fromkeys(task.node for task in busy if task.node and task.id not in waiting))
