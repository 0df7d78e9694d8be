"""Build a graph of one node from any LangChain `Runnable`.

A chat model or a chain by itself reports its tokens to its callbacks only. In a node, LangGraph's
messages mode yields `(message_chunk, metadata)` for every chat model in it, however that is
called. It adds the model's tags, and leaves out models that are tagged `nostream`. For
text-completion models a handler of our own does the same (`text_models`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import (
    Runnable,
    RunnableConfig,
    RunnableGenerator,
    RunnableLambda,
)
from langgraph.func import entrypoint
from langgraph.types import StreamWriter

from lg_notebook.streams.text_models import streaming, with_text_models

if TYPE_CHECKING:
    from collections.abc import Iterator

_RESERVED = str.maketrans("|:", "__")
"""Characters that LangGraph allows in no node's name."""


def one_node(runnable: Runnable[Any, Any]) -> Any:
    """Build a graph whose only node invokes a runnable.

    Args:
        runnable: A chat model, a chain, a retriever, …

    Returns:
        A graph with the runnable's input, output and name, in both forms if it has both.

    Example:
        >>> one_node(prompt | chat_model).invoke({"topic": "ice cream"})
    """
    own = streaming(runnable)

    def call(input: Any, *, config: RunnableConfig, writer: StreamWriter) -> Any:  # noqa: A002
        return own.invoke(input, with_text_models(config, writer))

    async def acall(input: Any, *, config: RunnableConfig, writer: StreamWriter) -> Any:  # noqa: A002
        return await own.ainvoke(input, with_text_models(config, writer))

    # LangGraph reads these to name the node, to pass the config and to read the input's schema.
    for function in (call, acall):
        function.__name__ = runnable.get_name().translate(_RESERVED)
        function.__annotations__ = {
            "input": runnable.InputType,
            "config": RunnableConfig,
            "writer": StreamWriter,
        }
    if any(_is_async_only(part) for part in _parts(runnable)):
        return entrypoint()(acall)
    graph = entrypoint()(call)
    # An entrypoint is one function. Without this the async form would be the sync one in a
    # thread, in which the user's async clients do not work.
    bound: Any = graph.nodes[call.__name__].bound
    bound.afunc = acall
    return graph


def _is_async_only(part: Any) -> bool:
    """Whether it is a function, or generator, that has only an async form."""
    if isinstance(part, RunnableLambda):
        return not hasattr(part, "func")
    return isinstance(part, RunnableGenerator) and not hasattr(part, "_transform")


def _parts(thing: Any) -> Iterator[Any]:
    """Yield a runnable, and those that it consists of."""
    if isinstance(thing, Runnable):
        yield thing
        # Not by `__getattr__`, by which runnables pass attributes of others on.
        thing = object.__getattribute__(thing, "__dict__")
    if isinstance(thing, Mapping):
        thing = list(thing.values())
    for each in thing if isinstance(thing, (list, tuple)) else ():
        yield from _parts(each)
