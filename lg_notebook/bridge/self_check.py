"""Check the bridge with a tiny graph, whose tokens are lost unless the bridge works."""

from __future__ import annotations

import asyncio
import threading
from contextvars import Context, ContextVar
from typing import Any, TypedDict

from lg_notebook.bridge.patch import inside
from lg_notebook.exceptions import PatchMismatchError

_WORDS = "does it work"
_PATIENCE = 10.0
"""Seconds after which the check fails; it usually takes a few hundredths of a second."""

alone: ContextVar[bool] = ContextVar("lg_notebook_alone", default=False)
"""Whether cassettes ignore the model calls of this context, as they are not the user's."""


class _State(TypedDict):
    text: str


def _graph() -> Any:
    """Build a graph with the cases that fail: an async node, a chain in it, an async edge."""
    from langchain_core.language_models.fake_chat_models import (  # noqa: PLC0415 - slow
        GenericFakeChatModel,
    )
    from langchain_core.messages import AIMessage  # noqa: PLC0415
    from langchain_core.runnables import RunnableLambda  # noqa: PLC0415
    from langgraph.config import get_stream_writer  # noqa: PLC0415
    from langgraph.graph import END, START, StateGraph  # noqa: PLC0415

    model = GenericFakeChatModel(messages=iter([AIMessage(_WORDS), AIMessage(_WORDS)]))

    async def call(_: Any) -> str:
        return str((await model.ainvoke("")).content)

    async def write(state: _State) -> dict[str, Any]:
        get_stream_writer()("node")
        chain = RunnableLambda(call).with_config(metadata={"lg_notebook": "chain"})
        return {"text": await chain.ainvoke(state["text"])}

    async def choose(state: _State) -> str:
        get_stream_writer()("edge")
        await call(state)
        return END

    builder = StateGraph(_State).add_node("write", write).add_edge(START, "write")
    return builder.add_conditional_edges("write", choose, [END]).compile()


async def _run() -> None:
    """Run the graph and check its stream.

    Raises:
        PatchMismatchError: A part of the stream is missing.
    """
    inside.set(True)
    alone.set(True)
    tokens: dict[Any, str] = {}
    customs: list[Any] = []
    async for mode, item in _graph().astream({"text": ""}, stream_mode=["messages", "custom"]):
        if mode == "custom":
            customs.append(item)
        else:
            chunk, metadata = item
            key = metadata.get("langgraph_node"), metadata.get("lg_notebook")
            tokens[key] = tokens.get(key, "") + str(chunk.content)
    if customs != ["node", "edge"]:
        raise PatchMismatchError("get_stream_writer does not work in async code")
    if tokens.get(("write", None)) != _WORDS:
        raise PatchMismatchError("tokens of a model called in async code get lost")
    if tokens.get(("write", "chain")) != _WORDS:
        raise PatchMismatchError("a chain in async code loses its config")


def check() -> None:
    """Run a tiny graph with the patched LangGraph, in a thread with its own event loop.

    Raises:
        PatchMismatchError: The bridge does not work; the message says what fails.
    """
    from langsmith import tracing_context  # noqa: PLC0415 - slow, and needed only here

    failure: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            with tracing_context(enabled=False):  # keeps this run out of the user's traces
                asyncio.run(_run())
        except BaseException as error:  # noqa: BLE001 - the caller raises it
            failure.append(error)
        finally:
            done.set()

    # An empty context, so that the user's callbacks and context variables do not see this run.
    threading.Thread(
        target=Context().run, args=(work,), name="lg_notebook-probe", daemon=True
    ).start()
    if not done.wait(_PATIENCE):
        raise PatchMismatchError("a tiny graph did not end in time")
    match failure:
        case [PatchMismatchError() as mismatch]:
            raise mismatch
        case [error]:
            raise PatchMismatchError(
                f"a tiny graph raised {type(error).__name__}: {error}"
            ) from error
