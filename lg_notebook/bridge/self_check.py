"""The bridge's self-check: a tiny graph whose tokens get lost unless the bridge works."""

from __future__ import annotations

import asyncio
import threading
from contextvars import Context, ContextVar
from typing import Any, TypedDict

from lg_notebook.bridge.patch import inside
from lg_notebook.exceptions import PatchMismatchError

_WORDS = "does it work"
_PATIENCE = 10.0
"""Seconds after which the check counts as failed; it takes a few hundredths of one."""

alone: ContextVar[bool] = ContextVar("lg_notebook_alone", default=False)
"""Where this is set, models answer themselves: what lg_notebook tries is not the user's."""


class _State(TypedDict):
    said: str


def _graph() -> Any:
    """A node that does what goes wrong, each in its own way, and an async conditional edge."""
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

    async def speak(state: _State) -> dict[str, Any]:
        get_stream_writer()("node")
        chain = RunnableLambda(call).with_config(metadata={"lg_notebook": "chain"})
        return {"said": await chain.ainvoke(state["said"])}

    async def choose(state: _State) -> str:
        get_stream_writer()("edge")
        await call(state)
        return END

    builder = StateGraph(_State).add_node("speak", speak).add_edge(START, "speak")
    return builder.add_conditional_edges("speak", choose, [END]).compile()


async def _run() -> None:
    """Run it.

    Raises:
        Moved: Something is missing in what it streams.
    """
    inside.set(True)
    alone.set(True)
    tokens: dict[Any, str] = {}
    customs: list[Any] = []
    async for mode, item in _graph().astream({"said": ""}, stream_mode=["messages", "custom"]):
        if mode == "custom":
            customs.append(item)
        else:
            chunk, metadata = item
            key = metadata.get("langgraph_node"), metadata.get("lg_notebook")
            tokens[key] = tokens.get(key, "") + str(chunk.content)
    if customs != ["node", "edge"]:
        raise PatchMismatchError("get_stream_writer does not work in async code")
    if tokens.get(("speak", None)) != _WORDS:
        raise PatchMismatchError("tokens of a model called in async code get lost")
    if tokens.get(("speak", "chain")) != _WORDS:
        raise PatchMismatchError("a chain in async code loses its config")


def check() -> None:
    """Try what the patched LangGraph does, in a thread with an event loop of its own.

    Raises:
        Moved: It does not do what it should; the text says what.
    """
    from langsmith import tracing_context  # noqa: PLC0415 - slow, and needed only here

    failure: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            with tracing_context(enabled=False):  # this run is no business of the user's traces
                asyncio.run(_run())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is reported
            failure.append(error)
        finally:
            done.set()

    # An empty context: nothing that the user has set is to see this run.
    threading.Thread(
        target=Context().run, args=(work,), name="lg_notebook-probe", daemon=True
    ).start()
    if not done.wait(_PATIENCE):
        raise PatchMismatchError("a tiny graph did not come to its end")
    match failure:
        case [PatchMismatchError() as moved]:
            raise moved
        case [error]:
            raise PatchMismatchError(
                f"a tiny graph raised {type(error).__name__}: {error}"
            ) from error
