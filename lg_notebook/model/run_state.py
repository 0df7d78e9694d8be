"""What a run of a graph left behind, to be read. `run_writer` fills it from events."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lg_notebook.model.event_log import Log
from lg_notebook.model.filters import Filters
from lg_notebook.model.removal import Removal, removals
from lg_notebook.model.state_history import States

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
"""The fields of LangGraph's `Command`, which is a run's input where it answers."""

_ID = re.compile(r"[0-9a-f]{32}")
"""What LangGraph takes for an interrupt's id (`langgraph/types.py`, `Interrupt.from_ns`)."""


def by_ids(answer: object) -> dict[str, Any]:
    """The answers by their interrupts' ids; empty where it is one answer, without an id."""
    if isinstance(answer, dict) and all(_ID.fullmatch(str(key)) for key in answer):
        return {str(key): each for key, each in answer.items()}
    return {}


@dataclass(slots=True)
class RunData:
    """What stands behind a run's public face (see `data_of`).

    Attributes:
        log: Every event, in columns.
        seen: The highest `seq` so far.
        start: The run's first event, or None.
        end: Its last one, or None.
        by_key: The messages by their keys.
        by_task: The tasks by their ids.
        tools: What is known of each tool call, by its id.
        states: The states of the graphs, step by step.
        customs: Events of the type `custom`.
        updates: Likewise.
        interrupts: Likewise.
        checkpoints: Likewise.
        saved: For each checkpoint, how often its graph had told its state.
        objects: The whole objects that events only summarise, by `seq`.
        values: The graph's final values as they are, where `has_values`.
        has_values: Whether the run happened in this process and gave some.
        filters: Which messages are shown of it.
        completion: Ends when the run does; None where it was loaded.
    """

    log: Log = field(default_factory=Log)
    seen: int = -1
    start: RunStart | None = None
    end: RunEnd | None = None
    by_key: dict[int, Message] = field(default_factory=dict)
    by_task: dict[str | None, Task] = field(default_factory=dict)
    tools: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: States = field(default_factory=States)
    customs: list[Custom] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    interrupts: list[Interrupt] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    saved: list[int] = field(default_factory=list)
    objects: dict[int, Any] = field(default_factory=dict)
    values: Any = None
    has_values: bool = False
    filters: Filters = field(default_factory=Filters)
    completion: Completion | None = None


class RunState:
    """The state of a run, growing event by event; reading it at any time is safe.

    Attributes:
        status: `running`, `done`, `stopped`, `interrupted` or `error`.
        graph: Name of the graph, or None before the run has begun.
        messages: The messages in order of appearance, each of them once.
        tasks: One entry per execution of a node, in order.
        error: What ended the run with status `error`, as text; else None.
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
        """The number of events so far."""
        return len(self._data.log)

    def __bool__(self) -> bool:
        return True

    @property
    def input(self) -> Payload:
        """The input as it was recorded (cut and masked), or None."""
        return None if self._data.start is None else self._data.start["input"]

    @property
    def answers(self) -> list[Payload]:
        """What the run answered interrupts with, as it was recorded; empty if it did not."""
        given = self.input
        if not (isinstance(given, dict) and given.keys() >= _COMMAND):
            return []
        answer = given["resume"]
        named = by_ids(answer)
        return list(named.values()) if named else [] if answer is None else [answer]

    @property
    def topology(self) -> Topology | None:
        """The graph as it is drawn: nodes and edges, also of subgraphs; None if not known."""
        return None if self._data.start is None else self._data.start.get("topology")

    @property
    def causes(self) -> list[str]:
        """Why tokens are missing, as the run itself tells; see `Run.diagnosis`."""
        return [] if self._data.end is None else list(self._data.end.get("diagnosis", ()))

    @property
    def removals(self) -> list[Removal]:
        """The messages that nodes took out of the state, one entry per update that did so."""
        return list(removals(self._data.updates))

    @property
    def usage(self) -> Usage | None:
        """The token counts of all messages, summed; None where no provider gave any."""
        counts = [m.usage for m in self.messages if m.usage is not None]
        if not counts:
            return None
        return {
            "input_tokens": sum(c["input_tokens"] for c in counts),
            "output_tokens": sum(c["output_tokens"] for c in counts),
            "total_tokens": sum(c["total_tokens"] for c in counts),
        }

    @property
    def left(self) -> list[str]:
        """Names of the nodes that did not end when the run was stopped, and were left behind."""
        return [] if self._data.end is None else self._data.end.get("left", [])

    @property
    def events(self) -> list[AnyEvent]:
        """Every event, in order, numbered densely from 0."""
        return list(self.log(0))

    def log(self, first: int = 0, last: int | None = None) -> Iterator[AnyEvent]:
        """Iterate over a stretch of the log.

        Args:
            first: `seq` of the first event.
            last: `seq` after the last one; all that there are by default.
        """
        return self._data.log.events(first, last)

    def text(self, node: str | None = None, tag: str | None = None) -> str:
        """The text that the models wrote.

        Args:
            node: Only from this node.
            tag: Only from model calls with this tag.

        Returns:
            The texts of the matching `ai` messages, in order, an empty line between two.
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
        """The graph's final values, None if it gave none.

        The objects themselves in the process that ran the graph, else as they were recorded
        (cut and masked).
        """
        if self._data.has_values:
            return self._data.values
        return None if self._data.end is None else self._data.end["state"]

    @property
    def custom(self) -> list[Any]:
        """What nodes and tools wrote to their stream writer.

        The objects themselves in the process that ran the graph, else as they were recorded.
        """
        return [self._data.objects.get(e["seq"], e["data"]) for e in self._data.customs]

    @property
    def updates(self) -> list[Any]:
        """What nodes wrote into the state, as `custom` has it."""
        return [self._data.objects.get(e["seq"], e["data"]) for e in self._data.updates]

    @property
    def interrupts(self) -> list[Any]:
        """What the graph asks, one entry per interrupt, in the order of the nodes that ask.

        LangGraph's `Interrupt` objects in the process that ran the graph, else events of type
        `interrupt`.
        """
        return [self._data.objects.get(e["seq"], e) for e in self._questions()]

    @property
    def checkpoints(self) -> list[Any]:
        """The checkpoints that the run saved, where `stream_mode="checkpoints"` asked for them.

        LangGraph's own dicts in the process that ran the graph (`config`, `values`, `next`, …, as
        of `graph.get_state`), else events of type `checkpoint`. The view lists them in the
        run's details, with code to go on from each.

        Example:
            >>> run = watch(graph, {"topic": "cats"}, config, stream_mode="checkpoints")
            >>> watch(graph, None, run.checkpoints[1]["config"])  # once more from there
        """
        return [self._data.objects.get(e["seq"], e) for e in self._data.checkpoints]

    @property
    def questions(self) -> list[Payload]:
        """What the interrupts ask, as it was recorded (cut and masked): fit to be shown."""
        return [event["value"] for event in self._questions()]

    def _questions(self) -> list[Interrupt]:
        """The interrupts; those of nodes that ran at once came in any order."""
        order = {name: at for at, task in enumerate(self.tasks) for name in task.interrupts}
        return sorted(
            self._data.interrupts, key=lambda event: order.get(event["id"] or "", len(order))
        )

    def snapshot(self) -> dict[str, Any]:
        """The state of the run as plain data, the same as the front end's."""
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
        }


def data_of(run: RunState) -> RunData:
    """What stands behind a run: for the rooms that write, store or send it, not for users."""
    return run._data  # noqa: SLF001 - the one way to it
