"""Find the graph to run for an object of the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable

from lg_notebook.exceptions import GraphTypeError
from lg_notebook.graphs.graph import is_graph

if TYPE_CHECKING:
    from collections.abc import Sequence


def as_graph(obj: Any, version: str = "v1", stream_mode: str | Sequence[str] = ()) -> Any:
    """Find the graph to run for an object of the user's.

    Args:
        obj: A graph, or any other langchain-core `Runnable`, which becomes a graph of one node.
        version: In which version of LangGraph's stream to read it (see `versions.versioned`).
        stream_mode: LangGraph's modes that a run has to have (see there).

    Returns:
        The graph itself, or a graph whose only task invokes the runnable.

    Raises:
        GraphTypeError: It is neither, or does not stream in that version; the message says what to do.
        OptionError: There is no such version or mode.

    Example:
        >>> as_graph(chat_model).stream("Why is the sky blue?", stream_mode="messages")
    """
    graph = _as_graph(obj)
    if version == "v1" and not stream_mode:
        return graph
    from lg_notebook.streams.versions import versioned  # noqa: PLC0415 - rarely needed

    return versioned(graph, version, stream_mode)


def _as_graph(obj: Any) -> Any:
    if is_graph(obj):
        return obj
    if hasattr(obj, "compile") and hasattr(obj, "add_node"):
        msg = f"This {type(obj).__name__} is not compiled yet: use `graph = builder.compile()`."
        raise GraphTypeError(msg)
    if isinstance(obj, Runnable):
        from lg_notebook.streams.runnable import one_node  # noqa: PLC0415 - slow, and rarely needed

        return one_node(obj)
    msg = (
        f"{type(obj).__name__} is not a graph: give a compiled LangGraph graph"
        " (`builder.compile()`), an `@entrypoint`, an agent, a `RemoteGraph`, or another"
        " LangChain `Runnable`."
    )
    raise GraphTypeError(msg)
