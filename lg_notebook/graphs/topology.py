"""What a graph looks like: its nodes and edges, as plain data to draw."""

from __future__ import annotations

import contextlib
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lg_notebook.events import Topology, TopologyEdge, TopologyNode

NODES = 200
"""Nodes that are described at most: more cannot be read as a drawing."""

_EDGES = 4 * NODES
_LABEL = 60
_DEEPEST = 8

_KINDS = {"__start__": "start", "__end__": "end"}
_known: weakref.WeakKeyDictionary[Any, Topology | None] = weakref.WeakKeyDictionary()


def topology(graph: Any) -> Topology | None:
    """Describe a graph, with the subgraphs in it, at any depth.

    A graph is looked at once, and remembered for as long as it lives.

    Args:
        graph: A graph (see `as_graph.as_graph`).

    Returns:
        Its nodes and edges, or None if they cannot be told: not every graph can be drawn, and a
        server is not waited for; what a remote one looks like is known once its server has
        told (`blueprint.ask`).

    Example:
        >>> [node["id"] for node in topology(graph)["nodes"]]
        ['__start__', 'call_model', '__end__']
    """
    try:
        if graph not in _known:
            _known[graph] = _describe(graph)
        return _known[graph]
    except TypeError:  # it cannot be hashed, or not be referred to weakly
        return _describe(graph)


def known(graph: Any) -> Topology | None:
    """A graph's topology, if it was described before."""
    with contextlib.suppress(TypeError):
        return _known.get(graph)
    return None


def remember(graph: Any, described: Topology) -> None:
    """Note what a remote graph looks like, for as long as it lives."""
    with contextlib.suppress(TypeError):
        _known[graph] = described


def _describe(graph: Any) -> Topology | None:
    if hasattr(graph, "assistant_id"):
        return None
    drawing = _Drawing()
    try:
        drawing.level(graph, None, 0)
    except Exception:  # noqa: BLE001 - a drawing that fails must not keep a graph from running
        return None
    return {"nodes": drawing.nodes, "edges": drawing.edges, "omitted": drawing.omitted}


class _Drawing:
    """A description in the making."""

    def __init__(self) -> None:
        self.nodes: list[TopologyNode] = []
        self.edges: list[TopologyEdge] = []
        self.omitted = 0

    def level(self, graph: Any, parent: str | None, depth: int) -> None:
        """Add a graph's nodes and edges.

        LangGraph's own `xray` is not used: it melts subgraphs into one flat graph and asks
        remote ones over the network. Level by level, a subgraph keeps its own beginning and end.

        Args:
            graph: The graph.
            parent: Id of the node that runs it; None for the root graph.
            depth: How many graphs it is in.
        """
        drawn = graph.get_graph()
        inner = _subgraphs(graph) if depth < _DEEPEST else {}
        ids: dict[str, str] = {}
        for name in drawn.nodes:
            if len(self.nodes) >= NODES:
                self.omitted += 1
                continue
            ids[name] = name if parent is None else f"{parent}|{name}"
            kind: Any = _KINDS.get(name, "subgraph" if name in inner else "node")
            self.nodes.append({"id": ids[name], "label": name, "kind": kind, "parent": parent})
            if name in inner:
                self._inside(inner[name], self.nodes[-1], depth)
        # A functional graph has no choices to draw: LangGraph marks its only edge as one.
        chooses = hasattr(graph, "builder")
        order = {name: number for number, name in enumerate(drawn.nodes)}
        for edge in sorted(drawn.edges, key=lambda e: (order[e.source], order[e.target])):
            if edge.source in ids and edge.target in ids and len(self.edges) < _EDGES:
                self.edges.append(
                    {
                        "source": ids[edge.source],
                        "target": ids[edge.target],
                        "conditional": bool(edge.conditional) and chooses,
                        "label": None if edge.data is None else str(edge.data)[:_LABEL],
                    }
                )

    def _inside(self, graph: Any, node: TopologyNode, depth: int) -> None:
        """Add a subgraph, or have its node drawn as any other if it cannot be looked into."""
        nodes, edges = len(self.nodes), len(self.edges)
        try:
            self.level(graph, node["id"], depth + 1)
        except Exception:  # noqa: BLE001 - what it runs will be seen when it runs
            del self.nodes[nodes:], self.edges[edges:]
        if len(self.nodes) == nodes:
            node["kind"] = "node"


def _subgraphs(graph: Any) -> dict[str, Any]:
    """The graphs that a graph's nodes run, by node, without remote ones."""
    try:
        found = dict(graph.get_subgraphs())
    except Exception:  # noqa: BLE001 - not every graph can tell
        return {}
    return {name: sub for name, sub in found.items() if not hasattr(sub, "assistant_id")}
