"""What is measured inside a kernel: the bare loop and the whole path, in turns."""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from bench.graph import GRAPH
from lg_notebook import watch

if TYPE_CHECKING:
    from collections.abc import Callable


def bare(tokens: int) -> None:
    """What people write without lg_notebook, printing nothing."""
    for _chunk, _metadata in GRAPH.stream({"tokens": tokens}, stream_mode="messages"):
        pass


def recorded(tokens: int) -> Any:
    """The whole path without a view."""
    return watch(GRAPH, {"tokens": tokens}, view="quiet")


def whole(tokens: int) -> Any:
    """The whole path, a widget on display."""
    return watch(GRAPH, {"tokens": tokens}, view="widget")


def _cpu(function: Callable[[int], Any], tokens: int) -> float:
    """Seconds of CPU, of all threads, up to the return."""
    gc.collect()
    began = time.process_time()
    function(tokens)
    return time.process_time() - began


def compare(tokens: int, rounds: int) -> None:
    """Print CPU seconds per path and round, as one line of JSON.

    The paths take turns in changing order, so that whatever else the machine does falls on
    all of them alike.
    """
    paths = [bare, recorded, whole]
    rows: dict[str, list[float]] = {path.__name__: [] for path in paths}
    for at in range(rounds):
        for path in paths[at % 3 :] + paths[: at % 3]:
            rows[path.__name__].append(_cpu(path, tokens))
    print(json.dumps(rows))


def memory(tokens: int) -> None:
    """Print the bytes per token that a run keeps beyond its text, as one line of JSON."""
    import tracemalloc  # noqa: PLC0415 - only here, since it slows everything

    from lg_notebook import Run, stream  # noqa: PLC0415

    tracemalloc.start()
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    run = Run.from_events(stream(GRAPH, {"tokens": tokens}))
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    text = sum(sys.getsizeof(word) - sys.getsizeof("") for word in [run.text()])
    print(json.dumps({"bytes": (after - before - text) / tokens}))
