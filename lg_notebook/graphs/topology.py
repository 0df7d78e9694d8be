"""Describe a graph's topology: its nodes and edges, as plain data to draw."""

from __future__ import annotations

import contextlib
import logging
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lg_notebook.events import Topology, TopologyEdge, TopologyNode

_LOG = logging.getLogger(__name__)

NODES = 200
"""Nodes to describe at most; a drawing of more is unreadable."""

_EDGES = 4 * NODES
_LABEL = 60
_DEEPEST = 8

_KINDS = {"__start__": "start", "__end__": "end"}
_known: weakref.WeakKeyDictionary[Any, Topology | None] = weakref.WeakKeyDictionary()


def topology(graph: Any) -> Topology | None:
    """Describe a graph, with its subgraphs at any depth.

    The topology of a graph is cached for the graph's lifetime.

    Args:
        graph: A graph (see `as_graph.as_graph`).

    Returns:
        Its nodes and edges; None if the graph cannot be drawn. A remote graph also has None,
        until its server has sent the topology (`remote.topology`).

    Example:
        >>> [node["id"] for node in topology(graph)["nodes"]]
        ['__start__', 'call_model', '__end__']
    """
    try:
        if graph not in _known:
            _known[graph] = _describe(graph)
        return _known[graph]
    except TypeError:  # the graph has no hash or no weak references
        return _describe(graph)


def known(graph: Any) -> Topology | None:
    """Return a graph's cached topology, or None.

    Args:
        graph: A graph.
    """
    with contextlib.suppress(TypeError):
        return _known.get(graph)
    return None


def remember(graph: Any, described: Topology) -> None:
    """Cache the topology of a remote graph for the graph's lifetime.

    Args:
        graph: The graph.
        described: Its topology.
    """
    with contextlib.suppress(TypeError):
        _known[graph] = described


def _describe(graph: Any) -> Topology | None:
    if hasattr(graph, "assistant_id"):
        return None
    drawing = _Drawing()
    try:
        drawing.level(graph, None, 0)
    except Exception:  # noqa: BLE001 - an error here must not prevent the run
        _LOG.debug("Cannot describe a graph.", exc_info=True)
        return None
    return {"nodes": drawing.nodes, "edges": drawing.edges, "omitted": drawing.omitted}


class _Drawing:
    """Collects the nodes and edges of one graph."""

    def __init__(self) -> None:
        self.nodes: list[TopologyNode] = []
        self.edges: list[TopologyEdge] = []
        self.omitted = 0

    def level(self, graph: Any, parent: str | None, depth: int) -> None:
        """Add a graph's nodes and edges.

        LangGraph's own `xray` is not used: it merges subgraphs into one flat graph, and sends
        requests for remote graphs. Level by level, a subgraph keeps its own start and end.

        Args:
            graph: The graph.
            parent: Id of the node that runs it; None for the root graph.
            depth: The number of enclosing graphs.
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
        # A functional graph has no conditional edges, but LangGraph marks its only edge as one.
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
        """Add a subgraph; if that fails, its node becomes a plain node."""
        nodes, edges = len(self.nodes), len(self.edges)
        try:
            self.level(graph, node["id"], depth + 1)
        except Exception:  # noqa: BLE001 - its tasks appear when they run
            _LOG.debug("Cannot describe the subgraph of %r.", node["id"], exc_info=True)
            del self.nodes[nodes:], self.edges[edges:]
        if len(self.nodes) == nodes:
            node["kind"] = "node"


def _subgraphs(graph: Any) -> dict[str, Any]:
    """Return the subgraphs by the names of their nodes, without remote graphs."""
    try:
        found = dict(graph.get_subgraphs())
    except Exception:  # noqa: BLE001 - not every graph knows its subgraphs
        _LOG.debug("Cannot list the subgraphs of a graph.", exc_info=True)
        return {}
    return {name: sub for name, sub in found.items() if not hasattr(sub, "assistant_id")}
