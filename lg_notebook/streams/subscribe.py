"""Run a graph and yield its stream items: the only module that calls the graph."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from langchain_core.tools import BaseTool

from lg_notebook import bridge
from lg_notebook.exceptions import GraphTypeError
from lg_notebook.graphs.graph import with_subgraphs
from lg_notebook.graphs.object_walk import reachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping

    from lg_notebook.remote.run import Remote
    from lg_notebook.streams.model_calls import ModelCallRecorder

Item = tuple[tuple[str, ...], str, Any]
"""`(namespace, mode, payload)`: what LangGraph's v1 stream yields for several modes with
`subgraphs=True`."""

MODES = ["messages", "updates", "custom", "tasks", "values"]
"""The modes of every run: together they cost no more than `messages` alone."""

TOOLS = "tools"
"""LangGraph's mode for tool calls, from 1.2; earlier versions ignore it. It is not in LangGraph's
`StreamMode` (`pregel/_tools.py` has what it yields)."""


def _arguments(
    config: Mapping[str, Any] | None,
    context: object,
    graph: Any,
    recorder: ModelCallRecorder | None,
    stream_modes: list[str] | None,
) -> dict[str, Any]:
    own = None if config is None else dict(config)
    if recorder is not None and not hasattr(graph, "assistant_id"):
        recorder.log.by_events = getattr(graph, "by_events", False) is True
        own = recorder.join(own, graph)
    arguments: dict[str, Any] = {
        "config": own,
        "stream_mode": modes(graph) if stream_modes is None else stream_modes,
        "subgraphs": True,
    }
    if context is not None:
        if hasattr(graph, "assistant_id") and "context" not in _parameters(graph.stream):
            msg = "This version of RemoteGraph takes no context: update langgraph."
            raise GraphTypeError(msg)
        arguments["context"] = context
    return arguments


def modes(graph: Any, things: Iterable[Any] | None = None) -> list[str]:
    """Choose the stream modes of a graph: that of tools only if it has tools.

    That mode costs some percent per token. A server refuses modes that it does not know, and a
    `RemoteGraph` requests the modes of the graph around it, too. `values` is requested
    from servers as well: they send more than a kilobyte of metadata with every token, so the state
    at each step adds little. It is a part of `tasks` anyway.

    Args:
        graph: A graph (see `as_graph`).
        things: The objects that it can reach, if they are known.

    Returns:
        `MODES`, or those and `TOOLS`.
    """
    if hasattr(graph, "assistant_id"):
        return MODES
    tools = False
    for thing in chain(with_subgraphs(graph), reachable(graph) if things is None else things):
        if any(kind.__name__ == "RemoteGraph" for kind in type(thing).__mro__):
            return MODES
        tools = tools or isinstance(thing, BaseTool)
    return [*MODES, TOOLS] if tools else MODES


def _parameters(function: Callable[..., Any]) -> Mapping[str, Any]:
    import inspect  # noqa: PLC0415 - rare

    return inspect.signature(function).parameters


def subscribe(
    graph: Any,
    input: object,  # noqa: A002
    config: Mapping[str, Any] | None = None,
    context: object = None,
    recorder: ModelCallRecorder | None = None,
    remote: Remote | None = None,
    stream_modes: list[str] | None = None,
) -> Iterator[Item]:
    """Run a graph in this thread; yield its stream items.

    Args:
        graph: A graph (see `as_graph`).
        input: Its input.
        config: LangChain's config.
        context: LangGraph's run-time context.
        recorder: Notes the model calls, if the graph is a local one.
        remote: The run on its server, if the graph is a remote one.
        stream_modes: The modes of the graph; those of `modes` by default.

    Yields:
        `(namespace, mode, payload)`.

    Raises:
        TypeError: The graph takes no context.

    Example:
        >>> for namespace, mode, payload in subscribe(graph, {"topic": "ice cream"}):
        ...     print(mode)
    """
    if remote is not None:
        return remote.stream(input, _arguments(config, context, graph, None, stream_modes))
    arguments = _arguments(config, context, graph, recorder, stream_modes)
    return bridge.scoped(iter(graph.stream(input, **arguments)))


def asubscribe(
    graph: Any,
    input: object,  # noqa: A002
    config: Mapping[str, Any] | None = None,
    context: object = None,
    recorder: ModelCallRecorder | None = None,
    remote: Remote | None = None,
    stream_modes: list[str] | None = None,
) -> AsyncIterator[Item]:
    """Run a graph on this loop; yield its stream items (see `subscribe`)."""
    if remote is not None:
        return remote.astream(input, _arguments(config, context, graph, None, stream_modes))
    if recorder is not None:
        recorder.log.unbridged = not bridge.works() and not hasattr(graph, "assistant_id")
    arguments = _arguments(config, context, graph, recorder, stream_modes)
    stream = aiter_of(graph.astream(input, **arguments))
    return bridge.ascoped(stream)


def aiter_of(stream: Any) -> AsyncIterator[Item]:
    """Convert a stream to an async iterator."""
    iterator: AsyncIterator[Item] = stream.__aiter__()
    return iterator
