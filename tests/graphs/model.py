"""A chat model that says its script, piece by piece."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult


def say(text: str, **more: Any) -> list[AIMessageChunk]:
    """A reply in word-sized pieces; `more` goes onto the last one."""
    words = [word for part in text.split(" ") for word in (" ", part)][1:]
    chunks = [AIMessageChunk(content=word) for word in words[:-1]]
    return [*chunks, AIMessageChunk(content=words[-1], **more)]


class Scripted(BaseChatModel):
    """Answers each call with the next of its replies, over and over.

    Attributes:
        replies: For each call, the chunks to stream.
        pause: Seconds before each chunk.
        fail_after: Raise after so many chunks; -1 never does.
    """

    replies: Sequence[Sequence[AIMessageChunk]]
    pause: float = 0.0
    fail_after: int = -1
    model: str = "scripted-1"
    temperature: float = 0.0
    calls: int = 0

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _next(self) -> list[AIMessageChunk]:
        reply = self.replies[self.calls % len(self.replies)]
        self.calls += 1
        return [chunk.model_copy(deep=True) for chunk in reply]

    def _checked(self, at: int) -> None:
        if at == self.fail_after:
            raise ConnectionError("the model hung up")

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> Iterator[ChatGenerationChunk]:
        for at, message in enumerate(self._next()):
            self._checked(at)
            if self.pause:
                time.sleep(self.pause)
            chunk = ChatGenerationChunk(message=message)
            if run_manager:
                run_manager.on_llm_new_token(str(message.content), chunk=chunk)
            yield chunk

    async def _astream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for at, message in enumerate(self._next()):
            self._checked(at)
            await asyncio.sleep(self.pause)
            chunk = ChatGenerationChunk(message=message)
            if run_manager:
                await run_manager.on_llm_new_token(str(message.content), chunk=chunk)
            yield chunk

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        chunks = self._next()
        whole = chunks[0]
        for chunk in chunks[1:]:
            whole += chunk
        message = AIMessage(
            content=whole.content, tool_calls=whole.tool_calls, usage_metadata=whole.usage_metadata
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def bind_tools(self, tools: Any, **_: Any) -> Any:
        return self
