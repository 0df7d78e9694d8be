"""Withhold kinds of data from every event, as `settings.withhold` says.

This is for inputs, states, results and metadata that must not be in outputs and recordings
(`core.limits.KINDS`). The `redactor` masks secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.privacy.input_echo import InputEcho

if TYPE_CHECKING:
    from collections.abc import Callable

    from lg_notebook.events import Payload

WITHHELD = "[withheld]"
"""The text that replaces withheld data."""

_FIELDS = {
    "run-start": (("input", "input"),),
    "run-end": (("state", "state"),),
    "task-finish": (("results", "result"),),
    "tool": (("tools", "data"),),
    "custom": (("custom", "data"),),
    "update": (("updates", "data"),),
}
"""Type of event → the kinds of data in it (`core.limits.KINDS`), and their fields."""

_ECHOES = {
    "run-end": ("state",),
    "task-finish": ("result",),
    "values": ("set", "append"),
    "checkpoint": ("state",),
    "tool": ("data",),
    "custom": ("data",),
    "update": ("data",),
    "interrupt": ("value",),
    "message-finish": ("text", "blocks"),
}
"""Type of event → the fields that may repeat the input."""

_LIBRARY_KEYS = ("langgraph_", "ls_", "lc_", "checkpoint_ns", "tags", "thread_id")


class Withholder:
    """Replaces the withheld data in a run's events, one after the other.

    Args:
        kinds: The kinds of data to withhold (`core.limits.KINDS`).

    Example:
        >>> event = {"type": "update", "data": {"joke": "…"}}
        >>> Withholder(frozenset({"updates"})).apply(event)
        >>> event["data"]
        '[withheld]'
    """

    def __init__(self, kinds: frozenset[str]) -> None:
        self._kinds = kinds
        self._begun = False
        self._input: InputEcho | None = None
        self._inputs: set[int] = set()
        self._echoes: set[int] = set()

    def learn(self, read_input: Callable[[], Payload]) -> None:
        """Note the values of the input, if it is withheld.

        Args:
            read_input: Returns the input, as JSON and uncut.
        """
        if "input" in self._kinds:
            self._input = InputEcho(read_input(), WITHHELD)

    def apply(self, event: Any) -> None:
        """Replace the withheld data in an event.

        Args:
            event: The event, which is changed.
        """
        kind = event["type"]
        if self._input is not None:
            for field in event.keys() & _ECHOES.get(kind, ()):
                event[field] = self._input.hide(event[field])
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
        # The state before the first task is the input.
        return bool(self._kinds & ({"state"} if self._begun else {"state", "input"}))

    def _values(self, event: Any) -> None:
        if self._withholds_state():
            event["set"] = dict.fromkeys([*event["set"], *event["append"]], WITHHELD)
            event["append"] = {}

    def _message(self, event: Any) -> None:
        if "metadata" in self._kinds:
            items = event["metadata"].items()
            event["metadata"] = {key: item for key, item in items if key.startswith(_LIBRARY_KEYS)}
        if "input" in self._kinds:
            if event["origin"] == "input":
                self._inputs.add(event["message"])
            elif event["origin"] == "returned":
                self._echoes.add(event["message"])

    def _delta(self, event: Any) -> None:
        if event["message"] in self._inputs:
            event.update({field: WITHHELD for field in ("text", "data") if field in event})
        elif event["message"] in self._echoes and self._input is not None:
            for field in {"text", "data"} & event.keys():
                event[field] = self._input.hide(event[field])
