"""What a graph's state says anew: only that is sent after each superstep."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from lg_notebook.normalize.content import find_messages_in
from lg_notebook.privacy.payload import payload

if TYPE_CHECKING:
    from lg_notebook.events import Payload
    from lg_notebook.privacy.redactor import Redactor

MESSAGE_BUDGET = 1_024
"""Bytes of JSON, about, that a message takes in the state: the run has it whole elsewhere."""

ROOT = "__root__"
"""Name for a state that has no channels: LangGraph's own (`graph/state.py`)."""

_PLAIN = (str, int, float, bytes, type(None))  # a bool is an int
_INTERRUPT = "__interrupt__"
_MISSING = object()


class Change(NamedTuple):
    """The difference between two states of one graph.

    Attributes:
        set: New and replaced channels.
        append: What came to the end of lists.
        removed: Channels that are gone.
    """

    set: dict[str, Payload]
    append: dict[str, list[Payload]]
    removed: list[str]


class Changes:
    """Compares the states of a run's graphs, as they come.

    By identity first: LangGraph passes on the same objects for what did not change. Only
    containers that may have been changed in place are compared by what is shown of them.

    Args:
        redactor: Masks secrets.

    Example:
        >>> changes = Changes(Redactor(environ={}))
        >>> changes((), {"topic": "cats", "texts": []}).set
        {'topic': 'cats', 'texts': []}
        >>> changes((), {"topic": "cats", "texts": ["one"]})
        Change(set={}, append={'texts': ['one']}, removed=[])
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._known: dict[tuple[str, ...], dict[str, tuple[Any, Payload]]] = {}

    def knows(self, ns: tuple[str, ...]) -> bool:
        """Whether a graph's state has come before."""
        return ns in self._known

    def __call__(self, ns: tuple[str, ...], state: object) -> Change:
        """Take a graph's state; return what is new.

        Args:
            ns: Namespace of the graph.
            state: Its values.
        """
        return self._difference(self._known.setdefault(ns, {}), state)

    def unlike(self, ns: tuple[str, ...], state: object) -> dict[str, Payload] | None:
        """Show a graph's state, unless it is the one that came last; it is not taken for new.

        Args:
            ns: Namespace of the graph.
            state: Its values.

        Returns:
            Channel → value, cut and masked; None where that is known.
        """
        if any(self._difference(dict(self._known.get(ns, {})), state)):
            return self._difference({}, state).set
        return None

    def _difference(self, known: dict[str, tuple[Any, Payload]], state: object) -> Change:
        """What a state says anew beside what is known, which then is that state."""
        channels = state if isinstance(state, Mapping) else {ROOT: state}
        change = Change({}, {}, [])
        for channel, value in channels.items():
            if channel != _INTERRUPT:
                self._compare(known, str(channel), value, change)
        change.removed.extend(name for name in known if name not in channels)
        for name in change.removed:
            del known[name]
        return change

    def _compare(
        self, known: dict[str, tuple[Any, Payload]], name: str, value: Any, change: Change
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
        # Under its name, which may say that it is a secret.
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
    except Exception:  # noqa: BLE001 - a dict may hold what cannot be compared, as arrays
        return False


def _is_open(value: object) -> bool:
    """Whether a node may have changed it in place, and its fields can be seen."""
    return isinstance(value, (Mapping, BaseModel, set)) or (
        dataclasses.is_dataclass(value) and not isinstance(value, type)
    )
