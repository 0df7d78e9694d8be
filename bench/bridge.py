"""What the asyncio bridge costs where it is needed: below Python 3.11."""

from __future__ import annotations

import asyncio
import gc
import time
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableConfig  # noqa: TC002 - LangGraph reads it
from langgraph.graph import START, StateGraph

from bench.graph import Fast, State
from lg_notebook import bridge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from langchain_core.outputs import ChatGenerationChunk


class AsyncFast(Fast):
    """Streams tokens as fast as Python can, in async code."""

    async def _astream(
        self, *_: Any, run_manager: Any = None, **__: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream():
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


_MODEL = AsyncFast()


async def bare(state: State) -> dict[str, Any]:
    """A node as people write it."""
    _MODEL.tokens = state["tokens"]
    await _MODEL.ainvoke("go")
    return {}


async def careful(state: State, config: RunnableConfig) -> dict[str, Any]:
    """A node as LangGraph's guide asks for it below Python 3.11."""
    _MODEL.tokens = state["tokens"]
    await _MODEL.ainvoke("go", config)
    return {}


def _graph(node: Any) -> Any:
    return StateGraph(State).add_node("speak", node).add_edge(START, "speak").compile()


_BARE, _CAREFUL = _graph(bare), _graph(careful)


async def by_hand(tokens: int) -> int:
    """Without the bridge, the config passed by hand."""
    stream = _CAREFUL.astream({"tokens": tokens}, stream_mode="messages")
    return sum([1 async for _ in stream])


async def everywhere(tokens: int) -> int:
    """With the bridge installed for the whole process."""
    bridge.install()
    try:
        stream = _BARE.astream({"tokens": tokens}, stream_mode="messages")
        return sum([1 async for _ in stream])
    finally:
        bridge.uninstall()


async def scoped(tokens: int) -> int:
    """Bridged as lg_notebook's own runs are."""
    stream = bridge.ascoped(_BARE.astream({"tokens": tokens}, stream_mode="messages"))
    return sum([1 async for _ in stream])


PATHS: list[Callable[[int], Awaitable[int]]] = [by_hand, everywhere, scoped]


async def _compare(tokens: int, rounds: int) -> dict[str, list[float]]:
    for path in PATHS:  # what the first run imports and caches is no part of it
        if await path(tokens) < tokens:
            raise RuntimeError(f"tokens got lost: {path.__doc__}")
    rows: dict[str, list[float]] = {path.__name__: [] for path in PATHS}
    for at in range(rounds):
        for path in PATHS[at % 3 :] + PATHS[: at % 3]:
            gc.collect()
            began = time.process_time()
            await path(tokens)
            rows[path.__name__].append(time.process_time() - began)
    return rows


def compare(tokens: int, rounds: int) -> dict[str, list[float]]:
    """CPU seconds per path and round, the paths taking turns in changing order.

    Args:
        tokens: Tokens of a run.
        rounds: How often each path runs.

    Raises:
        RuntimeError: A path loses tokens, so that its cost means nothing.
    """
    return asyncio.run(_compare(tokens, rounds))
