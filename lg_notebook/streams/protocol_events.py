"""Convert LangGraph's protocol events to stream items: pure, no I/O, no clock.

`graph.stream_events(…, version="v3")` yields events of content blocks, `graph.stream(…)` yields
chunks of messages. `Protocol` converts the one to the other, so that a run is the same in every
version of the stream.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from langchain_core.messages import (
    BaseMessage,
    BaseMessageChunk,
    message_chunk_to_message,
)

from lg_notebook.normalize.content import channels, find_messages
from lg_notebook.streams.message_blocks import MessageBlocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lg_notebook.streams.subscribe import Item

Namespace = tuple[str, ...]

_MODES = frozenset({"checkpoints", "custom", "tasks", "tools"})
"""Methods whose data are those of the stream mode of that name."""

_OWN = "custom:"
"""The beginning of the methods of a transformer's own channels."""


class Protocol:
    """Reads the protocol events of one run.

    Example:
        >>> protocol = Protocol()
        >>> for event in graph.stream_events({"topic": "ice cream"}, version="v3"):
        ...     for namespace, mode, payload in protocol.items(event):
        ...         print(mode)
    """

    def __init__(self) -> None:
        self._calls: dict[str, MessageBlocks] = {}
        self._updates = False
        self._begun: set[Namespace] = set()
        self._finished: set[str] = set()
        self._streamed: dict[str, Mapping[str, Any]] = {}

    def items(self, event: Mapping[str, Any]) -> Iterator[Item]:
        """Convert an event.

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
            # A chunk by itself is a whole answer, of a model whose stream the node itself reads.
            whole = isinstance(payload, BaseMessageChunk)
            message = message_chunk_to_message(payload) if whole else payload
            yield ns, "messages", (message, meta)
            return
        name = str(meta.get("run_id"))
        call = self._calls.get(name)
        if call is None or payload["event"] == "message-start":
            call = self._calls[name] = MessageBlocks(meta)
        for chunk in call.chunks(payload):
            self._note(chunk, call.meta)
            yield ns, "messages", (chunk, call.meta)
        if payload["event"] in {"message-finish", "error"}:
            del self._calls[name]

    def _note(self, message: Any, meta: Mapping[str, Any]) -> None:
        if message.id:
            self._streamed[message.id] = meta

    def _values(self, ns: Namespace, data: Any, interrupts: Any) -> Iterator[Item]:
        state = channels(data)
        for message in find_messages(state):
            if not message.id or message.id in self._finished:
                continue
            self._finished.add(message.id)
            # If nothing else shows how a message ended, or no model wrote it. The messages that a
            # graph begins with are not new.
            if ns in self._begun and not self._updates:
                # A copy of the metadata: the same object would make it one more token of the call.
                yield ns, "messages", (message, dict(self._streamed.get(message.id, {})))
        self._begun.add(ns)
        if interrupts:
            yield ns, "updates", {"__interrupt__": interrupts}
        yield ns, "values", state


def _name(update: Any) -> None:
    """Give ids to messages without one, as LangGraph does with those that it streams.

    By its id, a message is recognised when the graph around its own passes it on.
    """
    for written in update.values() if isinstance(update, dict) else ():
        for message in find_messages(written):
            if isinstance(message, BaseMessage) and message.id is None:
                message.id = str(uuid.uuid4())
