"""Which messages are shown and yielded. What is recorded is never filtered."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lg_notebook.events import AnyEvent
    from lg_notebook.message import Message

Patterns = str | Iterable[str] | None


def _listed(patterns: Patterns) -> list[str]:
    if patterns is None:
        return []
    return [patterns] if isinstance(patterns, str) else list(patterns)


def _passes(patterns: Sequence[str], names: Iterable[str | None]) -> bool:
    """Whether any name is wanted, and none is excluded (`!name`)."""
    wanted = {p for p in patterns if not p.startswith("!")}
    unwanted = {p[1:] for p in patterns if p.startswith("!")}
    present = {name for name in names if name is not None}
    return not (present & unwanted) and (not wanted or bool(present & wanted))


@dataclass(frozen=True)
class Filters:
    """A choice of messages.

    Attributes:
        node: Names of nodes; one that begins with `!` excludes. Empty: all.
        tag: Tags of model calls, likewise.

    Example:
        >>> Filters.of(node="write", tag="!draft")
        Filters(node=['write'], tag=['!draft'])
    """

    node: list[str] = field(default_factory=list)
    tag: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, node: Patterns = None, tag: Patterns = None) -> Filters:
        """Make filters from single names or several."""
        return cls(_listed(node), _listed(tag))

    def __bool__(self) -> bool:
        return bool(self.node or self.tag)

    def shows(self, message: Message) -> bool:
        """Whether the message is shown.

        Input messages belong to no node: they are, unless some nodes or tags are asked for.
        """
        return _passes(self.node, [message.node]) and _passes(self.tag, message.tags)

    def check(self, nodes: Sequence[str] | None) -> None:
        """See that every node that is named exists.

        Args:
            nodes: The graph's nodes, or None if they cannot be told.

        Raises:
            ValueError: A name that no node has, with the nearest ones.
        """
        for pattern in self.node:
            name = pattern.removeprefix("!")
            if nodes is not None and name not in nodes:
                near = difflib.get_close_matches(name, nodes, n=3, cutoff=0.4) or nodes[:10]
                known = ", ".join(repr(each) for each in near)
                msg = f"The graph has no node {name!r}; did you mean {known}?"
                raise ValueError(msg)


class EventFilter:
    """Filters a run's events by the messages and nodes that they belong to."""

    def __init__(self, filters: Filters) -> None:
        self._filters = filters
        self._hidden: set[int] = set()

    def passes(self, event: AnyEvent) -> bool:
        """Whether the event is yielded. Call it for every event, in order."""
        filters = self._filters
        if event["type"] in {"run-start", "run-end"}:
            return True
        if event["type"] == "message-start":
            tags = event["metadata"].get("tags")
            names = tags if isinstance(tags, list) else []
            if not (_passes(filters.node, [event["node"]]) and _passes(filters.tag, names)):
                if event["of"] is None:
                    self._hidden.add(event["message"])
                return False
            return event["of"] is None or event["of"] not in self._hidden
        if event["type"] == "delta" or event["type"] == "message-finish":
            return event["message"] not in self._hidden
        return _passes(filters.node, [event["node"]])
