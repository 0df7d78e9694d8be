"""A task of a run: one execution of a node."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lg_notebook.events import Payload, RunError, TaskFinish, TaskStart


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
    """

    id: str | None
    node: str | None
    namespace: tuple[str, ...]
    step: int | None
    triggers: list[str]
    attempt: int
    started: int
    finished: int | None = None
    error: RunError | None = None
    result: Payload = None
    interrupts: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, event: TaskStart) -> Task:
        """Make the task that a `task-start` event announces."""
        return cls(
            id=event["task"],
            node=event["node"],
            namespace=tuple(event["ns"]),
            step=event["step"],
            triggers=event["triggers"],
            attempt=event["attempt"],
            started=event["t"],
        )

    def finish(self, event: TaskFinish) -> None:
        """Take in its `task-finish` event."""
        self.finished = event["t"]
        self.error = event["error"]
        self.result = event["result"]
        self.interrupts = event["interrupts"]

    def snapshot(self) -> dict[str, Any]:
        """The task as plain data, the same as the front end's."""
        row = {name: getattr(self, name) for name in self.__slots__ if name != "namespace"}
        return {**row, "ns": list(self.namespace)}
