"""Responses: the chunks that chat models answer, and the rows that a cassette keeps of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_core.messages import AIMessage, AIMessageChunk, message_chunk_to_message
from langchain_core.outputs import ChatGeneration, ChatResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_core.messages import BaseMessage

    from lg_notebook.privacy.redactor import Redactor

Response: TypeAlias = list[tuple[int, AIMessageChunk]]
"""Chunks, each with the milliseconds since the one before it."""

Row: TypeAlias = tuple[int, dict[str, Any]]
"""A chunk of a response as JSON, with its milliseconds."""

_CHUNK = (
    "content", "additional_kwargs", "response_metadata", "name", "tool_calls", "invalid_tool_calls",
    "tool_call_chunks", "usage_metadata", "chunk_position",
)  # fmt: skip


def to_row(message: BaseMessage, info: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Write a chunk or a whole answer as JSON, without its id, which is new in every run.

    Args:
        message: The message.
        info: LangChain's `generation_info`, which belongs to the message's metadata.
    """
    row = message.model_dump(mode="json")
    row["response_metadata"] = {**_plain(info or {}), **(row.get("response_metadata") or {})}
    kept = {key: row[key] for key in _CHUNK if row.get(key) not in (None, [], {})}
    if isinstance(message, AIMessageChunk):
        # Made from the pieces again when the chunk is read.
        kept.pop("tool_calls", None)
        kept.pop("invalid_tool_calls", None)
        kept["chunk"] = True
    return kept


def to_chunk(row: Mapping[str, Any]) -> AIMessageChunk:
    """Read a chunk that `to_row` wrote.

    Raises:
        ValueError: The row is not a chunk.
    """
    fields = {"content": "", **{key: row[key] for key in _CHUNK if key in row}}
    if row.get("chunk"):
        return AIMessageChunk(**fields)
    whole = AIMessage(**fields)
    pieces: list[Any] = [
        {"type": "tool_call_chunk", "index": index, "id": call["id"], "name": call["name"],
         "args": json.dumps(call["args"])}
        for index, call in enumerate(whole.tool_calls)
    ]  # fmt: skip
    return AIMessageChunk(
        content=whole.content,
        additional_kwargs=whole.additional_kwargs,
        response_metadata=whole.response_metadata,
        name=whole.name,
        usage_metadata=whole.usage_metadata,
        tool_call_chunks=pieces,
    )


def _plain(value: object) -> Any:
    return json.loads(json.dumps(value, default=str))


def as_result(response: Response) -> ChatResult:
    """Join the chunks to one result, for callers that do not stream."""
    first, *rest = (chunk for _, chunk in response)
    total = first.model_copy(deep=True)
    for chunk in rest:
        total += chunk
    return ChatResult(generations=[ChatGeneration(message=message_chunk_to_message(total))])


def masked(rows: list[Row], redactor: Redactor) -> list[Row]:
    """Mask secrets in a response, also those that are spread over several chunks."""
    mask = redactor.stream_mask()
    if mask is None:
        return rows
    out: list[Row] = []
    for number, (gap, chunk) in enumerate(rows):
        row = {key: _text(value, redactor) for key, value in chunk.items() if key != "content"}
        content = chunk.get("content", "")
        if isinstance(content, str):
            content = mask.add(content)
            if number == len(rows) - 1:
                content += mask.flush()
        else:
            content = _text(content, redactor)
        out.append((gap, {"content": content, **row}))
    return out


def _text(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, dict):
        return {key: _text(item, redactor) for key, item in value.items()}
    if isinstance(value, list):
        return [_text(item, redactor) for item in value]
    return value
