"""Remember the position in a server's stream, to join it again without loss or repetition."""

from __future__ import annotations

import re
from collections import deque
from typing import Any

START = "-1"
"""The id before all others, on both of LangGraph's servers."""

_NUMBER = re.compile(r"\d+")
_Print = tuple[str, int]
"""A part's id, and a hash of its content."""

_OVERLAP = 2_000
"""How many parts a server may send again: those that it gets while it repeats the stored ones."""


class Position:
    """Notes the parts received, and recognises those that are sent again.

    Ids alone are not enough. The Python development server numbers its parts by the millisecond,
    so that several share an id. A client that joins again gets only those with a greater id
    (`langgraph_runtime_inmem`, `StreamManager.restore_messages`). So this joins before the last
    id, and drops as many parts as are known. Besides, the server sends a second time the parts
    that it gets while it repeats the stored ones (`Runs.Stream.join`). Such a repetition begins
    somewhere among the newest parts, and ends with the last one.

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
        self._known = 0  # how many are repeated first
        self._since: deque[_Print] | None = None  # parts since the last join
        self._reached: list[int] = []  # positions in these that a repetition may have reached
        self._held: list[Any] = []  # parts that are repeated, or new

    @property
    def known(self) -> bool:
        """Whether there is a position to join again."""
        return self._last is not None

    def rejoin(self) -> str:
        """Prepare to join again, and return the id after which to join."""
        self._known = self._here
        self._since = deque(maxlen=_OVERLAP)
        self._reached = []
        self._held = []
        return self._before

    def take(self, part: Any) -> list[Any]:
        """Note a part.

        Args:
            part: A `StreamPart` of LangGraph's client.

        Returns:
            The parts now known to be new, mostly this one.
        """
        if not part.id:
            return [*self.rest(), part]
        if self._known > 0 and part.id == self._last:
            self._known -= 1
            return []
        self._known = 0
        if self._since is None:
            return [self._new(part)]
        mark = part.id, hash((part.event, repr(part.data)))
        if self._reached:
            return self._continue(part, mark, self._since)
        self._reached = self._begin(mark, self._since)
        if not self._reached:
            self._since.append(mark)
            return [self._new(part)]
        if len(self._since) in self._reached:  # the repetition was this part only
            self._since, self._reached = None, []
        elif not self._is_earlier(part.id):
            self._held = [part]
        return []

    def rest(self) -> list[Any]:
        """Return the parts held back: after the last part, they are known to be new."""
        held, self._held, self._reached = self._held, [], []
        return [self._new(each) for each in held]

    def _new(self, part: Any) -> Any:
        if self._last is None or _order(part.id) > _order(self._last):
            self._before, self._last, self._here = self._last or START, part.id, 0
        self._here += 1
        return part

    def _is_earlier(self, name: str) -> bool:
        return self._last is not None and _order(name) < _order(self._last)

    def _begin(self, mark: _Print, since: deque[_Print]) -> list[int]:
        """Find the positions after which a repetition may continue that begins with this part."""
        if self._last is None or _order(mark[0]) > _order(self._last):
            return []
        return [at + 1 for at, each in enumerate(since) if each == mark]

    def _continue(self, part: Any, mark: _Print, since: deque[_Print]) -> list[Any]:
        """Take a part during a repetition, or a possible one."""
        end = len(since)
        reached = [at + 1 for at in self._reached if at < end and since[at] == mark]
        if end in reached or (not reached and not self._held):  # the repetition is over
            self._since, self._reached, self._held = None, [], []
            return [] if reached else [self._new(part)]
        if reached:
            self._reached = reached
            self._held += [part] if self._held else []
            return []
        held = self.rest()
        since.extend((each.id, hash((each.event, repr(each.data)))) for each in held)
        since.append(mark)
        return [*held, self._new(part)]


def _order(name: str) -> tuple[int, ...]:
    return tuple(map(int, _NUMBER.findall(name)))
