"""Read the content of messages and chunks: LangChain's many forms, as pieces of one form."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from langchain_core.messages import BaseMessage, convert_to_messages
from pydantic import BaseModel

from lg_notebook.events import Kind

_LOG = logging.getLogger(__name__)

Piece = tuple[Any, Kind, str, dict[str, Any]]
"""Name of the block within its message, its kind, its text, and further fields: `call_id` and
`name` of a tool call, `data` of media."""

_MEDIA: dict[str, Kind] = {
    "image": "image",
    "image_url": "image",
    "audio": "audio",
    "input_audio": "audio",
    "file": "file",
    "document": "file",
    "video": "file",
}
_TOOL_PARTS = frozenset(
    {"tool_use", "tool_call", "tool_call_chunk", "input_json_delta", "function_call"}
)

_WHOLE_IN_PYTHON = {"name", "usage_metadata", "tool_calls"}


class RemoteMessage:
    """A message as LangGraph's server sends it: a dict with LangChain's field names.

    A Python server marks a chunk by its type (`AIMessageChunk`), and sends every field of a
    whole message, also empty ones. A JavaScript server uses the type `ai` for chunks and whole
    messages, and leaves out undefined fields; its chunks have the pieces of tool calls.

    Args:
        fields: The dict.

    Attributes:
        is_chunk: Whether it is a part of a message.

    Example:
        >>> RemoteMessage({"type": "AIMessageChunk", "content": "Hel"}).is_chunk
        True
    """

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.type: str = fields.get("type") or "ai"
        self.content: Any = fields.get("content") or ""
        self.id: str | None = fields.get("id")
        self.name: str | None = fields.get("name")
        self.tool_call_id: str | None = fields.get("tool_call_id")
        self.status: str | None = fields.get("status")
        self.tool_calls: list[Any] = fields.get("tool_calls") or []
        self.tool_call_chunks: list[Any] = fields.get("tool_call_chunks") or []
        self.additional_kwargs: dict[str, Any] = fields.get("additional_kwargs") or {}
        self.response_metadata: dict[str, Any] = fields.get("response_metadata") or {}
        self.usage_metadata: Any = fields.get("usage_metadata")
        self.chunk_position: str | None = fields.get("chunk_position")
        self.is_chunk: bool = self.type.endswith("Chunk") or (
            self.type == "ai"
            and (
                "tool_call_chunks" in fields
                or not (self.tool_calls or fields.keys() >= _WHOLE_IN_PYTHON)
            )
        )


class TextModelOutput:
    """Output of a text-completion model, as a payload of LangGraph's `custom` mode.

    `streams.text_models` writes it.

    Attributes:
        message: The chunk, or the whole message of a model that did not stream.
        metadata: The metadata of the call, as in the `messages` mode: one object per call.
    """

    __slots__ = ("message", "metadata")

    def __init__(self, message: Any, metadata: Mapping[str, Any]) -> None:
        self.message = message
        self.metadata = metadata


def pieces(chunk: Any) -> Iterator[Piece]:
    """Split a chunk, or a whole message, into pieces.

    Args:
        chunk: A LangChain message or message chunk, or a `RemoteMessage`.

    Yields:
        The pieces in order, without those that have neither text nor data.

    Example:
        >>> list(pieces(AIMessageChunk(content="Hel")))
        [('text', 'text', 'Hel', {})]
    """
    reasoning = chunk.additional_kwargs.get("reasoning_content")
    if isinstance(reasoning, str) and reasoning:
        yield "reasoning", "reasoning", reasoning, {}
    content = chunk.content
    if isinstance(content, str):
        if content:
            yield "text", "text", content, {}
    else:
        for at, block in enumerate(content):
            yield from _block(block, at)
    parts = getattr(chunk, "tool_call_chunks", None)
    if parts:
        for part in parts:
            yield from _call(part, part.get("args") or "")
    elif parts is None or isinstance(chunk, RemoteMessage):
        for at, call in enumerate(getattr(chunk, "tool_calls", None) or ()):
            yield from _call({**call, "index": at}, _compact(call.get("args")))


def _block(block: Any, at: int) -> Iterator[Piece]:
    if isinstance(block, str):
        if block:
            yield "text", "text", block, {}
        return
    kind = block.get("type")
    place = block.get("index", at)
    if kind in {"text", "text_delta"}:
        if block.get("text"):
            yield ("text", place), "text", block["text"], {}
    elif kind in {"reasoning", "thinking", "reasoning_content"}:
        text = (
            block.get("reasoning") or block.get("thinking") or block.get("text") or _summary(block)
        )
        if text:
            yield ("reasoning", place), "reasoning", text, {}
    elif kind in _MEDIA:
        yield ("media", place), _MEDIA[kind], "", {"data": dict(block)}
    elif kind not in _TOOL_PARTS:  # tool_call_chunks has the same in one form
        yield ("other", place), "other", "", {"data": dict(block)}


def _summary(block: Mapping[str, Any]) -> str:
    """Read OpenAI's reasoning, a list of summaries."""
    parts = block.get("summary")
    if not isinstance(parts, list):
        return ""
    return "".join(part.get("text") or "" for part in parts if isinstance(part, dict))


def _call(part: Mapping[str, Any], text: str) -> Iterator[Piece]:
    # Only the first piece has the id and the name; later ones have only the index.
    index = part.get("index")
    more = {"call_id": part["id"]} if part.get("id") else {}
    if part.get("name"):
        more["name"] = part["name"]
    if text or more:
        yield ("tool_call", part.get("id") if index is None else index), "tool_call", text, more


def _compact(args: object) -> str:
    import json  # noqa: PLC0415 - needed only for whole messages with tool calls

    return json.dumps(args, ensure_ascii=False, default=str)


def content_text(message: Any) -> str:
    """Read the text of a message: its content, or the text blocks of its content joined.

    Args:
        message: A LangChain message, or a `RemoteMessage`.

    Example:
        >>> content_text(HumanMessage([{"type": "text", "text": "hi"}]))
        'hi'
    """
    content = message.content
    if isinstance(content, str):
        return content
    return "".join(text for name, kind, text, _ in pieces(message) if kind == "text" and name)


def find_messages(value: object, *, plain: bool = False) -> list[Any]:
    """Find the messages in a state, an update or an input, at the top or one field down.

    LangGraph looks in the same places (`pregel/_messages.py`).

    Args:
        value: A mapping, dataclass, model, sequence or message.
        plain: Also read the short forms that people write: a `messages` field of strings,
            `(role, text)` pairs and `{"role": …, "content": …}` dicts.

    Returns:
        The messages, each a LangChain message or a `RemoteMessage`.

    Example:
        >>> [message.content for message in find_messages({"messages": "hi"}, plain=True)]
        ['hi']
    """
    if isinstance(value, BaseMessage):
        return [] if value.type == "remove" else [value]
    if isinstance(value, (list, tuple)):
        return [each for item in value for each in find_messages_in(item)]
    if plain and isinstance(value, Mapping) and value.get("messages"):
        listed = value["messages"]
        try:
            return list(convert_to_messages(listed if isinstance(listed, list) else [listed]))
        except Exception:  # noqa: BLE001 - any value; the graph itself reports a wrong input
            _LOG.debug("Cannot read the messages of an input.", exc_info=True)
            return []
    found: list[Any] = []
    for item in _values(value):
        if isinstance(item, (list, tuple)):
            found += [each for one in item for each in find_messages_in(one)]
        else:
            found += find_messages_in(item)
    return found


def find_messages_in(item: object) -> list[Any]:
    """Return the item itself in a list if it is a message, local or from a server."""
    if isinstance(item, BaseMessage):
        return [] if item.type == "remove" else [item]
    if isinstance(item, Mapping) and "content" in item and "type" in item and "id" in item:
        return [] if item["type"] == "remove" else [RemoteMessage(item)]
    return []


def _values(value: object) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    if isinstance(value, BaseModel):
        return [getattr(value, name, None) for name in type(value).model_fields]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name, None) for field in dataclasses.fields(value)]
    return []


def channels(state: Any) -> Any:
    """Convert a state to its channels, as version `v1` of LangGraph's stream has it.

    Args:
        state: A state; from `v2` on it may be an object of the graph's own state class.

    Returns:
        Channel → value for models and dataclasses; any other state unchanged.
    """
    if isinstance(state, BaseModel):
        return {name: getattr(state, name) for name in type(state).model_fields}
    if dataclasses.is_dataclass(state) and not isinstance(state, type):
        return {field.name: getattr(state, field.name) for field in dataclasses.fields(state)}
    return state
