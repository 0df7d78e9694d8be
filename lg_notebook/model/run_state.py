"""The state of a run, to read. `run_writer` fills it from events."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lg_notebook.model.event_log import Log
from lg_notebook.model.filters import Filters
from lg_notebook.model.removal import Removal, removals
from lg_notebook.model.state_history import StateHistory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lg_notebook.core.completion import Completion
    from lg_notebook.events import (
        AnyEvent,
        Checkpoint,
        Custom,
        Interrupt,
        Payload,
        RunEnd,
        RunError,
        RunStart,
        Status,
        Topology,
        Update,
        Usage,
    )
    from lg_notebook.model.message import Message
    from lg_notebook.model.task import Task

_COMMAND = {"graph", "update", "resume", "goto"}
"""The fields of LangGraph's `Command`, the input of a run that answers an interrupt."""

_ID = re.compile(r"[0-9a-f]{32}")
"""The form of an interrupt's id (`langgraph/types.py`, `Interrupt.from_ns`)."""


def by_ids(answer: object) -> dict[str, Any]:
    """Read the answers to several interrupts.

    Args:
        answer: The value of `Command(resume=…)`.

    Returns:
        Id of the interrupt → answer; empty if the value is one answer without an id.

    Example:
        >>> by_ids("yes")
        {}
    """
    if isinstance(answer, dict) and all(_ID.fullmatch(str(key)) for key in answer):
        return {str(key): each for key, each in answer.items()}
    return {}


@dataclass(slots=True)
class RunData:
    """The data behind a run's public attributes (see `data_of`).

    Attributes:
        log: Every event, in columns.
        seen: The highest `seq` so far.
        start: The run's first event, or None.
        end: The run's last event, or None.
        by_key: The messages by their keys.
        by_task: The tasks by their ids.
        tools: The facts about each tool call, by its id.
        states: The states of the graphs, superstep by superstep.
        customs: The events of type `custom`.
        updates: The events of type `update`.
        interrupts: The events of type `interrupt`.
        checkpoints: The events of type `checkpoint`.
        unreadable: For each sentence about something unreadable, how often it happened.
        saved: For each checkpoint, the number of its graph's `values` events before it.
        objects: The whole objects that events only summarise, by `seq`.
        values: The graph's final values themselves, if `has_values`.
        has_values: Whether the run happened in this process and has final values.
        filters: The filters of the run's displays.
        completion: The end of the run; None if the run was loaded.
        losses: What is missing in files that record the run, one sentence per file.
        cell: Id of the execution of a cell in which a live output shows the run; else empty.
    """

    log: Log = field(default_factory=Log)
    seen: int = -1
    start: RunStart | None = None
    end: RunEnd | None = None
    by_key: dict[int, Message] = field(default_factory=dict)
    by_task: dict[str | None, Task] = field(default_factory=dict)
    tools: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: StateHistory = field(default_factory=StateHistory)
    customs: list[Custom] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    interrupts: list[Interrupt] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    unreadable: dict[str, int] = field(default_factory=dict)
    saved: list[int] = field(default_factory=list)
    objects: dict[int, Any] = field(default_factory=dict)
    values: Any = None
    has_values: bool = False
    filters: Filters = field(default_factory=Filters)
    completion: Completion | None = None
    losses: list[str] = field(default_factory=list)
    cell: str = ""


class RunState:
    """The state of a run, built event by event. Any thread may read it at any time.

    Attributes:
        status: `running`, `done`, `stopped`, `interrupted` or `error`.
        graph: Name of the graph, or None before the run has begun.
        messages: The messages in order of appearance, without repetitions.
        tasks: One entry per execution of a node, in order.
        error: The error that ended the run with status `error`, as text; else None.
        exception: The exception itself, if the run happened in this process.
        duration: Nanoseconds from start to end, or None while running.
    """

    def __init__(self) -> None:
        self.status: Status = "running"
        self.graph: str | None = None
        self.messages: list[Message] = []
        self.tasks: list[Task] = []
        self.error: RunError | None = None
        self.exception: BaseException | None = None
        self.duration: int | None = None
        self._data = RunData()

    def __len__(self) -> int:
        """Count the events so far."""
        return len(self._data.log)

    def __bool__(self) -> bool:
        return True

    @property
    def input(self) -> Payload:
        """The input as it was recorded (cut and masked), or None."""
        return None if self._data.start is None else self._data.start["input"]

    @property
    def answers(self) -> list[Payload]:
        """The run's answers to interrupts, as they were recorded; empty if it has none."""
        command = self.input
        if not (isinstance(command, dict) and command.keys() >= _COMMAND):
            return []
        answer = command["resume"]
        named = by_ids(answer)
        return list(named.values()) if named else [] if answer is None else [answer]

    @property
    def topology(self) -> Topology | None:
        """The graph's nodes and edges, also of subgraphs, to draw; None if not known."""
        return None if self._data.start is None else self._data.start.get("topology")

    @property
    def masked(self) -> bool:
        """Whether secrets were masked (`settings.mask`)."""
        return self._data.start is None or self._data.start.get("masked") is not False

    @property
    def causes(self) -> list[str]:
        """Why tokens are missing, from the run's last event; see `Run.diagnosis`."""
        return [] if self._data.end is None else list(self._data.end.get("diagnosis", ()))

    @property
    def unreadable(self) -> list[str]:
        """What lg_notebook could not read of the run, a sentence each. The graph ran on.

        Example:
            >>> run.unreadable
            ['The update of node search could not be read: TypeError.']
        """
        return [
            sentence if times == 1 else f"{sentence} ({times:,} times)"
            for sentence, times in self._data.unreadable.items()
        ]

    @property
    def removals(self) -> list[Removal]:
        """The messages that nodes removed from the state, one entry per update."""
        return list(removals(self._data.updates))

    @property
    def usage(self) -> Usage | None:
        """The token counts of all messages, summed; None if no provider sent any."""
        counts = [m.usage for m in self.messages if m.usage is not None]
        if not counts:
            return None
        return {
            "input_tokens": sum(c["input_tokens"] for c in counts),
            "output_tokens": sum(c["output_tokens"] for c in counts),
            "total_tokens": sum(c["total_tokens"] for c in counts),
        }

    @property
    def abandoned(self) -> list[str]:
        """Names of the nodes that ignored the run's stop and were abandoned."""
        return [] if self._data.end is None else self._data.end.get("left", [])

    @property
    def events(self) -> list[AnyEvent]:
        """Every event, in order, numbered densely from 0."""
        return list(self.log(0))

    def log(self, first: int = 0, last: int | None = None) -> Iterator[AnyEvent]:
        """Iterate over a part of the log.

        Args:
            first: `seq` of the first event.
            last: `seq` after the last one; by default the log's end.
        """
        return self._data.log.events(first, last)

    def text(self, node: str | None = None, tag: str | None = None) -> str:
        """Join the texts that the models wrote.

        Args:
            node: Only from this node.
            tag: Only from model calls with this tag.

        Returns:
            The texts of the matching `ai` messages, in order, separated by empty lines.

        Example:
            >>> run.text(node="write")
            'A short joke.'
        """
        texts = [
            message.text
            for message in self.messages
            if message.role == "ai"
            and message.origin != "input"
            and (node is None or message.node == node)
            and (tag is None or tag in message.tags)
        ]
        return "\n\n".join(text for text in texts if text)

    @property
    def state(self) -> Any:
        """The graph's final values, or None.

        These are the objects themselves in the process that ran the graph, else as they were
        recorded (cut and masked).
        """
        if self._data.has_values:
            return self._data.values
        return None if self._data.end is None else self._data.end["state"]

    @property
    def custom(self) -> list[Any]:
        """The custom payloads, which nodes and tools wrote with `get_stream_writer()`.

        These are the objects themselves in the process that ran the graph, else as they were
        recorded (cut and masked).
        """
        return [self._data.objects.get(e["seq"], e["data"]) for e in self._data.customs]

    @property
    def updates(self) -> list[Any]:
        """The updates of the state by nodes, in the same form as `custom`."""
        return [self._data.objects.get(e["seq"], e["data"]) for e in self._data.updates]

    @property
    def interrupts(self) -> list[Any]:
        """The interrupts that the graph waits at, in the order of their nodes.

        These are LangGraph's `Interrupt` objects in the process that ran the graph, else events
        of type `interrupt`.
        """
        return [self._data.objects.get(e["seq"], e) for e in self._questions()]

    @property
    def checkpoints(self) -> list[Any]:
        """The checkpoints that the run saved; only with `stream_mode="checkpoints"`.

        In the process that ran the graph, these are LangGraph's own dicts (`config`, `values`,
        `next`, …). Else they are events of type `checkpoint`. The view lists them in the run's
        details, with code to run the graph again from each.

        Example:
            >>> run = watch(graph, {"topic": "cats"}, config, stream_mode="checkpoints")
            >>> watch(graph, None, run.checkpoints[1]["config"])  # again from there
        """
        return [self._data.objects.get(e["seq"], e) for e in self._data.checkpoints]

    @property
    def questions(self) -> list[Payload]:
        """The values of the interrupts as they were recorded (cut and masked), to show."""
        return [event["value"] for event in self._questions()]

    def _questions(self) -> list[Interrupt]:
        """Sort the interrupts by task: those of parallel nodes arrive in any order."""
        order = {name: at for at, task in enumerate(self.tasks) for name in task.interrupts}
        return sorted(
            self._data.interrupts, key=lambda event: order.get(event["id"] or "", len(order))
        )

    def snapshot(self) -> dict[str, Any]:
        """Convert the state of the run to plain data, the same as in the front end."""
        start, end = self._data.start, self._data.end

        def rows(events: Iterable[Any], *keys: str) -> list[dict[str, Any]]:
            return [
                {key: e[key] for key in ("t", "ns", "task", "node", "step", *keys)} for e in events
            ]

        return {
            "seq": len(self),
            "graph": self.graph,
            "status": self.status,
            "input": self.input,
            "started_at": None if start is None else start["started_at"],
            "topology": self.topology,
            "error": self.error,
            "duration": self.duration,
            "state": None if end is None else end["state"],
            "messages": [message.snapshot() for message in self.messages],
            "tasks": [task.snapshot() for task in self.tasks],
            "tools": [dict(tool) for tool in self._data.tools.values()],
            "custom": rows(self._data.customs, "data"),
            "updates": rows(self._data.updates, "data"),
            "interrupts": rows(self._data.interrupts, "id", "value"),
            "checkpoints": [
                {
                    **row,
                    "thread": event.get("thread"),
                    "state": event.get("state", self._data.states.at(tuple(event["ns"]), count)),
                }
                for row, event, count in zip(
                    rows(self._data.checkpoints, "id", "parent", "source", "next"),
                    self._data.checkpoints,
                    self._data.saved,
                    strict=True,
                )
            ],
            "usage": self.usage,
            "diagnosis": self.causes,
            **({"unreadable": self.unreadable} if self._data.unreadable else {}),
        }


def data_of(run: RunState) -> RunData:
    """Return the data behind a run, for the rooms that write, store or send it; not for users."""
    return run._data  # noqa: SLF001 - the only access to it
