"""Requests to chat models, as a cassette writes them down and compares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from lg_notebook.privacy.payload import UNBOUNDED, payload

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from langchain_core.messages import BaseMessage

    from lg_notebook.privacy.redactor import Redactor

Request: TypeAlias = dict[str, Any]
"""`{"model": str | None, "messages": […], "options": {…}}`, JSON-ready."""

_SILENT_OPTIONS = {"stream", "stream_usage", "ls_structured_output_format"}
"""Options that change how an answer comes, not what it says."""


def request_of(
    model: str | None,
    messages: Iterable[BaseMessage],
    options: Mapping[str, Any],
    redactor: Redactor,
) -> Request:
    """Build the request that a call of a model makes.

    Args:
        model: The model's name.
        messages: The messages.
        options: The call's keyword arguments, such as `stop` and `tools`.
        redactor: Masks secrets.

    Example:
        >>> request_of("gpt-4.1-mini", [HumanMessage("A joke")], {"stop": None}, Redactor())
        {'model': 'gpt-4.1-mini', 'messages': [{'type': 'human', 'content': 'A joke'}], …}
    """
    kept = {
        key: value
        for key, value in options.items()
        if value is not None and key not in _SILENT_OPTIONS
    }
    return {
        "model": model,
        "messages": [_message(message, redactor) for message in messages],
        "options": payload(kept, redactor, UNBOUNDED),
    }


def _message(message: BaseMessage, redactor: Redactor) -> dict[str, Any]:
    calls = [
        {"id": call.get("id"), "name": call["name"], "args": call["args"]}
        for call in getattr(message, "tool_calls", None) or ()
    ]
    row = {
        "type": message.type.removesuffix("MessageChunk").lower(),
        "content": message.content,
        "name": message.name,
        "tool_calls": calls,
        "tool_call_id": getattr(message, "tool_call_id", None),
    }
    kept = {key: value for key, value in row.items() if value not in (None, [])}
    plain: dict[str, Any] = payload(kept, redactor, UNBOUNDED)
    return plain
