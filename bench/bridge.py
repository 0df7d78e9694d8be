"""Measure the asyncio bridge, on Python < 3.11."""

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
    """Streams tokens from async code as fast as Python can."""

    async def _astream(
        self, *_: Any, run_manager: Any = None, **__: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream():
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


_MODEL = AsyncFast()


async def bare(state: State) -> dict[str, Any]:
    """Call the model without a config, as people write a node."""
    _MODEL.tokens = state["tokens"]
    await _MODEL.ainvoke("go")
    return {}


async def careful(state: State, config: RunnableConfig) -> dict[str, Any]:
    """Call the model with the config, as LangGraph's guide requires on Python < 3.11."""
    _MODEL.tokens = state["tokens"]
    await _MODEL.ainvoke("go", config)
    return {}


def _graph(node: Any) -> Any:
    return StateGraph(State).add_node("call_model", node).add_edge(START, "call_model").compile()


_BARE, _CAREFUL = _graph(bare), _graph(careful)


async def by_hand(tokens: int) -> int:
    """Stream without the bridge, and pass the config by hand."""
    stream = _CAREFUL.astream({"tokens": tokens}, stream_mode="messages")
    return sum([1 async for _ in stream])


async def everywhere(tokens: int) -> int:
    """Stream with the bridge installed for the whole process."""
    bridge.install()
    try:
        stream = _BARE.astream({"tokens": tokens}, stream_mode="messages")
        return sum([1 async for _ in stream])
    finally:
        bridge.uninstall()


async def scoped(tokens: int) -> int:
    """Stream through the bridge as lg_notebook's own runs do."""
    stream = bridge.ascoped(_BARE.astream({"tokens": tokens}, stream_mode="messages"))
    return sum([1 async for _ in stream])


PATHS: list[Callable[[int], Awaitable[int]]] = [by_hand, everywhere, scoped]


async def _compare(tokens: int, rounds: int) -> dict[str, list[float]]:
    for path in PATHS:  # imports and caches of the first run do not count
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
    """Measure the CPU seconds of each path and round, in changing order.

    Args:
        tokens: Tokens of a run.
        rounds: How often each path runs.

    Raises:
        RuntimeError: A path loses tokens, so that its time is meaningless.
    """
    return asyncio.run(_compare(tokens, rounds))
