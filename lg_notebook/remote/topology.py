"""The topology of a graph on a server, which is asked beside what runs."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
import weakref
from typing import TYPE_CHECKING, Any

import httpx

from lg_notebook.graphs.topology import NODES, known, remember

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from lg_notebook.events import Topology, TopologyEdge, TopologyNode
    from lg_notebook.privacy.redactor import Redactor

    Then = Callable[[Topology], object]

PATIENCE = 10.0
"""Seconds after which an async client is no longer waited for; its sync twin has a thread of its
own, which ends with the client's own patience and delays nothing."""

_EDGES = 4 * NODES
_LABEL = 60
_START, _END = "__start__", "__end__"

_lock = threading.Lock()
_waiting: weakref.WeakKeyDictionary[Any, list[Then]] = weakref.WeakKeyDictionary()
_tasks: set[asyncio.Task[None]] = set()
"""What asks on a loop, which itself holds its tasks only weakly."""


def ask(graph: Any, then: Then) -> None:
    """Ask a server what its graph looks like, without waiting for the answer.

    Once at a time for each graph, and once and for all where it answers. Where it does not, or
    says what nobody can read, nothing happens: a drawing must not keep a graph from running.

    Args:
        graph: A remote graph (see `graph.is_remote`).
        then: Called with the answer: right here where it is known, else from the thread or the
            loop that asks.

    Example:
        >>> ask(RemoteGraph("agent", url="http://127.0.0.1:2024"), print)
        {'nodes': [{'id': '__start__', 'label': '__start__', 'kind': 'start', …
    """
    found = known(graph)
    if found is not None:
        then(found)
        return
    try:
        with _lock:
            under_way = _waiting.get(graph)
            if under_way is not None:
                under_way.append(then)
                return
            _waiting[graph] = [then]
    except TypeError:  # it cannot be a key
        return
    if getattr(graph, "sync_client", None) is not None:
        work = contextvars.copy_context().run
        name = "lg_notebook-blueprint"
        threading.Thread(target=work, args=(_ask, graph), name=name, daemon=True).start()
        return
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # an async client alone, and no loop to ask it on
        _answer(graph, None)
        return
    task = loop.create_task(_aask(graph))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def masked(topology: Topology | None, redactor: Redactor) -> Topology | None:
    """A server's topology without secrets in its names.

    Args:
        topology: What the server said; None if that is not known.
        redactor: Masks secrets.
    """
    if topology is None:
        return None
    text = redactor.text

    def maybe(name: str | None) -> str | None:
        return None if name is None else text(name)

    nodes: list[TopologyNode] = [
        {**n, "id": text(n["id"]), "label": text(n["label"]), "parent": maybe(n["parent"])}
        for n in topology["nodes"]
    ]
    edges: list[TopologyEdge] = [
        {
            **e,
            "source": text(e["source"]),
            "target": text(e["target"]),
            "label": maybe(e["label"]),
        }
        for e in topology["edges"]
    ]
    return {"nodes": nodes, "edges": edges, "omitted": topology["omitted"]}


def _ask(graph: Any) -> None:
    drawn = None
    for xray in (True, False):  # not every server can look into subgraphs
        try:
            drawn = read(graph.get_graph(xray=xray))
            break
        except httpx.TransportError:  # nobody is there
            break
        except Exception:  # noqa: BLE001, S112 - whatever it is, the run goes on
            continue
    _answer(graph, drawn)


async def _aask(graph: Any) -> None:
    drawn = None
    try:
        for xray in (True, False):
            try:
                drawing: Coroutine[Any, Any, Any] = graph.aget_graph(xray=xray)
                drawn = read(await asyncio.wait_for(drawing, PATIENCE))
                break
            except (httpx.TransportError, asyncio.TimeoutError):  # nobody is there
                break
            except Exception:  # noqa: BLE001, S112 - whatever it is, the run goes on
                continue
    finally:
        _answer(graph, drawn)


def _answer(graph: Any, drawn: Topology | None) -> None:
    if drawn is not None:
        remember(graph, drawn)
    with _lock:
        listeners = _waiting.pop(graph, [])
    if drawn is None:
        return
    for then in listeners:
        with contextlib.suppress(Exception):  # it is gone: a widget that was closed
            then(drawn)


def read(drawn: Any) -> Topology:
    """Read a server's drawing: one flat graph, whose names say what is within what.

    LangGraph's `xray` replaces each subgraph by its nodes, named `subgraph:node`, and joins
    those with the nodes around it. So the subgraphs are put back, with their own beginnings and
    ends where an edge crosses their border, as local graphs are drawn.

    Args:
        drawn: LangChain's `Graph`.

    Returns:
        Its nodes and edges.
    """
    drawing = _Drawing()
    for name in drawn.nodes:
        drawing.node(str(name).split(":"))
    for edge in drawn.edges:
        drawing.edge(edge)
    return drawing.topology()


class _Drawing:
    """A server's drawing, put together again."""

    def __init__(self) -> None:
        self._nodes: dict[str, TopologyNode] = {}
        self._edges: dict[tuple[str, str], TopologyEdge] = {}
        self._omitted = 0

    def node(self, path: list[str]) -> bool:
        """Add a node, and the subgraphs that it is in; whether there is room for it."""
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
        """Add an edge, in as many pieces as it crosses borders of subgraphs."""
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
        """What was put together: nodes of subgraphs after the node that they belong to."""
        inside: dict[str | None, list[TopologyNode]] = {}
        for node in self._nodes.values():
            inside.setdefault(node["parent"], []).append(node)

        def level(parent: str | None) -> list[TopologyNode]:
            return [each for node in inside.get(parent, ()) for each in (node, *level(node["id"]))]

        edges = list(self._edges.values())
        return {"nodes": level(None), "edges": edges, "omitted": self._omitted}
