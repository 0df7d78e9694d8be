"""What a graph says of itself, without running it or asking a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_graph(obj: object) -> bool:
    """Whether it streams as LangGraph's graphs do (local or remote)."""
    return all(callable(getattr(obj, name, None)) for name in ("stream", "astream")) and (
        hasattr(obj, "get_graph") and (hasattr(obj, "nodes") or hasattr(obj, "assistant_id"))
    )


def is_remote(graph: Any) -> bool:
    """Whether it runs on a server, by LangGraph's clients, as a `RemoteGraph` does."""
    return all(hasattr(graph, name) for name in ("assistant_id", "client", "sync_client"))


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
