"""The topology of a graph on a server, requested while the graph runs."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
import weakref
from typing import TYPE_CHECKING, Any

import httpx

from lg_notebook.graphs.topology import known, remember
from lg_notebook.remote.drawing import read

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from lg_notebook.events import Topology, TopologyEdge, TopologyNode
    from lg_notebook.privacy.redactor import Redactor

    Then = Callable[[Topology], object]

PATIENCE = 10.0
"""Seconds to wait for an async client. A sync client has a thread of its own, which ends with the
client's own timeout and delays nothing."""

_LOG = logging.getLogger(__name__)

_lock = threading.Lock()
_waiting: weakref.WeakKeyDictionary[Any, list[Then]] = weakref.WeakKeyDictionary()
_tasks: set[asyncio.Task[None]] = set()
"""Tasks that ask a server, which a loop itself holds only weakly."""


def ask(graph: Any, then: Then) -> None:
    """Ask a server what its graph looks like, without waiting for the answer.

    Each graph has one such request at a time, and none after an answer. If the server does not
    answer, or the answer cannot be read, nothing happens: a drawing must not keep a graph from
    running.

    Args:
        graph: A remote graph (see `graph.is_remote`).
        then: Called with the answer: immediately if that is known, otherwise from the thread or
            the loop of the request.

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
    except RuntimeError:  # there is only an async client, and no loop for it
        _answer(graph, None)
        return
    task = loop.create_task(_aask(graph))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def masked(topology: Topology | None, redactor: Redactor) -> Topology | None:
    """Mask secrets in the names of a server's topology.

    Args:
        topology: The topology; None if it is not known.
        redactor: Masks secrets.

    Returns:
        A copy, or None.
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


class _Question:
    """Which drawing to ask a server for: one with the subgraphs, and then one without them.

    Not every server can look into subgraphs.

    Attributes:
        xray: Whether to ask for the subgraphs; None: do not ask again.
        drawn: The answer; None if there is none.
    """

    def __init__(self) -> None:
        self.xray: bool | None = True
        self.drawn: Topology | None = None

    def answered(self, drawing: Any) -> None:
        self.drawn = read(drawing)
        self.xray = None

    def failed(self, error: Exception) -> None:
        unreachable = isinstance(error, (httpx.TransportError, asyncio.TimeoutError))
        _LOG.debug("no drawing (xray=%s): %s", self.xray, type(error).__name__)
        self.xray = False if self.xray and not unreachable else None


def _ask(graph: Any) -> None:
    question = _Question()
    while question.xray is not None:
        try:
            question.answered(graph.get_graph(xray=question.xray))
        except Exception as error:  # noqa: BLE001, PERF203 - the run continues without a drawing
            question.failed(error)
    _answer(graph, question.drawn)


async def _aask(graph: Any) -> None:
    question = _Question()
    try:
        while question.xray is not None:
            try:
                drawing: Coroutine[Any, Any, Any] = graph.aget_graph(xray=question.xray)
                question.answered(await asyncio.wait_for(drawing, PATIENCE))
            except Exception as error:  # noqa: BLE001, PERF203 - the same
                question.failed(error)
    finally:
        _answer(graph, question.drawn)


def _answer(graph: Any, drawn: Topology | None) -> None:
    if drawn is not None:
        remember(graph, drawn)
    with _lock:
        listeners = _waiting.pop(graph, [])
    if drawn is None:
        return
    for then in listeners:
        try:
            then(drawn)
        except Exception:  # noqa: BLE001, PERF203 - its widget may be closed
            _LOG.debug("nobody takes the drawing", exc_info=True)
