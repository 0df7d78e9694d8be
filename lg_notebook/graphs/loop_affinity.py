"""What of a graph is bound to an event loop: savers, locks, clients.

Such objects work in the loop that they were made or first used in, and nowhere else. They are
looked for where a graph has its parts: the checkpointer, the store, and what the nodes'
functions can reach by their closures, globals and attributes.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from lg_notebook.exceptions import EventLoopConflictError
from lg_notebook.graphs.capabilities import async_only
from lg_notebook.graphs.graph import is_remote
from lg_notebook.graphs.object_walk import package_of, reachable

_ELSEWHERE = re.compile(r"different (event )?loop|Event loop is closed")
"""What asyncio says of an object that is used outside of its own loop."""


def bound(graph: Any, loop: asyncio.AbstractEventLoop, *, sync: bool = False) -> str | None:
    """What of a graph is bound to a loop for certain.

    Args:
        graph: A graph (see `as_graph.as_graph`).
        loop: The loop.
        sync: Whether the graph is run by its sync `stream`.

    Returns:
        What to call it in a sentence, such as `the checkpointer (AsyncSqliteSaver)`; None if
        nothing was found.
    """
    for name in ("checkpointer", "store", "cache"):
        part = getattr(graph, name, None)
        if loop_of(part) is loop:
            return f"the {name} ({type(part).__name__})"
    if sync or async_only(graph) is None:  # its nodes are not run on a loop at all
        return None
    found = (each for each in reachable(graph) if loop_of(each) is loop)
    first = next(found, None)
    return None if first is None else f"its {type(first).__qualname__}"


def tied(graph: Any, loop: asyncio.AbstractEventLoop, *, sync: bool = False) -> bool:
    """Whether a graph had better run in a loop: something of it is, or could become, bound.

    An `httpx.AsyncClient` or a chat model that has one keeps connections of the loop that it
    was first used in; an `asyncio.Lock` is shared with those who hold it there.

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
    """See that a graph can run while this thread, with its event loop, waits.

    Args:
        graph: A graph (see `as_graph.as_graph`).
        instead: What to do where it cannot.
        sync: Whether the graph is run by its sync `stream`.

    Raises:
        HeldUp: It holds something that is bound to this thread's running loop.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    what = bound(graph, loop, sync=sync)
    if what is not None:
        raise EventLoopConflictError(_held_up(what, instead))


def explained(error: BaseException, instead: str) -> BaseException:
    """The same error; or, where it says that an object belongs to another loop, what to do.

    Args:
        error: What a graph raised that was run while this thread, with its loop, waited.
        instead: What to do.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, RuntimeError) and _ELSEWHERE.search(str(cause)):
            told = EventLoopConflictError(
                _held_up("something in it", instead, "another event loop")
            )
            told.__cause__ = error
            return told
        cause = cause.__cause__ or cause.__context__
    return error


def _held_up(
    what: str, instead: str, loop: str = "the notebook's event loop, which the cell holds up"
) -> str:
    return (
        f"This graph cannot run while the cell waits for it, since {what} is bound to {loop}:"
        f" {instead}."
    )


def loop_of(thing: Any) -> Any:
    """The loop that an object names as its own."""
    for name in ("loop", "_loop"):
        try:
            loop = getattr(thing, name, None)
        except Exception:  # noqa: BLE001 - a user's object may raise at any question
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
        # The integrations' chat models make their async client when they are first awaited.
        return hasattr(kind, "ainvoke")
    # asyncio's own locks, queues and events all come from a mixin with this method.
    if hasattr(kind, "_get_loop"):
        return True
    return hasattr(kind, "__aenter__") and not hasattr(kind, "__enter__")
