"""The states of a run's graphs, superstep by superstep. `js/src/model/stateHistory.ts` is its twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lg_notebook.events import Payload, Values

Namespace = tuple[str, ...]


class States:
    """Every graph's changes of state: a state is put together when it is asked for."""

    def __init__(self) -> None:
        self._changes: dict[Namespace, list[Values]] = {}
        self._ended: dict[Namespace, list[Span]] = {}

    def note(self, event: Values) -> None:
        """Take in what changed in a graph."""
        self._changes.setdefault(tuple(event["ns"]), []).append(event)

    def count(self, ns: Namespace) -> int:
        """How often the graph has told its state."""
        return len(self._changes.get(ns, ()))

    def at(self, ns: Namespace, count: int) -> dict[str, Payload] | None:
        """A graph's state.

        Args:
            ns: Its namespace.
            count: After so many changes.

        Returns:
            Channel → value, cut and masked; None before the first change.
        """
        if not count:
            return None
        state: dict[str, Payload] = {}
        for event in self._changes.get(ns, [])[:count]:
            state.update(event["set"])
            for channel, items in event["append"].items():
                known = state.get(channel)
                state[channel] = [*(known if isinstance(known, list) else []), *items]
            for channel in event["removed"]:
                state.pop(channel, None)
        return state

    def begin(self, ns: Namespace) -> Span:
        """Note that a task begins: the supersteps of all that ended before it are over."""
        count = self.count(ns)
        for span in self._ended.pop(ns, ()):
            span.last = min(span.last, count)
        return Span(self, ns, count)

    def close(self) -> None:
        """Note that the run is done: what ended without a word about the state changed nothing."""
        for ns, spans in self._ended.items():
            for span in spans:
                span.last = min(span.last, self.count(ns))
        self._ended.clear()

    def end(self, span: Span) -> None:
        """Note that a task has ended: its superstep's state is the next that comes."""
        span.last = self.count(span.ns) + 1
        self._ended.setdefault(span.ns, []).append(span)


class Span:
    """A task among its graph's states."""

    __slots__ = ("first", "last", "ns", "states")

    def __init__(self, states: States, ns: Namespace, first: int) -> None:
        self.states = states
        self.ns = ns
        self.first = first
        self.last = 0

    @property
    def before(self) -> dict[str, Payload] | None:
        """The state that it began with."""
        return self.states.at(self.ns, self.first)

    @property
    def after(self) -> dict[str, Payload] | None:
        """The state at the end of its superstep; None while that goes on."""
        if not self.last or self.states.count(self.ns) < self.last:
            return None
        return self.states.at(self.ns, self.last)
