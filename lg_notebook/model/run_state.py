"""The pure fold: events in, the state of a run out. `js/src/model/runState.ts` is its twin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from lg_notebook.core.location import Place
from lg_notebook.model.event_log import Log
from lg_notebook.model.message import Message
from lg_notebook.model.removal import Removal, removals
from lg_notebook.model.state_history import States
from lg_notebook.model.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lg_notebook.events import (
        AnyEvent,
        Checkpoint,
        Custom,
        Delta,
        Drawing,
        Interrupt,
        MessageFinish,
        MessageStart,
        Payload,
        RunEnd,
        RunError,
        RunStart,
        Status,
        TaskFinish,
        TaskStart,
        Tool,
        Topology,
        Update,
        Usage,
        Values,
    )
    from lg_notebook.model.token_batch import TokenBatch

_COMMAND = {"graph", "update", "resume", "goto"}
"""The fields of LangGraph's `Command`, which is a run's input where it answers."""

_ID = re.compile(r"[0-9a-f]{32}")
"""What LangGraph takes for an interrupt's id (`langgraph/types.py`, `Interrupt.from_ns`)."""


def by_ids(answer: object) -> dict[str, Any]:
    """The answers by their interrupts' ids; empty where it is one answer, without an id."""
    if isinstance(answer, dict) and all(_ID.fullmatch(str(key)) for key in answer):
        return {str(key): each for key, each in answer.items()}
    return {}


class Fold:
    """The state of a run, growing event by event.

    Both folds run the same golden logs (`tests/fixtures`), so they cannot drift apart.

    Attributes:
        status: `running`, `done`, `stopped`, `interrupted` or `error`.
        graph: Name of the graph, or None before the run has begun.
        messages: The messages in order of appearance, each of them once.
        tasks: One entry per execution of a node, in order.
        error: What ended the run with status `error`, as text; else None.
        duration: Nanoseconds from start to end, or None while running.
        columns: The log itself.
    """

    def __init__(self) -> None:
        self.status: Status = "running"
        self.graph: str | None = None
        self.messages: list[Message] = []
        self.tasks: list[Task] = []
        self.error: RunError | None = None
        self.duration: int | None = None
        self._start: RunStart | None = None
        self._end: RunEnd | None = None
        self._by_key: dict[int, Message] = {}
        self._by_task: dict[str | None, Task] = {}
        self._tools: dict[str, dict[str, Any]] = {}
        self._states = States()
        self._customs: list[Custom] = []
        self._updates: list[Update] = []
        self._interrupts: list[Interrupt] = []
        self._checkpoints: list[Checkpoint] = []
        self._saved: list[int] = []  # how often each one's graph had told its state
        self.columns = Log()
        self._seen = -1

    def apply(self, event: AnyEvent) -> None:
        """Take in the next event.

        Args:
            event: An event; dropped if its `seq` is not above the last one's.
        """
        seq = event["seq"]
        if seq <= self._seen:
            return
        self._seen = seq
        if event["type"] == "delta":
            log = self.columns
            number = log.number.get((event["message"], event["block"]))
            if number is None:
                self._first_piece(event)
            else:
                log.piece(number, event)
            return
        fold = self._FOLDS.get(event["type"])
        if fold is not None:
            fold(self, event)
        self.columns.keep(event)

    def extend(self, stretch: TokenBatch) -> None:
        """Take in many deltas at once."""
        number = self.columns.number.get((stretch.message, stretch.block))
        if number is None:
            for event in stretch.events():
                self.apply(event)
        elif stretch.pieces:
            self.columns.extend(number, stretch.pieces, stretch.times)
            self._seen = stretch.seq + len(stretch.pieces) - 1

    def _first_piece(self, event: Delta) -> None:
        message = self._by_key.get(event["message"])
        if message is None:  # a piece of nothing that is known
            self.columns.keep(event)
        else:
            self.columns.piece(self.columns.add(message, event), event)

    def _run_start(self, event: RunStart) -> None:
        self._start = event
        self.graph = event["graph"]

    def _drawing(self, event: Drawing) -> None:
        if self._start is not None:
            self._start = {**self._start, "topology": event["topology"]}

    def _run_end(self, event: RunEnd) -> None:
        self._end = event
        self.error = event["error"]
        self.duration = event["duration"]
        self.status = event["status"]
        if event["status"] == "done":
            self._states.close()

    def _task_start(self, event: TaskStart) -> None:
        task = Task.start(event, self._states.begin(tuple(event["ns"])))
        self.tasks.append(task)
        self._by_task[task.id] = task

    def _task_finish(self, event: TaskFinish) -> None:
        task = self._by_task.get(event["task"])
        if task is not None:
            task.finish(event)
            self._states.end(task.span)

    def _message_start(self, event: MessageStart) -> None:
        if event["origin"] == "resent":
            original = self._by_key.get(-1 if event["of"] is None else event["of"])
            if original is not None:
                place = Place(tuple(event["ns"]), event["task"], event["node"])
                original.resent.append(place)
            return
        message = Message.start(event)
        self._by_key[message.key] = message
        self.messages.append(message)
        task = self._by_task.get(event["task"])
        if task is not None and task.step is None:
            task.step = event["step"]

    def _message_finish(self, event: MessageFinish) -> None:
        message = self._by_key.get(event["message"])
        if message is not None:
            message.done = True
            message.usage = event["usage"] or message.usage
            message.finish_reason = event["finish_reason"] or message.finish_reason
            if event["revised"]:
                message.final = event["text"]

    def _tool(self, event: Tool) -> None:
        tool = self._call(event["call_id"])
        phase = event["phase"]
        tool.update(
            name=event["name"] or tool["name"],
            ns=event["ns"],
            task=event["task"],
            node=event["node"],
        )
        if phase == "entered":
            tool["children"].append(event.get("child", []))
            return
        tool.update(phase=phase, data=event["data"])
        if phase == "started":
            tool.update(started=event["t"], finished=None, input=event["data"])
        elif phase == "progress":
            tool["progress"].append(event["data"])
        else:
            tool["finished"] = event["t"]

    def _call(self, call_id: str) -> dict[str, Any]:
        new: dict[str, Any] = {
            "call_id": call_id,
            "name": None,
            "phase": "started",
            "data": None,
            "ns": [],
            "task": None,
            "node": None,
            "started": None,
            "finished": None,
            "input": None,
            "progress": [],
            "children": [],
        }
        return self._tools.setdefault(call_id, new)

    def _custom(self, event: Custom) -> None:
        self._customs.append(event)
        tool = self._tools.get(event.get("call_id", ""))
        if tool is not None:
            tool["progress"].append(event["data"])

    def _values(self, event: Values) -> None:
        self._states.note(event)

    def _update(self, event: Update) -> None:
        self._updates.append(event)

    def _checkpoint(self, event: Checkpoint) -> None:
        self._checkpoints.append(event)
        self._saved.append(self._states.count(tuple(event["ns"])))

    def _interrupt(self, event: Interrupt) -> None:
        self._interrupts.append(event)

    _FOLDS: ClassVar[dict[str, Any]] = {
        "run-start": _run_start,
        "drawing": _drawing,
        "run-end": _run_end,
        "task-start": _task_start,
        "task-finish": _task_finish,
        "message-start": _message_start,
        "message-finish": _message_finish,
        "tool": _tool,
        "custom": _custom,
        "values": _values,
        "update": _update,
        "interrupt": _interrupt,
        "checkpoint": _checkpoint,
    }

    def __len__(self) -> int:
        """The number of events so far."""
        return len(self.columns)

    def __bool__(self) -> bool:
        return True

    @property
    def input(self) -> Payload:
        """The input as it was recorded (cut and masked), or None."""
        return None if self._start is None else self._start["input"]

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
        return None if self._start is None else self._start.get("topology")

    @property
    def causes(self) -> list[str]:
        """Why tokens are missing, as the run itself tells; see `Run.diagnosis`."""
        return [] if self._end is None else list(self._end.get("diagnosis", ()))

    @property
    def removals(self) -> list[Removal]:
        """The messages that nodes took out of the state, one entry per update that did so."""
        return list(removals(self._updates))

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

    def snapshot(self) -> dict[str, Any]:
        """The state of the run as plain data, the same as the front end's."""
        start, end = self._start, self._end

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
            "tools": [dict(tool) for tool in self._tools.values()],
            "custom": rows(self._customs, "data"),
            "updates": rows(self._updates, "data"),
            "interrupts": rows(self._interrupts, "id", "value"),
            "checkpoints": [
                {
                    **row,
                    "thread": event.get("thread"),
                    "state": event.get("state", self._states.at(tuple(event["ns"]), count)),
                }
                for row, event, count in zip(
                    rows(self._checkpoints, "id", "parent", "source", "next"),
                    self._checkpoints,
                    self._saved,
                    strict=True,
                )
            ],
            "usage": self.usage,
            "diagnosis": self.causes,
        }
