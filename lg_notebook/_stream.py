"""`stream` and `astream`: a graph's events for code."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from lg_notebook.graphs.graph import node_names
from lg_notebook.model.filters import EventFilter, Filters
from lg_notebook.runtime.execution import Execution
from lg_notebook.streams.as_graph import as_graph

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

    from lg_notebook.events import AnyEvent
    from lg_notebook.model.filters import Patterns


def _prepare(
    graph: object,
    input: object,  # noqa: A002
    config: Mapping[str, Any] | None,
    context: object,
    filters: Filters,
    tokens: str | None,
    version: str,
    stream_mode: str | Sequence[str],
) -> tuple[Execution, EventFilter]:
    runnable = as_graph(graph, version, stream_mode)
    filters.check(node_names(runnable))
    execution = Execution(runnable, input, config, context=context, tokens=tokens)
    return execution, EventFilter(filters)


def stream(
    graph: object,
    input: object,  # noqa: A002 - LangGraph's own name
    config: Mapping[str, Any] | None = None,
    *,
    context: object = None,
    node: Patterns = None,
    tag: Patterns = None,
    agent: Patterns = None,
    kind: Patterns = None,
    tokens: str | None = None,
    version: str = "v1",
    stream_mode: str | Sequence[str] = (),
) -> Iterator[AnyEvent]:
    """Run a graph and yield what happens, token by token.

    Args:
        graph: A compiled graph, an `@entrypoint`, an agent, a `RemoteGraph`, or any other
            LangChain `Runnable`.
        input: The graph's input; `Command(resume=answer)` answers an interrupt.
        config: LangChain's config.
        context: LangGraph's run-time context.
        node: Only events of these nodes; `!name` excludes one.
        tag: Only messages of model calls with these tags, likewise.
        agent: Only messages of these agents, likewise.
        kind: Only these parts of messages, likewise: `text`, `tool`, `reasoning`.
        tokens: Name of the field of custom payloads that holds tokens, for models outside
            LangChain; `.` where the payload itself is the token.
        version: In which version of LangGraph's stream to read the graph: `v1`, `v2` (its parts,
            from LangGraph 1.1) or `v3` (its event streaming, from 1.2, experimental). The events
            are the same; `v3` leaves out what LangGraph does there (see the README).
        stream_mode: LangGraph's modes that the events have to tell. All but one are told anyway;
            `checkpoints` (or `debug`) adds an event for each checkpoint that is saved.

    Returns:
        An iterator of events (see `lg_notebook.events`): plain dicts, in order, with `t` in
        nanoseconds since the run began. Closing it stops the run.

    Raises:
        TypeError: The object is not a graph, or does not stream in this version.
        ValueError: No node has a name given in `node`, there is no such kind, version or
            mode, or `tokens` is no name.
        Exception: Whatever the graph raises, after the `run-end` event.

    Example:
        >>> for event in stream(graph, {"topic": "ice cream"}):
        ...     if event["type"] == "delta":
        ...         print(event["text"], end="|")
    """
    filters = Filters.of(node, tag, agent, kind)
    execution, chosen = _prepare(
        graph, input, config, context, filters, tokens, version, stream_mode
    )
    return (kept for event in execution.events() if (kept := chosen.take(event)) is not None)


def astream(
    graph: object,
    input: object,  # noqa: A002
    config: Mapping[str, Any] | None = None,
    *,
    context: object = None,
    node: Patterns = None,
    tag: Patterns = None,
    agent: Patterns = None,
    kind: Patterns = None,
    tokens: str | None = None,
    version: str = "v1",
    stream_mode: str | Sequence[str] = (),
) -> AsyncIterator[AnyEvent]:
    """Run a graph on the running event loop and yield what happens.

    The async twin of `stream`; the same arguments, events and errors.

    Example:
        >>> async for event in astream(graph, {"topic": "ice cream"}):
        ...     print(event["type"])
    """
    filters = Filters.of(node, tag, agent, kind)
    execution, chosen = _prepare(
        graph, input, config, context, filters, tokens, version, stream_mode
    )
    return _chosen(execution, chosen)


async def _chosen(execution: Execution, chosen: EventFilter) -> AsyncIterator[AnyEvent]:
    async with aclosing(execution.aevents()) as events:
        async for event in events:
            kept = chosen.take(event)
            if kept is not None:
                yield kept
