"""Read a server's drawing of its graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.graphs.topology import NODES

if TYPE_CHECKING:
    from lg_notebook.events import Topology, TopologyEdge, TopologyNode

_EDGES = 4 * NODES
_LABEL = 60
_START, _END = "__start__", "__end__"


def read(drawn: Any) -> Topology:
    """Read a server's drawing: one flat graph, whose names contain the subgraphs.

    LangGraph's `xray` replaces each subgraph by its nodes, named `subgraph:node`, and joins
    those with the nodes around it. This restores the subgraphs, with their own starts and ends
    wherever an edge crosses their border, as local graphs are drawn.

    Args:
        drawn: LangChain's `Graph`.

    Returns:
        Its nodes and edges.

    Example:
        >>> read(remote_graph.get_graph(xray=True))["nodes"][0]
        {'id': '__start__', 'label': '__start__', 'kind': 'start', 'parent': None}
    """
    drawing = _Drawing()
    for name in drawn.nodes:
        drawing.node(str(name).split(":"))
    for edge in drawn.edges:
        drawing.edge(edge)
    return drawing.topology()


class _Drawing:
    """Builds a topology from a server's drawing."""

    def __init__(self) -> None:
        self._nodes: dict[str, TopologyNode] = {}
        self._edges: dict[tuple[str, str], TopologyEdge] = {}
        self._omitted = 0

    def node(self, path: list[str]) -> bool:
        """Add a node and its subgraphs; return whether there is room for it."""
        name = "|".join(path)
        if name in self._nodes:
            return True
        if len(path) > 1 and not self.node(path[:-1]):
            self._omitted += 1
            return False
        if len(self._nodes) >= NODES:
            self._omitted += 1
            return False
        parent = "|".join(path[:-1]) if len(path) > 1 else None
        if parent is not None:
            self._nodes[parent]["kind"] = "subgraph"
        kind: Any = {_START: "start", _END: "end"}.get(path[-1], "node")
        self._nodes[name] = {"id": name, "label": path[-1], "kind": kind, "parent": parent}
        return True

    def edge(self, edge: Any) -> None:
        """Add an edge, split where it crosses the borders of subgraphs."""
        source, target = str(edge.source).split(":"), str(edge.target).split(":")
        level = 0
        while level < min(len(source), len(target)) - 1 and source[level] == target[level]:
            level += 1
        label = None if edge.data is None else str(edge.data)[:_LABEL]
        choice = bool(edge.conditional)
        for depth in range(len(source) - 1, level, -1):  # out of subgraphs
            self._piece(source[: depth + 1], [*source[:depth], _END], None, conditional=choice)
        self._piece(source[: level + 1], target[: level + 1], label, conditional=choice)
        for depth in range(level + 1, len(target)):  # and into others
            self._piece([*target[:depth], _START], target[: depth + 1], None, conditional=False)

    def _piece(
        self, source: list[str], target: list[str], label: str | None, *, conditional: bool
    ) -> None:
        one, other = "|".join(source), "|".join(target)
        if one == other or len(self._edges) >= _EDGES:
            return
        if self.node(source) and self.node(target):
            new: TopologyEdge = {
                "source": one, "target": other, "conditional": conditional, "label": label,
            }  # fmt: skip
            self._edges.setdefault((one, other), new)

    def topology(self) -> Topology:
        """Return the topology: nodes of subgraphs follow the node that they belong to."""
        inside: dict[str | None, list[TopologyNode]] = {}
        for node in self._nodes.values():
            inside.setdefault(node["parent"], []).append(node)

        def level(parent: str | None) -> list[TopologyNode]:
            return [each for node in inside.get(parent, ()) for each in (node, *level(node["id"]))]

        edges = list(self._edges.values())
        return {"nodes": level(None), "edges": edges, "omitted": self._omitted}
