"""Find the messages that a node removed from the state, from its update."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lg_notebook.events import Payload, Update
    from lg_notebook.model.message import Message

ALL = "__remove_all__"
"""The id that means all messages (`REMOVE_ALL_MESSAGES` in `langgraph/graph/message.py`)."""

_OVERWRITE = "__overwrite__"
_DEEPEST = 3
_SHOWN = 60


class Removal(NamedTuple):
    """Messages that one update removed.

    Attributes:
        t: Nanoseconds since the run began.
        namespace: Namespace of the graph whose state they were in.
        task: Id of the task that removed them, or None.
        node: Name of its node, or None.
        ids: Their ids; `ALL` for all messages.
    """

    t: int
    namespace: tuple[str, ...]
    task: str | None
    node: str | None
    ids: tuple[str, ...]

    def describe(self, messages: Iterable[Message]) -> str:
        """Describe the removal in one line that is the same in every run.

        Args:
            messages: The run's messages, whose texts are quoted.

        Example:
            >>> Removal(0, (), None, "forget", ("a", "b")).describe([])
            'Removed 2 messages.'
        """
        if ALL in self.ids:
            return "Removed all messages from before."
        known = {message.id: message for message in messages}
        said = [" ".join(known[each].text.split()) for each in self.ids if each in known]
        quotes = [f"“{t if len(t) <= _SHOWN else t[:_SHOWN] + '…'}”" for t in said if t]
        count = len(self.ids)
        what = "1 message" if count == 1 else f"{count:,} messages"
        return f"Removed {what}: {', '.join(quotes)}" if quotes else f"Removed {what}."


def removals(updates: Iterable[Update]) -> Iterator[Removal]:
    """Find the removals in a run's updates, in order; as `js/src/model/removal.ts`.

    Args:
        updates: The `update` events of a run.

    Yields:
        A removal per update that removed messages.

    Example:
        >>> gone = {"type": "remove", "id": "a"}
        >>> update = {"t": 5, "ns": [], "task": "1", "node": "n", "data": {"messages": [gone]}}
        >>> [removal.ids for removal in removals([update])]
        [('a',)]
    """
    for event in updates:
        ids = tuple(_ids(event["data"], 0))
        if ids:
            yield Removal(event["t"], tuple(event["ns"]), event["task"], event["node"], ids)


def _ids(value: Payload, depth: int, name: str = "") -> Iterator[str]:
    """Find the ids of LangChain's `RemoveMessage`s, as JSON, at most three levels deep.

    An `Overwrite` of messages replaces all of them.
    """
    if isinstance(value, dict):
        if _OVERWRITE in value or value.get("type") == _OVERWRITE:
            written = value.get(_OVERWRITE, value.get("value"))
            if name == "messages" or any(map(_is_message, _listed(written))):
                yield ALL
            return
        removed = value.get("id")
        if value.get("type") == "remove" and isinstance(removed, str):
            yield removed
            return
    if depth < _DEEPEST and isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else [("", item) for item in value]
        for key, item in items:
            yield from _ids(item, depth + 1, key)


def _listed(value: Payload) -> list[Payload]:
    return value if isinstance(value, list) else [value]


def _is_message(value: Payload) -> bool:
    return isinstance(value, dict) and {"type", "content", "id"} <= value.keys()
