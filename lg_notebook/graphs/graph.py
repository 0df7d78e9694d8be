"""Read a graph's kind and names, without running it or sending a request to a server."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

_MESSAGES = "messages"

_LOG = logging.getLogger(__name__)


def is_graph(obj: object) -> bool:
    """Whether an object streams like LangGraph's graphs, local or remote.

    Args:
        obj: Any object.

    Example:
        >>> is_graph(builder), is_graph(builder.compile())
        (False, True)
    """
    return all(callable(getattr(obj, name, None)) for name in ("stream", "astream")) and (
        hasattr(obj, "get_graph") and (hasattr(obj, "nodes") or hasattr(obj, "assistant_id"))
    )


def is_remote(graph: Any) -> bool:
    """Whether a graph runs on a server by LangGraph's clients, as a `RemoteGraph` does.

    Args:
        graph: A graph.
    """
    return all(hasattr(graph, name) for name in ("assistant_id", "client", "sync_client"))


def graph_name(graph: Any) -> str:
    """Return the graph's own name; LangGraph's default is `LangGraph`.

    Args:
        graph: A graph.
    """
    name = getattr(graph, "name", None) or getattr(graph, "assistant_id", None)
    return name if isinstance(name, str) and name else type(graph).__name__


def node_names(graph: Any) -> list[str] | None:
    """List the names of the nodes, those of subgraphs included.

    Args:
        graph: A graph.

    Returns:
        The names. None for a remote graph, because that would need a request before the run.
    """
    if hasattr(graph, "assistant_id"):
        return None
    names: list[str] = []
    for each in with_subgraphs(graph):
        names += [name for name in getattr(each, "nodes", ()) if not name.startswith("__")]
    return list(dict.fromkeys(names))


def agent_names(graph: Any) -> list[str]:
    """List the names of the agents that are known before a run: the graph and its subgraphs.

    LangChain's `create_agent(…, name=…)` stores the name in the metadata of the agent's config.
    Agents that only tools call are not known.

    Args:
        graph: A graph.

    Returns:
        The names; empty for a remote graph.
    """
    if hasattr(graph, "assistant_id"):
        return []
    metas = [
        (getattr(each, "config", None) or {}).get("metadata") for each in with_subgraphs(graph)
    ]
    names = [meta.get("lc_agent_name") for meta in metas if isinstance(meta, Mapping)]
    return list(dict.fromkeys(name for name in names if isinstance(name, str) and name))


def message_channels(graph: Any) -> frozenset[str] | None:
    """List the names of the channels in which plain values are messages.

    They have LangGraph's `add_messages` as their reducer, or a function that calls it. `messages`
    counts unless the graph has such a channel of something else: a tool may run other graphs.

    Args:
        graph: A graph.

    Returns:
        The names, those of subgraphs included; None for a remote graph.

    Example:
        >>> message_channels(StateGraph(MessagesState).add_node(talk).compile())
        frozenset({'messages'})
    """
    if hasattr(graph, "assistant_id"):
        return None
    names: set[str] = set()
    others: set[str] = set()
    for each in with_subgraphs(graph):
        found = getattr(each, "channels", None)
        for name, channel in found.items() if isinstance(found, Mapping) else ():
            reducer = getattr(channel, "operator", None) or getattr(channel, "reducer", None)
            (names if _adds_messages(reducer) else others).add(name)
    return frozenset(names | ({_MESSAGES} - others))


def _adds_messages(reducer: Any) -> bool:
    reducer = getattr(reducer, "func", reducer)  # of a partial
    code = getattr(reducer, "__code__", None)
    return getattr(reducer, "__module__", None) == "langgraph.graph.message" or (
        "add_messages" in getattr(code, "co_names", ())
    )


def with_subgraphs(graph: Any) -> list[Any]:
    """List the graph and its subgraphs, at any depth.

    Args:
        graph: A graph.

    Returns:
        The graphs; only the graph itself if it does not know its subgraphs.
    """
    found = [graph]
    try:
        found += [sub for _, sub in graph.get_subgraphs(recurse=True)]
    except Exception:  # noqa: BLE001 - not every graph knows its subgraphs
        _LOG.debug("Cannot list the subgraphs of a graph.", exc_info=True)
        return [graph]
    return found
