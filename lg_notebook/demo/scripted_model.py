"""A chat model that streams fixed replies piece by piece, like a real model."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections.abc import Iterator  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING, Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from langchain_core.messages import BaseMessage
    from langchain_core.messages.ai import UsageMetadata

_PIECE = 8
"""Characters in one piece of a tool call's arguments."""


class ScriptedModel(BaseChatModel):
    """Answers each call with the next of its replies; after the last one, with the first again.

    Args:
        replies: The replies. Texts and reasoning are streamed word by word, and the arguments of
            tool calls some characters at a time.
        pause: Seconds before each piece.
        model: The model's name.

    Example:
        >>> model = ScriptedModel(replies=[AIMessage("Hello there.")])
        >>> [chunk.content for chunk in model.stream("Hi")][:2]
        ['Hello ', 'there.']
    """

    replies: list[AIMessage]
    pause: float = 0.02
    model: str = "scripted"
    _calls: Iterator[int] = PrivateAttr(default_factory=itertools.count)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **_: Any) -> Any:  # noqa: ARG002 - the replies name the tools
        """Return the model itself, which calls the tools that its replies name."""
        return self

    def _reply(self) -> AIMessage:
        return self.replies[next(self._calls) % len(self.replies)]

    def _chunks(self, messages: list[BaseMessage]) -> Iterator[ChatGenerationChunk]:
        pieces = list(_pieces(self._reply()))
        read = sum(len(_words(str(message.content))) for message in messages)
        for at, piece in enumerate(pieces):
            if at == len(pieces) - 1:
                counted = {
                    "input_tokens": read,
                    "output_tokens": len(pieces),
                    "total_tokens": read + len(pieces),
                }
                # A cast: for Python 3.10, type checkers regard its optional keys as required.
                piece.usage_metadata = cast("UsageMetadata", counted)
            yield ChatGenerationChunk(message=piece)

    def _stream(
        self, messages: list[BaseMessage], *_: Any, **__: Any
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in self._chunks(messages):
            time.sleep(self.pause)
            yield chunk

    async def _astream(
        self, messages: list[BaseMessage], *_: Any, **__: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._chunks(messages):
            await asyncio.sleep(self.pause)
            yield chunk

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        whole, *others = [chunk.message for chunk in self._stream(messages)]
        for other in others:
            whole = whole + other
        message = AIMessage(
            content=whole.content,
            tool_calls=getattr(whole, "tool_calls", []),
            usage_metadata=getattr(whole, "usage_metadata", None),
        )
        return ChatResult(generations=[ChatGeneration(message=message)])


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*|\s+", text)


def _pieces(reply: AIMessage) -> Iterator[AIMessageChunk]:
    """Split a message into the chunks that a model would stream; at least one."""
    found = False
    for content in _contents(reply):
        found = True
        yield AIMessageChunk(content=content)
    for index, call in enumerate(reply.tool_calls):
        found = True
        first = tool_call_chunk(name=call["name"], args="", id=call["id"], index=index)
        yield AIMessageChunk(content="", tool_call_chunks=[first])
        text = json.dumps(call["args"], ensure_ascii=False)
        for at in range(0, len(text), _PIECE):
            more = tool_call_chunk(args=text[at : at + _PIECE], index=index)
            yield AIMessageChunk(content="", tool_call_chunks=[more])
    if not found:
        yield AIMessageChunk(content="")


def _contents(reply: AIMessage) -> Iterator[Any]:
    if isinstance(reply.content, str):
        yield from _words(reply.content)
        return
    for index, block in enumerate(reply.content):
        if isinstance(block, str):
            yield from _words(block)
            continue
        key = str(block.get("type"))
        text = block.get(key)
        for word in _words(text) if isinstance(text, str) else [text]:
            yield [{**block, **({} if word is None else {key: word}), "index": index}]
