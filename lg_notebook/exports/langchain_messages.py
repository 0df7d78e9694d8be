"""Export a run's messages as LangChain's objects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, BaseMessage, ChatMessage, convert_to_messages

if TYPE_CHECKING:
    from lg_notebook.model.message import Message
    from lg_notebook.model.run_state import RunState


def to_messages(run: RunState) -> list[BaseMessage]:
    """Export a run's messages as LangChain's objects.

    Args:
        run: The run.

    Returns:
        One object per message, in order of appearance.
    """
    return [_convert(message) for message in run.messages]


def _convert(message: Message) -> BaseMessage:
    fields: dict[str, Any] = {"content": _content(message), "id": message.id, "name": message.name}
    if message.role == "ai":
        return _answer(message, fields)
    if message.role == "tool":
        fields["tool_call_id"] = message.tool_call_id or ""
    try:
        [converted] = convert_to_messages([{"role": message.role, **fields}])
    except (ValueError, NotImplementedError):  # a role that LangChain has no class for
        return ChatMessage(role=message.role, **fields)
    return converted


def _answer(message: Message, fields: dict[str, Any]) -> AIMessage:
    calls = [
        {"type": "tool_call", "id": call.id, "name": call.name or "", "args": call.args}
        for call in message.tool_calls
        if isinstance(call.args, dict)
    ]
    broken = [
        {
            "type": "invalid_tool_call", "id": call.id, "name": call.name, "args": call.text,
            "error": None,
        }
        for call in message.tool_calls
        if not isinstance(call.args, dict)
    ]  # fmt: skip
    reason = message.finish_reason
    usage: Any = message.usage
    return AIMessage(
        **fields,
        tool_calls=calls,
        invalid_tool_calls=broken,
        usage_metadata=usage,
        response_metadata={} if reason is None else {"finish_reason": reason},
    )


def _content(message: Message) -> str | list[Any]:
    """Return the text, or content blocks if there is more than text."""
    blocks: list[Any] = []
    for block in message.blocks:
        if block.kind == "reasoning":
            blocks.append({"type": "reasoning", "reasoning": block.text})
        elif block.kind == "text":
            blocks.append({"type": "text", "text": block.text})
        elif block.kind != "tool_call":
            blocks += [data for data in block.data if isinstance(data, dict)]
    if message.final is not None or all(block["type"] == "text" for block in blocks):
        return message.text
    return json.loads(json.dumps(blocks))  # type: ignore[no-any-return]
