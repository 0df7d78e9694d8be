"""Fold events into the state of a run. `js/src/model/runState.ts` is the same in TypeScript."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from lg_notebook.core.location import Place
from lg_notebook.model.message import Message
from lg_notebook.model.run_state import data_of
from lg_notebook.model.task import Task

if TYPE_CHECKING:
    from lg_notebook.events import (
        AnyEvent,
        Checkpoint,
        Custom,
        Delta,
        Drawing,
        Interrupt,
        MessageFinish,
        MessageStart,
        RunEnd,
        RunStart,
        TaskFinish,
        TaskStart,
        Tool,
        Unreadable,
        Update,
        Values,
    )
    from lg_notebook.model.run_state import RunState
    from lg_notebook.model.token_batch import TokenBatch


class RunWriter:
    """Folds events into a run; nothing else changes one.

    Both folds are tested with the same golden logs (`tests/fixtures`), so that they stay equal.

    Args:
        run: The run, new or with events already.

    Example:
        >>> run = RunState()
        >>> RunWriter(run).apply(event)
    """

    def __init__(self, run: RunState) -> None:
        self._run = run
        self._data = data_of(run)
        self._log = self._data.log

    def apply(self, event: AnyEvent) -> None:
        """Apply the next event.

        Args:
            event: An event; ignored if its `seq` is not above the last one's.
        """
        seq = event["seq"]
        if seq <= self._data.seen:
            return
        self._data.seen = seq
        if event["type"] == "delta":
            number = self._log.number.get((event["message"], event["block"]))
            if number is None:
                self._first_piece(event)
            else:
                self._log.piece(number, event)
            return
        fold = self._FOLDS.get(event["type"])
        if fold is not None:
            fold(self, event)
        self._log.append(event)

    def attach(self, seq: int, value: object) -> None:
        """Keep the whole object that an event's payload summarises."""
        self._data.objects[seq] = value

    def attach_state(self, state: object) -> None:
        """Keep the graph's final values themselves."""
        self._data.values, self._data.has_values = state, True

    def extend(self, batch: TokenBatch) -> None:
        """Apply a batch of deltas."""
        number = self._log.number.get((batch.message, batch.block))
        if number is None:
            for event in batch.events():
                self.apply(event)
        elif batch.pieces:
            self._log.extend(number, batch.pieces, batch.times)
            self._data.seen = batch.seq + len(batch.pieces) - 1

    def _first_piece(self, event: Delta) -> None:
        message = self._data.by_key.get(event["message"])
        if message is None:  # a piece of an unknown message
            self._log.append(event)
        else:
            self._log.piece(self._log.add(message, event), event)

    def _run_start(self, event: RunStart) -> None:
        self._data.start = event
        self._run.graph = event["graph"]

    def _drawing(self, event: Drawing) -> None:
        if self._data.start is not None:
            self._data.start = {**self._data.start, "topology": event["topology"]}

    def _run_end(self, event: RunEnd) -> None:
        self._data.end = event
        self._run.error = event["error"]
        self._run.duration = event["duration"]
        self._run.status = event["status"]
        if event["status"] == "done":
            self._data.states.close()

    def _task_start(self, event: TaskStart) -> None:
        task = Task.start(event, self._data.states.begin(tuple(event["ns"])))
        self._run.tasks.append(task)
        self._data.by_task[task.id] = task

    def _task_finish(self, event: TaskFinish) -> None:
        task = self._data.by_task.get(event["task"])
        if task is not None:
            task.finish(event)
            self._data.states.end(task.span)

    def _message_start(self, event: MessageStart) -> None:
        if event["origin"] == "resent":
            original = self._data.by_key.get(-1 if event["of"] is None else event["of"])
            if original is not None:
                place = Place(tuple(event["ns"]), event["task"], event["node"])
                original.resent.append(place)
            return
        message = Message.start(event)
        self._data.by_key[message.key] = message
        self._run.messages.append(message)
        task = self._data.by_task.get(event["task"])
        if task is not None and task.step is None:
            task.step = event["step"]

    def _message_finish(self, event: MessageFinish) -> None:
        message = self._data.by_key.get(event["message"])
        if message is not None:
            message.finish(event)

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
        return self._data.tools.setdefault(call_id, new)

    def _custom(self, event: Custom) -> None:
        self._data.customs.append(event)
        tool = self._data.tools.get(event.get("call_id", ""))
        if tool is not None:
            tool["progress"].append(event["data"])

    def _values(self, event: Values) -> None:
        self._data.states.note(event)

    def _update(self, event: Update) -> None:
        self._data.updates.append(event)

    def _checkpoint(self, event: Checkpoint) -> None:
        self._data.checkpoints.append(event)
        self._data.saved.append(self._data.states.count(tuple(event["ns"])))

    def _interrupt(self, event: Interrupt) -> None:
        self._data.interrupts.append(event)

    def _unreadable(self, event: Unreadable) -> None:
        sentence = f"{event['what']} could not be read: {event['reason']}."
        counts = self._data.unreadable
        counts[sentence] = counts.get(sentence, 0) + 1

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
        "unreadable": _unreadable,
    }
