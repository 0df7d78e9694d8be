"""Find objects of a graph that are bound to an event loop: checkpointers, locks, clients.

Such objects work only in the loop in which they were made or first used. The search covers the
checkpointer, the store, the cache, and the objects that the nodes' functions can reach by their
closures, globals and attributes.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any

from lg_notebook.exceptions import EventLoopConflictError
from lg_notebook.graphs.capabilities import async_only
from lg_notebook.graphs.graph import is_remote
from lg_notebook.graphs.object_walk import package_of, reachable

_LOG = logging.getLogger(__name__)

_ELSEWHERE = re.compile(r"different (event )?loop|Event loop is closed")
"""asyncio's messages about an object that is used outside of its own loop."""


def bound(graph: Any, loop: asyncio.AbstractEventLoop, *, sync: bool = False) -> str | None:
    """Find an object of a graph that is certainly bound to a loop.

    Args:
        graph: A graph (see `as_graph.as_graph`).
        loop: The loop.
        sync: Whether the graph is run by its sync `stream`.

    Returns:
        Its name for a sentence, such as `the checkpointer (AsyncSqliteSaver)`; None if there is
        none.
    """
    for name in ("checkpointer", "store", "cache"):
        part = getattr(graph, name, None)
        if loop_of(part) is loop:
            return f"the {name} ({type(part).__name__})"
    if sync or async_only(graph) is None:  # its nodes do not run on a loop
        return None
    found = (each for each in reachable(graph) if loop_of(each) is loop)
    first = next(found, None)
    return None if first is None else f"its {type(first).__qualname__}"


def tied(graph: Any, loop: asyncio.AbstractEventLoop, *, sync: bool = False) -> bool:
    """Whether a graph should run in a loop, because an object of it is or may become bound to it.

    An `httpx.AsyncClient`, or a chat model with one, keeps connections of the loop in which it
    was first used. An `asyncio.Lock` may be shared with other code in that loop.

    Args:
        graph: A graph (see `as_graph.as_graph`).
        loop: The loop that the user's async objects live in.
        sync: Whether the graph is run by its sync `stream`.
    """
    if bound(graph, loop, sync=sync) is not None:
        return True
    if is_remote(graph):  # its sync client works in any thread
        return not sync and graph.sync_client is None
    if sync or async_only(graph) is None:
        return False
    return any(_may_bind(each) for each in reachable(graph))


def check(graph: Any, instead: str, *, sync: bool = False) -> None:
    """Check that a graph can run while this thread and its event loop are blocked.

    Args:
        graph: A graph (see `as_graph.as_graph`).
        instead: Advice for the error message.
        sync: Whether the graph is run by its sync `stream`.

    Raises:
        EventLoopConflictError: An object of it is bound to this thread's running loop.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    what = bound(graph, loop, sync=sync)
    if what is not None:
        raise EventLoopConflictError(_blocked_message(what, instead))


def explained(error: BaseException, instead: str) -> BaseException:
    """Explain an error that says that an object belongs to another loop.

    Args:
        error: The error of a graph that ran while this thread and its loop were blocked.
        instead: Advice for the error message.

    Returns:
        An `EventLoopConflictError`; or the same error if it has another reason.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, RuntimeError) and _ELSEWHERE.search(str(cause)):
            explanation = EventLoopConflictError(
                _blocked_message("something in it", instead, "another event loop")
            )
            explanation.__cause__ = error
            return explanation
        cause = cause.__cause__ or cause.__context__
    return error


def _blocked_message(
    what: str, instead: str, loop: str = "the notebook's event loop, which this cell blocks"
) -> str:
    return (
        f"This graph cannot run from a blocking cell, because {what} is bound to {loop}: {instead}."
    )


def loop_of(thing: Any) -> Any:
    """Return the event loop in an object's attribute `loop` or `_loop`, or None."""
    for name in ("loop", "_loop"):
        try:
            loop = getattr(thing, name, None)
        except Exception:  # noqa: BLE001 - a user's object may raise anything at any access
            _LOG.debug("A %s raised at %r.", type(thing).__qualname__, name, exc_info=True)
            return None
        if isinstance(loop, asyncio.AbstractEventLoop):
            return loop
    return None


def _may_bind(thing: Any) -> bool:
    kind = type(thing)
    if issubclass(kind, asyncio.Future):
        return True
    package = package_of(thing)
    if package.startswith("langchain_") and package != "langchain_core":
        # The chat models of integrations make their async client at the first await.
        return hasattr(kind, "ainvoke")
    # asyncio's own locks, queues and events all come from a mixin with this method.
    if hasattr(kind, "_get_loop"):
        return True
    return hasattr(kind, "__aenter__") and not hasattr(kind, "__enter__")
