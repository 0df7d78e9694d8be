"""Run a graph in the background: it still runs when its cell has ended.

A graph with only plain functions runs in a thread; an async one in a thread with an event
loop of its own, so that a cell that computes for a minute holds up neither. But a graph that
holds objects of the notebook's own loop (an `AsyncSqliteSaver`, a lock, a client, a chat model
that has one) runs in that loop, since they work nowhere else.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
from typing import TYPE_CHECKING, Any

from lg_notebook.graphs.loop_affinity import tied
from lg_notebook.kernel import environment, output_routing
from lg_notebook.runtime import worker_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from lg_notebook.runtime.execution import Execution

_LOG = logging.getLogger(__name__)


def home(graph: Any, *, sync: bool) -> asyncio.AbstractEventLoop | None:
    """Return the event loop that a graph has to run in; None if a thread of its own will do.

    Args:
        graph: A graph (see `as_graph.as_graph`).
        sync: Whether it is run by its sync `stream`.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        found = environment.main_loop()
        if found is None:
            return None
        loop = found
    return loop if tied(graph, loop, sync=sync) else None


def start(
    execution: Execution,
    loop: asyncio.AbstractEventLoop | None,
    begin: Callable[[], None],
    end: Callable[[], None],
) -> None:
    """Run in the background; return immediately.

    Args:
        execution: What to run, not yet driven.
        loop: The event loop to run it in; None for a thread.
        begin: Called immediately, in this thread.
        end: Called when the graph has ended, wherever that is. What it shows belongs to this
            cell, as does whatever the graph's nodes print and display.
    """
    completion = execution.completion
    completion.hold()
    completion.loop = loop
    context = contextvars.copy_context()
    scope = contextlib.ExitStack()
    context.run(scope.enter_context, output_routing.routed_to_cell())

    def finish() -> None:
        try:
            end()
        except Exception:  # noqa: BLE001 - no caller is there to catch it
            _LOG.exception("The end of a run in the background could not be shown.")
        finally:
            scope.close()
            completion.reach()

    def work() -> None:
        try:
            execution.block(threaded=True)
        finally:
            finish()

    async def awork() -> None:
        try:
            await execution.arun()
        finally:
            finish()

    try:
        context.run(begin)
    except BaseException:
        scope.close()
        raise
    if loop is not None:
        context.run(environment.spawn, awork, loop)
        return
    if not worker_thread.start(work, "lg_notebook-background", context):
        context.run(work)  # here, with the caller waiting, rather than not at all
