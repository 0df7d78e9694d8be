"""Find the messages in a graph's states and updates, where LangGraph takes values for messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.messages import BaseMessage

from lg_notebook.normalize.content import as_messages, channels, find_messages

ROOT = "__root__"
"""LangGraph's name for a state without channels (`graph/state.py`)."""

_OVERWRITE = "__overwrite__"


class MessageFinder:
    """Finds the messages of one run.

    Message objects are messages anywhere. A plain mapping, pair or text is one in a channel of
    messages only: rows of a vector store often have the fields of a message.

    Args:
        names: Names of the channels of messages; None if the graph is not known, such as on a
            server. Then mappings with the fields of a server's message are messages anywhere.

    Example:
        >>> finder = MessageFinder(frozenset({"messages"}))
        >>> [message.content for message in finder.in_update({"messages": ("ai", "A")})]
        ['A']
    """

    def __init__(self, names: frozenset[str] | None = None) -> None:
        self._anywhere = names is None
        self._names = frozenset({"messages"}) if names is None else names

    def in_state(self, state: object) -> list[Any]:
        """List the messages in a state: in its channels, or in lists there.

        Args:
            state: A graph's values.
        """
        return [each for each in find_messages(state) if self._anywhere or _is_local(each)]

    def in_update(self, update: object) -> list[Any]:
        """List the messages in a node's update, in any form that LangGraph takes.

        Args:
            update: The writes of a node. A node that writes a channel several times has a list
                of them.
        """
        if isinstance(update, BaseMessage):  # a task's result; its fields are not channels
            return [update]
        several = isinstance(update, list) and all(isinstance(each, Mapping) for each in update)
        if several and ROOT not in self._names and not find_messages(update):
            return [message for each in update for message in self.in_update(each)]  # type: ignore[attr-defined]
        # A message is a model with fields too, and a server's is a mapping.
        one = unwrapped(update) is not update or bool(find_messages([update]))
        written = update if one else channels(update)
        if one or not isinstance(written, Mapping):
            written = {ROOT: written}
        found: list[Any] = []
        for name, value in written.items():
            found += self._written(name, unwrapped(value))
        return found

    def _written(self, name: object, value: object) -> list[Any]:
        found = self.in_state(value if isinstance(value, (list, tuple)) else [value])
        if name in self._names and not (self._anywhere and found):
            return as_messages(value)
        return found


def _is_local(message: object) -> bool:
    return isinstance(message, BaseMessage)


def unwrapped(value: object) -> object:
    """Return what LangGraph's `Overwrite` holds; any other value unchanged.

    Args:
        value: A value that a node writes into a channel.

    Example:
        >>> unwrapped({"__overwrite__": [1]})
        [1]
    """
    if getattr(value, "type", None) == _OVERWRITE:
        return getattr(value, "value", value)
    if isinstance(value, dict):
        if len(value) == 1 and _OVERWRITE in value:
            return value[_OVERWRITE]
        if value.get("type") == _OVERWRITE and "value" in value:
            return value["value"]
    return value
