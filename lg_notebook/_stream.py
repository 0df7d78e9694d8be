"""`stream` and `astream`: run a graph and yield its events."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from lg_notebook.core.run_options import StreamOptions, complete, documented
from lg_notebook.model.filters import EventFilter
from lg_notebook.runtime.execution import Execution
from lg_notebook.runtime.run_setup import GraphSetup

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from typing_extensions import Unpack

    from lg_notebook.events import AnyEvent


def _prepare(
    graph: object,
    input: object,  # noqa: A002
    config: Mapping[str, Any] | None,
    options: StreamOptions,
    caller: str,
) -> tuple[Execution, EventFilter]:
    setup = GraphSetup(graph, complete(StreamOptions, options, caller))
    source = setup.source(input, config, context=setup.context)
    return Execution(source), EventFilter(setup.filters)


@documented(StreamOptions)
def stream(
    graph: object,
    input: object,  # noqa: A002 - LangGraph's own name
    config: Mapping[str, Any] | None = None,
    **options: Unpack[StreamOptions],
) -> Iterator[AnyEvent]:
    """Run a graph and yield its events, token by token.

    Args:
        graph: A compiled graph, an `@entrypoint`, an agent, a `RemoteGraph`, or any other
            LangChain `Runnable`.
        input: The graph's input; `Command(resume=answer)` answers an interrupt.
        config: LangChain's config.
        **options: Options of the run; see the table of options.

    Returns:
        An iterator of events (see `lg_notebook.events`): plain dicts, in order, with `t` in
        nanoseconds since the run began. Closing the iterator stops the run.

    Raises:
        GraphTypeError: The object is not a graph, or does not stream in this version.
        OptionError: There is no such option, node, kind, version or mode, or `tokens` is not a
            name.
        Exception: Whatever the graph raises, after the `run-end` event.

    Example:
        >>> for event in stream(graph, {"topic": "ice cream"}):
        ...     if event["type"] == "delta":
        ...         print(event["text"], end="|")
    """
    execution, event_filter = _prepare(graph, input, config, options, "stream")
    return (kept for event in execution.events() if (kept := event_filter.take(event)) is not None)


@documented(StreamOptions)
def astream(
    graph: object,
    input: object,  # noqa: A002
    config: Mapping[str, Any] | None = None,
    **options: Unpack[StreamOptions],
) -> AsyncIterator[AnyEvent]:
    """Run a graph on the running event loop and yield its events.

    The async form of `stream`, with the same arguments, events and errors.

    Example:
        >>> async for event in astream(graph, {"topic": "ice cream"}):
        ...     print(event["type"])
    """
    execution, event_filter = _prepare(graph, input, config, options, "astream")
    return _filtered(execution, event_filter)


async def _filtered(execution: Execution, event_filter: EventFilter) -> AsyncIterator[AnyEvent]:
    async with aclosing(execution.aevents()) as events:
        async for event in events:
            kept = event_filter.take(event)
            if kept is not None:
                yield kept
