"""The only module that calls the graph."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool

from lg_notebook import bridge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from lg_notebook.remote.run import Remote
    from lg_notebook.streams.model_calls import ModelCallRecorder

Item = tuple[tuple[str, ...], str, Any]
"""`(namespace, mode, payload)`: what LangGraph's v1 stream yields for several modes with
`subgraphs=True`."""

MODES = ["messages", "updates", "custom", "tasks", "values"]
"""Always these: they cost no more than `messages` alone."""

TOOLS = "tools"
"""LangGraph's mode for tool calls, from 1.2; earlier versions take no notice of it. It is not
in LangGraph's `StreamMode` (`pregel/_tools.py` has what it yields)."""


def is_graph(obj: object) -> bool:
    """Whether it streams as LangGraph's graphs do (local or remote)."""
    return all(callable(getattr(obj, name, None)) for name in ("stream", "astream")) and (
        hasattr(obj, "get_graph") and (hasattr(obj, "nodes") or hasattr(obj, "assistant_id"))
    )


def is_remote(graph: Any) -> bool:
    """Whether it runs on a server, by LangGraph's clients, as a `RemoteGraph` does."""
    return all(hasattr(graph, name) for name in ("assistant_id", "client", "sync_client"))


def as_graph(obj: Any, version: str = "v1", stream_mode: str | Sequence[str] = ()) -> Any:
    """The graph to run for what the user gave.

    Args:
        obj: A graph, or any other langchain-core `Runnable`, which becomes a graph of one node.
        version: In which version of LangGraph's stream to read it (see `version.versioned`).
        stream_mode: LangGraph's modes that a run has to have (likewise).

    Returns:
        The graph itself, or a graph whose only task invokes the runnable.

    Raises:
        TypeError: It is neither, or does not stream in that version; the message says what to do.
        ValueError: There is no such version or mode.
    """
    graph = _as_graph(obj)
    if version == "v1" and not stream_mode:
        return graph
    from lg_notebook.streams.versions import versioned  # noqa: PLC0415 - rarely asked for

    return versioned(graph, version, stream_mode)


def _as_graph(obj: Any) -> Any:
    if is_graph(obj):
        return obj
    if hasattr(obj, "compile") and hasattr(obj, "add_node"):
        msg = f"This {type(obj).__name__} is not compiled yet: use `graph = builder.compile()`."
        raise TypeError(msg)
    if isinstance(obj, Runnable):
        from lg_notebook.streams.runnable import one_node  # noqa: PLC0415 - slow, and rarely needed

        return one_node(obj)
    msg = (
        f"{type(obj).__name__} is not a graph: give a compiled LangGraph graph"
        " (`builder.compile()`), an `@entrypoint`, an agent, a `RemoteGraph`, or another"
        " LangChain `Runnable`."
    )
    raise TypeError(msg)


def graph_name(graph: Any) -> str:
    """The graph's own name, or LangGraph's default `LangGraph`."""
    name = getattr(graph, "name", None) or getattr(graph, "assistant_id", None)
    return name if isinstance(name, str) and name else type(graph).__name__


def node_names(graph: Any) -> list[str] | None:
    """Names of the graph's nodes, its subgraphs' included; None if they cannot be told.

    A remote graph is not asked: that would be a request before anything runs.
    """
    if hasattr(graph, "assistant_id"):
        return None
    names: list[str] = []
    for each in with_subgraphs(graph):
        names += [name for name in getattr(each, "nodes", ()) if not name.startswith("__")]
    return list(dict.fromkeys(names))


def agent_names(graph: Any) -> list[str]:
    """Names of the agents that can be told before a run: the graph and its subgraphs.

    LangChain's `create_agent(…, name=…)` keeps the name in the metadata of the agent's config.
    Agents that only tools call are not among them.
    """
    if hasattr(graph, "assistant_id"):
        return []
    metas = [
        (getattr(each, "config", None) or {}).get("metadata") for each in with_subgraphs(graph)
    ]
    names = [meta.get("lc_agent_name") for meta in metas if isinstance(meta, Mapping)]
    return list(dict.fromkeys(name for name in names if isinstance(name, str) and name))


def with_subgraphs(graph: Any) -> list[Any]:
    """The graph, and those within it, at any depth."""
    found = [graph]
    try:
        found += [sub for _, sub in graph.get_subgraphs(recurse=True)]
    except Exception:  # noqa: BLE001 - not every graph can tell; then the graph itself it is
        return [graph]
    return found


def _arguments(
    config: Mapping[str, Any] | None, context: object, graph: Any, witness: ModelCallRecorder | None
) -> dict[str, Any]:
    own = None if config is None else dict(config)
    if witness is not None and not hasattr(graph, "assistant_id"):
        witness.by_events = getattr(graph, "by_events", False) is True
        own = witness.join(own, graph)
    arguments: dict[str, Any] = {
        "config": own,
        "stream_mode": modes(graph),
        "subgraphs": True,
    }
    if context is not None:
        if hasattr(graph, "assistant_id") and "context" not in _parameters(graph.stream):
            msg = "This version of RemoteGraph takes no context: update langgraph."
            raise TypeError(msg)
        arguments["context"] = context
    return arguments


def modes(graph: Any) -> list[str]:
    """The stream modes to ask for: that of tools only where there are any.

    It costs some percent per token. A server refuses modes that it does not know, and a
    `RemoteGraph` asks its server for the modes of the graph around it, too. The values are had
    from a server as well: it sends more than a kilobyte of metadata with every token, to which
    the state at each step, a part of `tasks` anyway, adds little.
    """
    from lg_notebook.graphs.loop_affinity import reachable  # noqa: PLC0415 - it imports this module

    if hasattr(graph, "assistant_id"):
        return MODES
    tools = False
    for thing in chain(with_subgraphs(graph), reachable(graph)):
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
    witness: ModelCallRecorder | None = None,
    remote: Remote | None = None,
) -> Iterator[Item]:
    """Run the graph; yield what it streams.

    Args:
        graph: A graph (see `as_graph`).
        input: Its input.
        config: LangChain's config.
        context: LangGraph's run-time context.
        witness: Sees the model calls, where the graph is a local one.
        remote: The run on its server, where the graph is a remote one.

    Yields:
        `(namespace, mode, payload)`.
    """
    if remote is not None:
        return remote.stream(input, _arguments(config, context, graph, None))
    return bridge.scoped(iter(graph.stream(input, **_arguments(config, context, graph, witness))))


def asubscribe(
    graph: Any,
    input: object,  # noqa: A002
    config: Mapping[str, Any] | None = None,
    context: object = None,
    witness: ModelCallRecorder | None = None,
    remote: Remote | None = None,
) -> AsyncIterator[Item]:
    """The async twin of `subscribe`."""
    if remote is not None:
        return remote.astream(input, _arguments(config, context, graph, None))
    if witness is not None:
        witness.unbridged = not bridge.works() and not hasattr(graph, "assistant_id")
    stream = aiter_of(graph.astream(input, **_arguments(config, context, graph, witness)))
    return bridge.ascoped(stream)


def aiter_of(stream: Any) -> AsyncIterator[Item]:
    """The stream as an async iterator."""
    iterator: AsyncIterator[Item] = stream.__aiter__()
    return iterator
