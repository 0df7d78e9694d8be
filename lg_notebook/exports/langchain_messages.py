"""Export a run's messages as LangChain's objects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, BaseMessage, ChatMessage, convert_to_messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lg_notebook.model.message import Block, Message
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
    plain = message.streamed is None and message.final is not None
    blocks = [each for block in message.blocks if not plain for each in _blocks(block)]
    if all(isinstance(each, dict) and each.keys() == {"type", "text"} for each in blocks):
        return message.text
    return json.loads(json.dumps(blocks))  # type: ignore[no-any-return]


def _blocks(block: Block) -> Iterator[Any]:
    """Write a block as LangChain's content blocks, with all of its data."""
    kind, text, data = block.kind, block.text, [d for d in block.data if isinstance(d, dict)]
    more = {key: value for each in data for key, value in each.items() if key != "type"}
    if kind in {"text", "reasoning", "refusal"}:
        yield {kind: text, **more, "type": kind}
    elif kind == "server_tool_call":
        try:
            args = json.loads(text) if text else {}
        except ValueError:
            args = text
        yield {**more, "type": kind, "id": block.call_id, "name": block.name or "", "args": args}
    elif kind == "server_tool_result":
        yield {**more, "type": kind, "tool_call_id": block.call_id}
    elif kind == "audio" and text:
        yield {**more, "type": kind, "transcript": text}
    elif kind != "tool_call":
        yield from data or ({"type": kind, kind: text},)
