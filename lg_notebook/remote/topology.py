"""The topology of a graph on a server, which is asked beside what runs."""

from __future__ import annotations

import asyncio
import contextlib
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
"""Seconds after which an async client is no longer waited for; its sync twin has a thread of its
own, which ends with the client's own patience and delays nothing."""

_LOG = logging.getLogger(__name__)

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


class _Question:
    """What to ask a server: its drawing with the subgraphs, and then one without them.

    Not every server can look into subgraphs.

    Attributes:
        xray: Whether to ask for the subgraphs; None: ask no more.
        drawn: The answer, as far as there is one.
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
        with contextlib.suppress(Exception):  # it is gone: a widget that was closed
            then(drawn)
