"""Convert the content blocks of one model call to chunks of its message: pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessageChunk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ADDRESSES = ("url", "base64", "file_id", "data")
"""The keys of a media block's content."""

# Older versions of langchain-core have neither such a field nor protocol events.
_LAST: dict[str, Any] = {"chunk_position": "last"}


class MessageBlocks:
    """Reads the blocks of one message.

    Args:
        meta: LangGraph's metadata of the call.

    Attributes:
        meta: The same without the call's run id, one object for all chunks.

    Example:
        >>> blocks = MessageBlocks({"langgraph_node": "talk", "run_id": "…"})
        >>> for chunk in blocks.chunks({"event": "message-start", "id": "m1"}):
        ...     print(chunk.id)
        m1
    """

    def __init__(self, meta: Mapping[str, Any]) -> None:
        self.meta = {key: value for key, value in meta.items() if key != "run_id"}
        self._id: str | None = None
        self._text: int | None = None
        self._started: dict[int, Mapping[str, Any]] = {}
        self._seen: set[int] = set()

    def chunks(self, event: Mapping[str, Any]) -> Iterator[AIMessageChunk]:
        """Convert an event to chunks.

        Args:
            event: The data of a `messages` event.

        Yields:
            Chunks; often one, sometimes none.
        """
        kind, at = event["event"], event.get("index", 0)
        if kind == "message-start":
            self._id = event.get("id") or event.get("message_id")
            yield self._chunk()
        elif kind == "content-block-start":
            yield from self._start(at, event["content"])
        elif kind == "content-block-delta":
            yield from self._delta(at, event["delta"])
        elif kind == "content-block-finish":
            yield from self._finish(at, event["content"])
        elif kind == "message-finish":
            yield self._chunk(
                response_metadata=event.get("metadata") or {},
                usage_metadata=_usage(event.get("usage")),
                **_LAST,
            )

    def _chunk(self, content: Any = "", **more: Any) -> AIMessageChunk:
        return AIMessageChunk(content=content, id=self._id, **more)

    def _start(self, at: int, block: Mapping[str, Any]) -> Iterator[AIMessageChunk]:
        self._started[at] = block
        if block["type"] == "tool_call_chunk":
            yield self._part(at, block, block.get("args") or "")
        elif any(block.get(name) for name in _ADDRESSES):
            yield self._whole(at, block)

    def _delta(self, at: int, delta: Mapping[str, Any]) -> Iterator[AIMessageChunk]:
        kind = delta["type"]
        if kind == "text-delta":
            yield self._text_chunk(at, delta["text"])
        elif kind == "reasoning-delta":
            yield self._reasoning_chunk(at, delta["reasoning"])
        elif kind == "tool-call-delta" and self._is_call(at):
            self._seen.add(at)
            yield self._part(at, {}, delta["args"])
        elif kind == "block-delta" and delta["fields"].get("type") == "tool_call_chunk":
            # From servers: everything known about the call so far, except its arguments.
            yield self._part(at, delta["fields"], "")

    def _finish(self, at: int, block: Mapping[str, Any]) -> Iterator[AIMessageChunk]:
        kind, seen = block["type"], at in self._seen
        if kind == "text":
            if not seen and block["text"]:
                yield self._text_chunk(at, block["text"])
        elif kind == "reasoning":
            if not seen and block.get("reasoning"):
                yield self._reasoning_chunk(at, block["reasoning"])
        elif kind in {"tool_call", "invalid_tool_call"}:
            begun = self._started.get(at, {})
            late = {name: block[name] for name in ("id", "name") if not begun.get(name)}
            args = block.get("args") or {}
            text = "" if seen else args if isinstance(args, str) else json.dumps(args)
            if any(late.values()) or text:
                yield self._part(at, late, text)
        elif not seen:
            yield self._whole(at, block)

    def _is_call(self, at: int) -> bool:
        return self._started.get(at, {}).get("type") == "tool_call_chunk"

    def _text_chunk(self, at: int, text: str) -> AIMessageChunk:
        self._seen.add(at)
        if self._text is None:
            self._text = at
        # As most providers do: further texts of the same message are blocks of their own.
        if at == self._text:
            return self._chunk(text)
        return self._chunk([{"type": "text", "text": text, "index": at}])

    def _reasoning_chunk(self, at: int, text: str) -> AIMessageChunk:
        self._seen.add(at)
        return self._chunk([{"type": "reasoning", "reasoning": text, "index": at}])

    def _part(self, at: int, block: Mapping[str, Any], args: str) -> AIMessageChunk:
        part: Any = {
            "type": "tool_call_chunk", "id": block.get("id"), "name": block.get("name"),
            "args": args, "index": at,
        }  # fmt: skip
        return self._chunk(tool_call_chunks=[part])

    def _whole(self, at: int, block: Mapping[str, Any]) -> AIMessageChunk:
        self._seen.add(at)
        inner = block.get("value") if block["type"] == "non_standard" else None
        shown = inner if isinstance(inner, dict) and "type" in inner else block
        return self._chunk([{**shown, "index": at}])


def _usage(counts: Mapping[str, Any] | None) -> Any:
    """Complete LangChain's usage metadata: the protocol may leave out parts of it."""
    if not counts:
        return None
    read, written = counts.get("input_tokens") or 0, counts.get("output_tokens") or 0
    total = counts.get("total_tokens") or read + written
    return {**counts, "input_tokens": read, "output_tokens": written, "total_tokens": total}
