"""Compare a graph's states, so that only the changes are sent after each superstep."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from lg_notebook.normalize.content import find_messages_in
from lg_notebook.privacy.payload import payload

if TYPE_CHECKING:
    from lg_notebook.events import Payload
    from lg_notebook.privacy.redactor import Redactor

_LOG = logging.getLogger(__name__)

MESSAGE_BUDGET = 1_024
"""Bytes of JSON, about, that a message may take in the state. Message events have it whole."""

ROOT = "__root__"
"""LangGraph's name for a state without channels (`graph/state.py`)."""

_PLAIN = (str, int, float, bytes, type(None))  # a bool is an int
_INTERRUPT = "__interrupt__"
_MISSING = object()


class StateChange(NamedTuple):
    """The difference between two states of one graph.

    Attributes:
        set: New and replaced channels.
        append: Items added to the end of lists.
        removed: Channels that are gone.
    """

    set: dict[str, Payload]
    append: dict[str, list[Payload]]
    removed: list[str]


class StateDiff:
    """Compares successive states of a run's graphs.

    Objects are compared by identity, because LangGraph passes the same objects for channels that
    did not change. Containers that a node may have changed in place are compared by their JSON.

    Args:
        redactor: Masks secrets.

    Example:
        >>> diff = StateDiff(Redactor(environ={}))
        >>> changes((), {"topic": "cats", "texts": []}).set
        {'topic': 'cats', 'texts': []}
        >>> changes((), {"topic": "cats", "texts": ["one"]})
        StateChange(set={}, append={'texts': ['one']}, removed=[])
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._known: dict[tuple[str, ...], dict[str, tuple[Any, Payload]]] = {}

    def knows(self, ns: tuple[str, ...]) -> bool:
        """Whether the graph sent a state before."""
        return ns in self._known

    def __call__(self, ns: tuple[str, ...], state: object) -> StateChange:
        """Compare a graph's state to the one before, and remember it.

        Args:
            ns: Namespace of the graph.
            state: Its values.

        Returns:
            The difference; the whole state at the first call for a graph.
        """
        return self._difference(self._known.setdefault(ns, {}), state)

    def if_changed(self, ns: tuple[str, ...], state: object) -> dict[str, Payload] | None:
        """Convert a graph's state to JSON if it differs from the last one; do not remember it.

        Args:
            ns: Namespace of the graph.
            state: Its values.

        Returns:
            Channel → value, cut and masked; None if it equals the last state.
        """
        if any(self._difference(dict(self._known.get(ns, {})), state)):
            return self._difference({}, state).set
        return None

    def _difference(self, known: dict[str, tuple[Any, Payload]], state: object) -> StateChange:
        """Compare a state to the known one, and update the known one."""
        channels = state if isinstance(state, Mapping) else {ROOT: state}
        change = StateChange({}, {}, [])
        for channel, value in channels.items():
            if channel != _INTERRUPT:
                self._compare(known, str(channel), value, change)
        change.removed.extend(name for name in known if name not in channels)
        for name in change.removed:
            del known[name]
        return change

    def _compare(
        self, known: dict[str, tuple[Any, Payload]], name: str, value: Any, change: StateChange
    ) -> None:
        before, shown_before = known.get(name, (_MISSING, None))
        shown: Payload = None
        if isinstance(value, (list, tuple)):
            items = tuple(value)  # a copy: nodes may append to the list itself
            known[name] = items, None
            if isinstance(before, tuple) and _begins(items, before):
                if len(items) > len(before):
                    change.append[name] = self._show_items(name, items[len(before) :])
                return
            change.set[name] = self._show_items(name, items)
            return
        if isinstance(value, _PLAIN):
            if type(before) is type(value) and before == value:
                return
            shown = self._show(name, value)
        elif _is_open(value):
            shown = self._show(name, value)
            if before is not _MISSING and shown_before == shown:
                return
        elif before is value:
            return
        else:
            shown = self._show(name, value)
        known[name] = value, shown if _is_open(value) else None
        change.set[name] = shown

    def _show(self, name: str, value: Any) -> Payload:
        # With its name, which may show that the value is a secret.
        shown: Payload = payload({name: value}, self._redactor)
        return next(iter(shown.values()))

    def _show_items(self, name: str, items: tuple[Any, ...]) -> Any:
        if not any(find_messages_in(item) for item in items):
            shown = self._show(name, list(items))
            return shown if isinstance(shown, list) else [shown]
        return [payload(item, self._redactor, MESSAGE_BUDGET) for item in items]


def _begins(items: tuple[Any, ...], start: tuple[Any, ...]) -> bool:
    """Whether a list begins with the items of another one."""
    return len(items) >= len(start) and all(
        one is other or _equal(one, other) for one, other in zip(start, items, strict=False)
    )


def _equal(one: object, other: object) -> bool:
    """Whether two plain values, or two JSON objects from a server, are equal."""
    if type(one) is not type(other) or not isinstance(one, (*_PLAIN, dict)):
        return False
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - a dict may hold values that cannot be compared, such as arrays
        _LOG.debug("Cannot compare two items of a state.", exc_info=True)
        return False


def _is_open(value: object) -> bool:
    """Whether a value has fields that a node may change in place."""
    return isinstance(value, (Mapping, BaseModel, set)) or (
        dataclasses.is_dataclass(value) and not isinstance(value, type)
    )
