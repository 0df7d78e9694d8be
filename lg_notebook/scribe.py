"""Writes events: numbers them, and says where they happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lg_notebook.events import AnyEvent

Place = dict[str, Any]
"""Where an event happened: its `ns`, `task`, `node` and `step`."""


def place(
    ns: Sequence[str] = (),
    task: str | None = None,
    node: str | None = None,
    step: int | None = None,
) -> Place:
    """Where something happened; in the root graph, outside of any task, by default."""
    return {"ns": list(ns), "task": task, "node": node, "step": step}


WITHHELD = "[withheld]"
"""What stands in the place of what must not leave Python."""

_FIELDS = {
    "run-start": (("input", "input"),),
    "run-end": (("state", "state"),),
    "task-finish": (("results", "result"),),
    "tool": (("tools", "data"),),
    "custom": (("custom", "data"),),
    "update": (("updates", "data"),),
}
"""Type of event → the kinds of data that it carries (`setting.KINDS`), and where."""

_OURS = ("langgraph_", "ls_", "lc_", "checkpoint_ns", "tags", "thread_id")


class Scribe:
    """The log's pen.

    Args:
        withhold: What not to write (`setting.KINDS`).

    Attributes:
        seq: `seq` of the next event.
        t: Nanoseconds since the run began, for the events to come.
        page: The events written since it was turned.
    """

    def __init__(self, withhold: frozenset[str] = frozenset()) -> None:
        self._withhold = withhold
        self._secret: set[int] = set()
        self._begun = False
        self.seq = 0
        self.t = 0
        self.page: list[AnyEvent] = []

    def turn(self, t: int) -> None:
        """Begin a new page.

        Args:
            t: Nanoseconds since the run began.
        """
        self.t = t
        self.page = []

    def write(self, kind: str, at: Place, /, **more: Any) -> None:
        """Write an event.

        Args:
            kind: Its `type`.
            at: Where it happened.
            **more: What it carries.
        """
        event: Any = {"type": kind, "seq": self.seq, "t": self.t, **at, **more}
        if self._withhold:
            self._hide(event)
        self.page.append(event)
        self.seq += 1

    def _hide(self, event: Any) -> None:
        kind = event["type"]
        for what, field in _FIELDS.get(kind, ()):
            if what in self._withhold and event[field] is not None:
                event[field] = WITHHELD
        if kind == "task-start":
            self._begun = True
        # What the graph has before its first task is its input.
        elif kind == "values" and self._withhold & (
            {"state"} if self._begun else {"state", "input"}
        ):
            event["set"] = dict.fromkeys([*event["set"], *event["append"]], WITHHELD)
            event["append"] = {}
        elif kind == "message-start":
            if "metadata" in self._withhold:
                given = event["metadata"].items()
                event["metadata"] = {key: item for key, item in given if key.startswith(_OURS)}
            if "input" in self._withhold and event["origin"] == "input":
                self._secret.add(event["message"])
        elif kind == "delta" and event["message"] in self._secret:
            event["text"] = WITHHELD
            if "data" in event:
                event["data"] = WITHHELD
