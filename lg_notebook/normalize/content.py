"""Read the content of messages and chunks: LangChain's many forms, as pieces of one form."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Any

from langchain_core.messages import BaseMessage, convert_to_messages
from pydantic import BaseModel

from lg_notebook.normalize.content_blocks import Piece, block_pieces, compact
from lg_notebook.normalize.side_content import after_content, before_content

_LOG = logging.getLogger(__name__)

_TYPES = {"ai", "human", "system", "tool", "function", "chat", "developer"}
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
        self.type: str = _text(fields.get("type")) or "ai"
        content = fields.get("content")
        self.content: Any = content if isinstance(content, (str, list)) else ""
        self.id: str | None = _text(fields.get("id"))
        self.name: str | None = _text(fields.get("name"))
        self.tool_call_id: str | None = _text(fields.get("tool_call_id"))
        self.status: str | None = _text(fields.get("status"))
        self.tool_calls = _mappings(fields.get("tool_calls"))
        self.invalid_tool_calls = _mappings(fields.get("invalid_tool_calls"))
        self.tool_call_chunks = _mappings(fields.get("tool_call_chunks"))
        self.additional_kwargs = _mapping(fields.get("additional_kwargs"))
        self.response_metadata = _mapping(fields.get("response_metadata"))
        self.usage_metadata = _mapping(fields.get("usage_metadata"))
        self.chunk_position: str | None = _text(fields.get("chunk_position"))
        self.is_chunk: bool = self.type.endswith("Chunk") or (
            self.type == "ai"
            and (
                "tool_call_chunks" in fields
                or not (self.tool_calls or fields.keys() >= _WHOLE_IN_PYTHON)
            )
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


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
    extras, metadata = chunk.additional_kwargs, chunk.response_metadata
    parts = getattr(chunk, "tool_call_chunks", None)
    whole = parts is None or (isinstance(chunk, RemoteMessage) and not parts)
    calls = _whole_calls(chunk) if whole else []
    if extras:
        yield from before_content(extras)
    content = chunk.content
    if isinstance(content, str):
        if content:
            yield "text", "text", content, {}
    else:
        for at, block in enumerate(content):
            yield from block_pieces(block, at, calls=whole and not calls)
    if extras or metadata:
        yield from after_content(
            extras, metadata, [call.get("name") for call in calls or parts or ()]
        )
    for part in parts or ():
        yield from _call(part, part.get("args") or "")
    for at, call in enumerate(calls):
        args = call.get("args")
        text = args if isinstance(args, str) else compact(args)
        yield from _call({**call, "index": at}, text)


def _whole_calls(message: Any) -> list[Mapping[str, Any]]:
    names = "tool_calls", "invalid_tool_calls"
    return [call for name in names for call in getattr(message, name, None) or ()]


def _call(part: Mapping[str, Any], text: str) -> Iterator[Piece]:
    # Only the first piece has the id and the name; later ones have only the index.
    index = part.get("index")
    more = {"call_id": part["id"]} if part.get("id") else {}
    if part.get("name"):
        more["name"] = part["name"]
    if text or more:
        yield ("tool_call", part.get("id") if index is None else index), "tool_call", text, more


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
    if plain and isinstance(value, Mapping) and "messages" in value:
        return as_messages(value["messages"])
    found: list[Any] = []
    for item in values_of(value):
        if isinstance(item, (list, tuple)):
            found += [each for one in item for each in find_messages_in(one)]
        else:
            found += find_messages_in(item)
    return found


def find_messages_in(item: object) -> list[Any]:
    """Return the item itself in a list if it is a message, local or from a server."""
    if isinstance(item, BaseMessage):
        return [] if item.type == "remove" else [item]
    return [RemoteMessage(item)] if isinstance(item, Mapping) and _is_remote(item) else []


def _is_remote(item: Mapping[str, Any]) -> bool:
    """Whether a mapping has the form of a server's message; rows of data may be similar."""
    kind = item.get("type")
    return (
        isinstance(kind, str)
        and (kind in _TYPES or kind.endswith("MessageChunk"))
        and isinstance(item.get("content", 0), (str, list))
        and isinstance(item.get("id", 0), (str, NoneType))
    )


def as_messages(value: object) -> list[Any]:
    """Convert what LangGraph takes for messages, in a channel of messages.

    Args:
        value: A message, a text, a pair, a mapping, or a list of these.

    Returns:
        LangChain's messages, without removals and without values that are not messages.

    Example:
        >>> [message.content for message in as_messages([("ai", "A"), "B", 3])]
        ['A', 'B']
    """
    several = isinstance(value, list) or (
        isinstance(value, tuple) and any(isinstance(each, BaseMessage) for each in value)
    )
    found: list[Any] = []
    for item in value if several else [value]:  # type: ignore[attr-defined]
        if isinstance(item, BaseMessage):
            found.append(item)
        elif isinstance(item, (str, tuple, list, dict)):
            try:
                found += convert_to_messages([item])
            except Exception:  # noqa: BLE001 - any value; the graph itself reports a wrong one
                _LOG.debug("Cannot read a message.", exc_info=True)
    return [message for message in found if message.type != "remove"]


def values_of(value: object) -> list[Any]:
    """List the values of a state's channels; empty for what has none."""
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
