"""Export a run in the Chrome trace event format, which Perfetto and chrome://tracing read.

The format: "Trace Event Format" by the Chromium project; complete events (`ph: "X"`) and
instant events (`ph: "i"`), times in microseconds.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lg_notebook.model.run_state import data_of
from lg_notebook.storage.whole_file import write

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from lg_notebook.events import Payload
    from lg_notebook.model.message import Message
    from lg_notebook.model.run_state import RunState
    from lg_notebook.model.task import Task

_MICROSECOND = 1_000
"""Nanoseconds."""


class _Tracks:
    """Assigns tracks, so that spans on one track follow each other and never overlap."""

    def __init__(self) -> None:
        self._ends: list[int] = []

    def take(self, start: int, end: int) -> int:
        for track, free in enumerate(self._ends):
            if free <= start:
                self._ends[track] = end
                return track
        self._ends.append(end)
        return len(self._ends) - 1


def to_trace(run: RunState, path: str | os.PathLike[str] | None = None) -> dict[str, Any]:
    """Export a run as a trace.

    Args:
        run: The run.
        path: A file to write the trace to, as JSON; None for no file.

    Returns:
        `{"traceEvents": […], "displayTimeUnit": "ms"}`, ready for JSON. Each namespace is a
        process. Tasks that run at the same time have one track each. Tasks and their messages
        are spans. Tokens, custom payloads and interrupts are instants.

    Raises:
        OSError: The file cannot be written.
    """
    trace = {"traceEvents": _trace_events(run), "displayTimeUnit": "ms"}
    if path is not None:
        write(path, [json.dumps(trace).encode()])
    return trace


def _trace_events(run: RunState) -> list[dict[str, Any]]:
    last = run.duration if run.duration is not None else _latest(run)
    events: list[dict[str, Any]] = []
    processes: dict[tuple[str, ...], int] = {}
    tracks: dict[tuple[str, ...], _Tracks] = {}
    place: dict[str | None, tuple[int, int]] = {}

    def process(namespace: tuple[str, ...]) -> int:
        if namespace not in processes:
            processes[namespace] = len(processes) + 1
            tracks[namespace] = _Tracks()
            name = " › ".join(s.partition(":")[0] for s in namespace) or run.graph or "graph"
            events.append(
                {
                    "ph": "M", "pid": processes[namespace], "tid": 0, "name": "process_name",
                    "args": {"name": name},
                }
            )  # fmt: skip
        return processes[namespace]

    for task in run.tasks:
        end = last if task.finished is None else task.finished
        pid = process(task.namespace)
        tid = tracks[task.namespace].take(task.started, end) + 1
        place[task.id] = pid, tid
        events.append(_span(task.node or "task", "task", task.started, end, pid, tid, _about(task)))
    for message in run.messages:
        if message.origin != "input":
            pid, tid = place.get(message.task) or (process(message.namespace), 0)
            events += _message(message, pid, tid)
    for row in run.snapshot()["custom"]:
        pid, tid = place.get(row["task"]) or (process(tuple(row["ns"])), 0)
        events.append(_instant("custom", row["t"], pid, tid, {"data": row["data"]}))
    for row in run.snapshot()["interrupts"]:
        pid, tid = place.get(row["task"]) or (process(tuple(row["ns"])), 0)
        events.append(_instant("interrupt", row["t"], pid, tid, {"value": row["value"]}))
    return events


def _latest(run: RunState) -> int:
    return data_of(run).log.time(len(run) - 1) if len(run) else 0


def _about(task: Task) -> dict[str, Payload]:
    return {
        "id": task.id,
        "step": task.step,
        "triggers": task.triggers,
        "attempt": task.attempt,
        "error": task.error and f"{task.error['type']}: {task.error['message']}",
    }


def _message(message: Message, pid: int, tid: int) -> Iterator[dict[str, Any]]:
    tokens = message.tokens
    end = max([message.started, *(token.t for token in tokens[-1:])])
    about = {
        "role": message.role,
        "origin": message.origin,
        "text": message.text,
        "tokens": len(tokens),
        "usage": message.usage,
        "metadata": message.metadata,
    }
    name = f"{message.role}: {message.metadata.get('ls_model_name') or message.name or 'message'}"
    yield _span(name, "message", message.started, end, pid, tid, about)
    for token in tokens:
        yield _instant("token", token.t, pid, tid, {"kind": token.kind, "text": token.text})


def _span(
    name: str, category: str, start: int, end: int, pid: int, tid: int, about: dict[str, Payload]
) -> dict[str, Any]:
    return {
        "ph": "X",
        "name": name,
        "cat": category,
        "ts": start / _MICROSECOND,
        "dur": (end - start) / _MICROSECOND,
        "pid": pid,
        "tid": tid,
        "args": about,
    }


def _instant(name: str, t: int, pid: int, tid: int, about: dict[str, Payload]) -> dict[str, Any]:
    return {
        "ph": "i",
        "s": "t",
        "name": name,
        "cat": name,
        "ts": t / _MICROSECOND,
        "pid": pid,
        "tid": tid,
        "args": about,
    }
