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
        step: LangGraph's superstep, or None if LangGraph did not name it.
        triggers: The channels that triggered it.
        attempt: 1, or higher if the task was executed again.
        started: Nanoseconds since the run began.
        finished: Nanoseconds since the run began, or None if it did not finish.
        error: The exception that it raised, or None.
        result: Its writes, cut to a byte budget.
        interrupts: Ids of the interrupts that it raised.
        span: The states before and after it; see `before` and `after`.
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
        """Make a task from its `task-start` event."""
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
        """Apply the task's `task-finish` event."""
        self.finished = event["t"]
        self.error = event["error"]
        self.result = event["result"]
        self.interrupts = event["interrupts"]

    @property
    def before(self) -> dict[str, Payload] | None:
        """The state of its graph at its start: channel → value, cut and masked.

        None if the graph sent no state before.

        Example:
            >>> task = run.tasks[0]
            >>> [name for name, value in task.after.items() if task.before.get(name) != value]
            ['joke']
        """
        return self.span.before

    @property
    def after(self) -> dict[str, Payload] | None:
        """The state of its graph at the end of its superstep, with its writes.

        None until then, and if the superstep failed.
        """
        return self.span.after

    def snapshot(self) -> dict[str, Any]:
        """Convert the task to plain data, the same as in the front end."""
        names = [name for name in self.__slots__ if name not in {"namespace", "span"}]
        row = {name: getattr(self, name) for name in names}
        return {**row, "ns": list(self.namespace), "before": self.before, "after": self.after}


def at_work(tasks: Iterable[Task]) -> list[str]:
    """List the names of the nodes that have not finished, without repetitions.

    A node that only waits for its subgraph's nodes is left out.

    Args:
        tasks: A run's tasks.

    Returns:
        The names, in the order of the tasks.
    """
    busy = [task for task in tasks if task.finished is None]
    waiting = {segment.rpartition(":")[2] for task in busy for segment in task.namespace}
    return list(dict.fromkeys(task.node for task in busy if task.node and task.id not in waiting))
