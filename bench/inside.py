"""Measure inside a kernel: the bare loop, parts of the path, and the whole path."""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets
import traitlets
from IPython.display import display

import lg_notebook
from bench.graph import GRAPH
from lg_notebook import watch

if TYPE_CHECKING:
    from collections.abc import Callable


def bare(tokens: int) -> None:
    """Run the loop that people write without lg_notebook, and print nothing."""
    for _chunk, _metadata in GRAPH.stream({"tokens": tokens}, stream_mode="messages"):
        pass


def recorded(tokens: int) -> Any:
    """Run the whole path without a view."""
    return watch(GRAPH, {"tokens": tokens}, view="quiet")


def whole(tokens: int) -> Any:
    """Run the whole path with a widget on display."""
    return watch(GRAPH, {"tokens": tokens}, view="widget")


_LOADER = Path(lg_notebook.__file__).parent / "static" / "loader.js"


class _Plain(anywidget.AnyWidget):
    """A widget that does nothing, with as much code as ours."""

    _esm = traitlets.Unicode(_LOADER.read_text(encoding="utf-8")).tag(sync=True)
    status = traitlets.Unicode("idle").tag(sync=True)


_LAYOUT: list[ipywidgets.Layout] = []


def plain(tokens: int) -> None:
    """Run the bare loop, and show its text with a plain widget, as hosts need it.

    This is the cost of Jupyter itself: a comm, two changes of state and three messages. At the
    end, one display is updated, and a second display is added for other hosts.
    """
    if not _LAYOUT:
        _LAYOUT.append(ipywidgets.Layout())
    widget = _Plain(layout=_LAYOUT[0])
    widget.status = "running"
    data: dict[str, Any] = (widget._repr_mimebundle_() or ({}, {}))[0]
    handle = display(data, raw=True, display_id=True)
    widget.send({"text": ""})
    bare(tokens)
    text = "word" * tokens
    widget.send({"text": text[: tokens * 2]})
    widget.send({"text": text[tokens * 2 :]})
    widget.status = "done"
    handle.update(data, metadata={"text/plain": {"text": text}}, raw=True)
    display({"text/plain": text, "text/html": text}, raw=True)


def _cpu(function: Callable[[int], Any], tokens: int) -> float:
    """Measure the CPU seconds of all threads until the function returns."""
    gc.collect()
    began = time.process_time()
    function(tokens)
    return time.process_time() - began


def compare(tokens: int, rounds: int) -> None:
    """Print CPU seconds per path and round, as one line of JSON.

    The order of the paths changes, so that other work of the machine affects all of them.
    """
    paths = [bare, plain, recorded, whole]
    rows: dict[str, list[float]] = {path.__name__: [] for path in paths}
    for at in range(rounds):
        for path in paths[at % len(paths) :] + paths[: at % len(paths)]:
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
