"""Withholding: what the user's settings keep in Python is taken out of every event.

Secrets are masked elsewhere (`redact`); this is for inputs, states, results and metadata that
somebody chose not to let into outputs and recordings (`core.limits.KINDS`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.privacy.input_echo import InputEcho

if TYPE_CHECKING:
    from collections.abc import Callable

    from lg_notebook.events import Payload

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
"""Type of event → the kinds of data that it carries (`core.limits.KINDS`), and where."""

_ECHOES = {
    "run-end": ("state",),
    "task-finish": ("result",),
    "values": ("set", "append"),
    "checkpoint": ("state",),
    "tool": ("data",),
    "custom": ("data",),
    "update": ("data",),
    "interrupt": ("value",),
    "message-finish": ("text",),
}
"""Type of event → where the input may come again, as it was."""

_OURS = ("langgraph_", "ls_", "lc_", "checkpoint_ns", "tags", "thread_id")


class Withholder:
    """Takes what is withheld out of a run's events, one after the other.

    Args:
        kinds: What (`core.limits.KINDS`).
    """

    def __init__(self, kinds: frozenset[str]) -> None:
        self._kinds = kinds
        self._begun = False
        self._given: InputEcho | None = None
        self._inputs: set[int] = set()
        self._echoes: set[int] = set()

    def learn(self, given: Callable[[], Payload]) -> None:
        """Learn what the input is, if that is withheld.

        Args:
            given: Gives it, as JSON and uncut.
        """
        if "input" in self._kinds:
            self._given = InputEcho(given(), WITHHELD)

    def keep(self, event: Any) -> None:
        """Take out of an event what it must not tell.

        Args:
            event: The event, which is changed.
        """
        kind = event["type"]
        if self._given is not None:
            for field in event.keys() & _ECHOES.get(kind, ()):
                event[field] = self._given.hide(event[field])
        for what, field in _FIELDS.get(kind, ()):
            if what in self._kinds and event[field] is not None:
                event[field] = WITHHELD
        match kind:
            case "task-start":
                self._begun = True
            case "values":
                self._values(event)
            case "checkpoint" if "state" in event and self._withholds_state():
                event["state"] = dict.fromkeys(event["state"], WITHHELD)
            case "message-start":
                self._message(event)
            case "delta":
                self._delta(event)

    def _withholds_state(self) -> bool:
        # What the graph has before its first task is its input.
        return bool(self._kinds & ({"state"} if self._begun else {"state", "input"}))

    def _values(self, event: Any) -> None:
        if self._withholds_state():
            event["set"] = dict.fromkeys([*event["set"], *event["append"]], WITHHELD)
            event["append"] = {}

    def _message(self, event: Any) -> None:
        if "metadata" in self._kinds:
            given = event["metadata"].items()
            event["metadata"] = {key: item for key, item in given if key.startswith(_OURS)}
        if "input" in self._kinds:
            if event["origin"] == "input":
                self._inputs.add(event["message"])
            elif event["origin"] == "returned":
                self._echoes.add(event["message"])

    def _delta(self, event: Any) -> None:
        if event["message"] in self._inputs:
            event.update({field: WITHHELD for field in ("text", "data") if field in event})
        elif event["message"] in self._echoes and self._given is not None:
            for field in {"text", "data"} & event.keys():
                event[field] = self._given.hide(event[field])
