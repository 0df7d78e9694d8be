"""What is remembered of a message that has no entry: to recognise it, and to see it change."""

from __future__ import annotations

from typing import Any

from lg_notebook.normalize.content import content_text, pieces
from lg_notebook.normalize.tracked_message import role


class EarlierMessage:
    """The words of a message: of an earlier run, or one that has no id yet.

    Args:
        message: A LangChain message, or a `RemoteMessage`.

    Example:
        >>> EarlierMessage(AIMessage("A")).is_same(AIMessage("A", id="1"))
        True
    """

    __slots__ = ("_calls", "_role", "_text", "_tool_call")

    def __init__(self, message: Any) -> None:
        self._role = role(message)
        self._text = content_text(message)
        self._tool_call: str | None = getattr(message, "tool_call_id", None)
        self._calls = _calls(message)

    def is_same(self, message: Any) -> bool:
        """Whether another message has the same role, text and tool calls.

        Args:
            message: The other message.
        """
        return (
            self._role == role(message)
            and self._tool_call == getattr(message, "tool_call_id", None)
            and self._text == content_text(message)
            and self._calls == _calls(message)
        )


def _calls(message: Any) -> list[Any]:
    if not (getattr(message, "tool_calls", None) or getattr(message, "invalid_tool_calls", None)):
        return []
    return [piece for _, kind, *piece in pieces(message) if kind == "tool_call"]
