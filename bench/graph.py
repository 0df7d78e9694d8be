"""The graph to measure: one node with one model, which streams any number of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langgraph.graph import START, StateGraph

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = ("the ", "grap", "h is", " a s", "et o", "f no", "des.", " It ", "runs", "\n\n##")
"""Pieces of four characters, as models give them."""


class Fast(BaseChatModel):
    """Streams tokens as fast as Python can."""

    tokens: int = 0
    end: str = ""

    @property
    def _llm_type(self) -> str:
        return "fast"

    def _stream(self, *_: Any, run_manager: Any = None, **__: Any) -> Iterator[ChatGenerationChunk]:
        for at in range(self.tokens):
            # A new string each time, as from a network: its memory counts.
            word = "".join(list(_WORDS[at % len(_WORDS)]))
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=word))
            if run_manager:
                run_manager.on_llm_new_token(word, chunk=chunk)
            yield chunk
        if self.end:
            yield ChatGenerationChunk(message=AIMessageChunk(content=self.end))

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(""))])


class State(TypedDict):
    """The graph's state: how many tokens to stream."""

    tokens: int


MODEL = Fast()


def call_model(state: State) -> dict[str, Any]:
    """Invoke the model, as LangGraph's streaming guide does."""
    MODEL.tokens = state["tokens"]
    MODEL.invoke("go")
    return {}


GRAPH = StateGraph(State).add_node(call_model).add_edge(START, "call_model").compile()
