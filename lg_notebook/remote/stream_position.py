"""Where in a server's stream one is, so that it can be joined again without loss or repetition."""

from __future__ import annotations

import re
from collections import deque
from typing import Any

START = "-1"
"""What comes before every id, on both of LangGraph's servers."""

_NUMBER = re.compile(r"\d+")
_Said = tuple[str, int]

_OVERLAP = 2_000
"""Parts that a server may send again at most; it is as many as come while it finds the others."""


class Position:
    """Notes the parts that have come, and knows those that come again.

    Ids alone do not tell them apart. The Python development server numbers its parts by the
    millisecond, so that several share an id, and sends a client that joins again only those
    with a greater one (`langgraph_runtime_inmem`, `StreamManager.restore_messages`). So one
    joins before the last id, and leaves out as many as are known. And what comes while the
    server repeats what it has stored, it sends once more afterwards (`Runs.Stream.join`). That
    begins somewhere among what has just come, and is known until it has caught up.

    Example:
        >>> position = Position()
        >>> [position.take(part) for part in parts]
        [[StreamPart(…)], [StreamPart(…)]]
        >>> position.rejoin()
        '1795389020758-0'
    """

    def __init__(self) -> None:
        self._before = START
        self._last: str | None = None
        self._here = 0  # how many parts have the last id
        self._known = 0  # how many come again at first
        self._since: deque[_Said] | None = None  # what came since one has joined again
        self._turns: list[int] = []  # where in that a repetition may have got to
        self._held: list[Any] = []  # what is one, or is new

    @property
    def known(self) -> bool:
        """Whether there is a place to join again at."""
        return self._last is not None

    def rejoin(self) -> str:
        """Give the id after which to join again."""
        self._known = self._here
        self._since = deque(maxlen=_OVERLAP)
        self._turns = []
        self._held = []
        return self._before

    def take(self, part: Any) -> list[Any]:
        """Note a part.

        Args:
            part: A `StreamPart` of LangGraph's client.

        Returns:
            The parts that are known to be new by now: mostly this one.
        """
        if not part.id:
            return [*self.rest(), part]
        if self._known > 0 and part.id == self._last:
            self._known -= 1
            return []
        self._known = 0
        if self._since is None:
            return [self._new(part)]
        said = part.id, hash((part.event, repr(part.data)))
        if self._turns:
            return self._goes_on(part, said, self._since)
        self._turns = self._begins(said, self._since)
        if not self._turns:
            self._since.append(said)
            return [self._new(part)]
        if len(self._since) in self._turns:  # that was all
            self._since, self._turns = None, []
        elif not self._goes_back(part.id):
            self._held = [part]
        return []

    def rest(self) -> list[Any]:
        """Give what is held back: after the last part it is new."""
        held, self._held, self._turns = self._held, [], []
        return [self._new(each) for each in held]

    def _new(self, part: Any) -> Any:
        if self._last is None or _order(part.id) > _order(self._last):
            self._before, self._last, self._here = self._last or START, part.id, 0
        self._here += 1
        return part

    def _goes_back(self, name: str) -> bool:
        return self._last is not None and _order(name) < _order(self._last)

    def _begins(self, said: _Said, since: deque[_Said]) -> list[int]:
        """Where in what has come a part may be the first of a repetition."""
        if self._last is None or _order(said[0]) > _order(self._last):
            return []
        return [at + 1 for at, each in enumerate(since) if each == said]

    def _goes_on(self, part: Any, said: _Said, since: deque[_Said]) -> list[Any]:
        """Take a part while what comes is a repetition, or may be one."""
        end = len(since)
        turns = [at + 1 for at in self._turns if at < end and since[at] == said]
        if end in turns or (not turns and not self._held):  # it has caught up
            self._since, self._turns, self._held = None, [], []
            return [] if turns else [self._new(part)]
        if turns:
            self._turns = turns
            self._held += [part] if self._held else []
            return []
        held = self.rest()
        since.extend((each.id, hash((each.event, repr(each.data)))) for each in held)
        since.append(said)
        return [*held, self._new(part)]


def _order(name: str) -> tuple[int, ...]:
    return tuple(map(int, _NUMBER.findall(name)))
