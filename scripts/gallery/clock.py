"""Give a run plausible times, the same in each build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook import Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MS = 1_000_000
_STARTED = 1_790_000_000.0
_PAUSES = {"task-start": 6, "delta": 22, "message-start": 420, "custom": 60, "interrupt": 15}
"""Milliseconds before an event, by its type."""
_TOOLS = {"started": 4, "progress": 180, "entered": 10, "finished": 310, "failed": 240}
"""The same for the phases of tools."""


def retime(run: Run, pauses: Mapping[int, int] | None = None) -> Run:
    """Copy a run, with times as if a model had answered at a usual speed.

    Args:
        run: The run.
        pauses: More milliseconds before the events with these positions.

    Returns:
        The copy. The same events always have the same times.
    """
    return Run.from_events(_timed(run.events, pauses or {}))


def _timed(events: Iterable[Any], pauses: Mapping[int, int]) -> Iterable[Any]:
    now = 0
    streaming: set[int] = set()
    for event in events:
        at = dict(event)
        kind, seq = at["type"], at["seq"]
        if kind == "message-start" and at["origin"] == "streamed":
            # Models that answer at the same time start at the same time.
            now += (_PAUSES[kind] if not streaming else 30) * _MS
            streaming.add(at["message"])
        elif kind == "delta":
            # Uneven, as tokens are, and as many at a time as there are models.
            now += (_PAUSES[kind] + seq * 37 % 29) * _MS // max(1, len(streaming))
        elif kind == "tool":
            now += (_TOOLS[at["phase"]] + seq * 53 % 97) * _MS
        elif kind == "message-finish":
            streaming.discard(at["message"])
            now += 2 * _MS
        else:
            now += _PAUSES.get(kind, 1) * _MS if kind != "message-start" else _MS
        now += pauses.get(seq, 0) * _MS
        at["t"] = now
        if kind == "run-start":
            at["started_at"] = _STARTED
        if kind == "run-end":
            at["duration"] = now
        yield at
