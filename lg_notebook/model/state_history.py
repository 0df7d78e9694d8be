"""The states of a run's graphs, superstep by superstep; in TypeScript `js/src/model/stateHistory.ts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lg_notebook.events import Payload, Values

Namespace = tuple[str, ...]


class StateHistory:
    """The changes of every graph's state. A state is built from them when it is read.

    Example:
        >>> history = StateHistory()
        >>> history.note({"ns": [], "set": {"n": 1}, "append": {}, "removed": []})
        >>> history.at((), 1)
        {'n': 1}
    """

    def __init__(self) -> None:
        self._changes: dict[Namespace, list[Values]] = {}
        self._ended: dict[Namespace, list[Span]] = {}

    def note(self, event: Values) -> None:
        """Add a change of a graph's state."""
        self._changes.setdefault(tuple(event["ns"]), []).append(event)

    def count(self, ns: Namespace) -> int:
        """Count the changes of a graph's state so far."""
        return len(self._changes.get(ns, ()))

    def at(self, ns: Namespace, count: int) -> dict[str, Payload] | None:
        """Build a graph's state.

        Args:
            ns: The graph's namespace.
            count: The number of changes to apply.

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
        """Note that a task begins. The supersteps of tasks that ended before are over."""
        count = self.count(ns)
        for span in self._ended.pop(ns, ()):
            span.last = min(span.last, count)
        return Span(self, ns, count)

    def close(self) -> None:
        """Note that the run is done. Tasks without a later change of the state changed nothing."""
        for ns, spans in self._ended.items():
            for span in spans:
                span.last = min(span.last, self.count(ns))
        self._ended.clear()

    def end(self, span: Span) -> None:
        """Note that a task has ended. The next change is the state after its superstep."""
        span.last = self.count(span.ns) + 1
        self._ended.setdefault(span.ns, []).append(span)


class Span:
    """The states of a graph before and after one of its tasks."""

    __slots__ = ("first", "last", "ns", "states")

    def __init__(self, states: StateHistory, ns: Namespace, first: int) -> None:
        self.states = states
        self.ns = ns
        self.first = first
        self.last = 0

    @property
    def before(self) -> dict[str, Payload] | None:
        """The state at the start of the task."""
        return self.states.at(self.ns, self.first)

    @property
    def after(self) -> dict[str, Payload] | None:
        """The state at the end of the task's superstep; None until then."""
        if not self.last or self.states.count(self.ns) < self.last:
            return None
        return self.states.at(self.ns, self.last)
