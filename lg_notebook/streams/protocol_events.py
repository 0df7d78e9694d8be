"""From LangGraph's protocol events to what the normalizer takes: pure, no I/O, no clock.

`graph.stream_events(…, version="v3")` yields events of content blocks, `graph.stream(…)` yields
chunks of messages. `Protocol` reads the one as the other, so that a run is the same run whichever
way it was streamed.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from langchain_core.messages import (
    AIMessageChunk,
    BaseMessage,
    BaseMessageChunk,
    message_chunk_to_message,
)

from lg_notebook.normalize.content import channels, find_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lg_notebook.streams.subscribe import Item

Namespace = tuple[str, ...]

_MODES = frozenset({"checkpoints", "custom", "tasks", "tools"})
"""Methods whose data are those of the stream mode of that name."""

_OWN = "custom:"
"""What the methods of a transformer's own channels begin with."""

_ADDRESSES = ("url", "base64", "file_id", "data")
"""Where a block of media holds what it shows."""


class Protocol:
    """Reads the protocol events of one run.

    Example:
        >>> protocol = Protocol()
        >>> for event in graph.stream_events({"topic": "ice cream"}, version="v3"):
        ...     for namespace, mode, payload in protocol.items(event):
        ...         print(mode)
    """

    def __init__(self) -> None:
        self._calls: dict[str, _Call] = {}
        self._updates = False
        self._begun: set[Namespace] = set()
        self._settled: set[str] = set()
        self._spoken: dict[str, Mapping[str, Any]] = {}

    def items(self, event: Mapping[str, Any]) -> Iterator[Item]:
        """What an event means.

        Args:
            event: A protocol event: `{"type": "event", "method": …, "params": {…}}`.

        Yields:
            `(namespace, mode, payload)`, as `graph.stream` does; often one, sometimes none.
        """
        method, params = event["method"], event["params"]
        ns, data = tuple(params["namespace"]), params["data"]
        if method == "messages":
            yield from self._message(ns, *data)
        elif method == "values":
            yield from self._values(ns, data, params.get("interrupts") or ())
        elif method == "updates":
            self._updates = True
            _name(data)
            yield ns, method, data
        elif method in _MODES:
            yield ns, method, data
        elif method.startswith(_OWN):
            yield ns, "custom", {method.removeprefix(_OWN): data}

    def _message(self, ns: Namespace, payload: Any, meta: Mapping[str, Any]) -> Iterator[Item]:
        if not (isinstance(payload, dict) and "event" in payload):
            self._note(payload, meta)
            # A chunk by itself is a whole answer: of a model whose `stream` the node reads.
            whole = isinstance(payload, BaseMessageChunk)
            message = message_chunk_to_message(payload) if whole else payload
            yield ns, "messages", (message, meta)
            return
        name = str(meta.get("run_id"))
        call = self._calls.get(name)
        if call is None or payload["event"] == "message-start":
            call = self._calls[name] = _Call(meta)
        for chunk in call.chunks(payload):
            self._note(chunk, call.meta)
            yield ns, "messages", (chunk, call.meta)
        if payload["event"] in {"message-finish", "error"}:
            del self._calls[name]

    def _note(self, message: Any, meta: Mapping[str, Any]) -> None:
        if message.id:
            self._spoken[message.id] = meta

    def _values(self, ns: Namespace, data: Any, interrupts: Any) -> Iterator[Item]:
        state = channels(data)
        for message in find_messages(state):
            if not message.id or message.id in self._settled:
                continue
            self._settled.add(message.id)
            # Where nothing else tells how a message ended, or of those that no model said. What
            # a graph begins with is not news.
            if ns in self._begun and not self._updates:
                # A copy: with the object itself it would be one more token of the call.
                yield ns, "messages", (message, dict(self._spoken.get(message.id, {})))
        self._begun.add(ns)
        if interrupts:
            yield ns, "updates", {"__interrupt__": interrupts}
        yield ns, "values", state


def _name(update: Any) -> None:
    """Give ids to messages without one, as LangGraph does with those that it streams.

    By them a message is known when the graph around its own hands it on.
    """
    for written in update.values() if isinstance(update, dict) else ():
        for message in find_messages(written):
            if isinstance(message, BaseMessage) and message.id is None:
                message.id = str(uuid.uuid4())


class _Call:
    """A model call that is under way.

    Attributes:
        meta: LangGraph's metadata, the same object for every chunk.
    """

    def __init__(self, meta: Mapping[str, Any]) -> None:
        self.meta = {key: value for key, value in meta.items() if key != "run_id"}
        self._id: str | None = None
        self._text: int | None = None
        self._started: dict[int, Mapping[str, Any]] = {}
        self._said: set[int] = set()

    def chunks(self, event: Mapping[str, Any]) -> Iterator[AIMessageChunk]:
        """The chunks that an event stands for."""
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
            yield self._words(at, delta["text"])
        elif kind == "reasoning-delta":
            yield self._thought(at, delta["reasoning"])
        elif kind == "tool-call-delta" and self._is_call(at):
            self._said.add(at)
            yield self._part(at, {}, delta["args"])
        elif kind == "block-delta" and delta["fields"].get("type") == "tool_call_chunk":
            # From servers: the whole of what is known of the call so far, but for its arguments.
            yield self._part(at, delta["fields"], "")

    def _finish(self, at: int, block: Mapping[str, Any]) -> Iterator[AIMessageChunk]:
        kind, said = block["type"], at in self._said
        if kind == "text":
            if not said and block["text"]:
                yield self._words(at, block["text"])
        elif kind == "reasoning":
            if not said and block.get("reasoning"):
                yield self._thought(at, block["reasoning"])
        elif kind in {"tool_call", "invalid_tool_call"}:
            begun = self._started.get(at, {})
            late = {name: block[name] for name in ("id", "name") if not begun.get(name)}
            args = block.get("args") or {}
            text = "" if said else args if isinstance(args, str) else json.dumps(args)
            if any(late.values()) or text:
                yield self._part(at, late, text)
        elif not said:
            yield self._whole(at, block)

    def _is_call(self, at: int) -> bool:
        return self._started.get(at, {}).get("type") == "tool_call_chunk"

    def _words(self, at: int, text: str) -> AIMessageChunk:
        self._said.add(at)
        if self._text is None:
            self._text = at
        # As most providers say it: further texts of the same message are blocks of their own.
        if at == self._text:
            return self._chunk(text)
        return self._chunk([{"type": "text", "text": text, "index": at}])

    def _thought(self, at: int, text: str) -> AIMessageChunk:
        self._said.add(at)
        return self._chunk([{"type": "reasoning", "reasoning": text, "index": at}])

    def _part(self, at: int, block: Mapping[str, Any], args: str) -> AIMessageChunk:
        part: Any = {
            "type": "tool_call_chunk", "id": block.get("id"), "name": block.get("name"),
            "args": args, "index": at,
        }  # fmt: skip
        return self._chunk(tool_call_chunks=[part])

    def _whole(self, at: int, block: Mapping[str, Any]) -> AIMessageChunk:
        self._said.add(at)
        inner = block.get("value") if block["type"] == "non_standard" else None
        shown = inner if isinstance(inner, dict) and "type" in inner else block
        return self._chunk([{**shown, "index": at}])


# Older versions of langchain-core know no such field, and no protocol events either.
_LAST: dict[str, Any] = {"chunk_position": "last"}


def _usage(counts: Mapping[str, Any] | None) -> Any:
    """LangChain's usage metadata, of which the protocol may leave parts out."""
    if not counts:
        return None
    read, written = counts.get("input_tokens") or 0, counts.get("output_tokens") or 0
    total = counts.get("total_tokens") or read + written
    return {**counts, "input_tokens": read, "output_tokens": written, "total_tokens": total}
