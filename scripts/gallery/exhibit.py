"""One run of the gallery, and how the graph that made it ran."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lg_notebook import Run, astream
from scripts.gallery.clock import retime

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Exhibit:
    """A run that the gallery shows.

    Attributes:
        name: Its name in file names, such as `four-lanes`.
        look: What to look at, in one sentence.
        make: Makes the run.
        press: Names of buttons to press before the pictures, such as `Graph`.
    """

    name: str
    look: str
    make: Callable[[], Run]
    press: tuple[str, ...] = ()


def ran(graph: Any, value: Any, *, upto: int | None = None, **options: Any) -> Run:
    """Run a graph to its end, whatever that is.

    Args:
        graph: The graph.
        value: Its input.
        upto: Keep only this many events, as of a run that continues; None for all.
        **options: Options of `astream`.

    Returns:
        The run, with the times of the gallery.
    """
    events: list[Any] = []

    async def run() -> None:
        config = {"configurable": {"thread_id": "gallery"}}
        async for event in astream(graph, value, config, **options):
            events.append(event)  # noqa: PERF401 - those before an error are kept

    try:
        asyncio.run(run())
    except Exception as error:
        if not events or events[-1]["type"] != "run-end":
            raise RuntimeError("The graph did not run.") from error
    return retime(Run.from_events(events[:upto]))
