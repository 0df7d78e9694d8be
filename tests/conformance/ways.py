"""The plain loop, and the ways to watch a graph."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from lg_notebook import Run, astream, awatch, bridge, stream, watch
from tests.shells import shell

Build = Callable[[], Any]


def _stream(graph: Any, value: Any, config: Any, **more: Any) -> Run:
    return Run.from_events(stream(graph, value, config, **more))


def _astream(graph: Any, value: Any, config: Any, **more: Any) -> Run:
    async def run() -> Run:
        return Run.from_events([event async for event in astream(graph, value, config, **more)])

    return asyncio.run(run())


def _watch(graph: Any, value: Any, config: Any, **more: Any) -> Run:
    return watch(graph, value, config, view="quiet", **more)


def _awatch(graph: Any, value: Any, config: Any, **more: Any) -> Run:
    return asyncio.run(awatch(graph, value, config, view="quiet", **more))


def _magic(graph: Any, value: Any, config: Any, **more: Any) -> Run:
    options = [
        f"--{name.replace('_', '-')} {one}"
        for name, given in more.items()
        for one in ([given] if isinstance(given, str) else given)
    ]
    with shell() as ip:
        ip.names.update(graph=graph, value=value, config=config or {})
        cell = ip.run(f"%%lgstream graph --config config --quiet {' '.join(options)}\nvalue")
        assert cell.error is None, cell.err
        run: Run = ip.names["_run"]
    return run


WAYS = {
    "stream": _stream,
    "astream": _astream,
    "watch": _watch,
    "awatch": _awatch,
    "magic": _magic,
}

every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
"""A test for each way to watch a graph."""

async_ways = pytest.mark.parametrize(
    "way", [_astream, _watch, _awatch, _magic], ids=["astream", "watch", "awatch", "magic"]
)
"""A test for each way to watch a graph with async nodes."""


def plain(graph: Any, value: Any, mode: Any, config: Any = None, **more: Any) -> list[Any]:
    """The chunks of the plain loop, subgraphs included."""
    return list(graph.stream(value, config, stream_mode=mode, subgraphs=True, **more))


def aplain(graph: Any, value: Any, mode: Any, config: Any = None) -> list[Any]:
    """The async form of `plain`, bare: below Python 3.11 it loses what is not passed by hand."""

    async def run() -> list[Any]:
        loop = graph.astream(value, config, stream_mode=mode, subgraphs=True)
        return [chunk async for chunk in loop]

    return asyncio.run(run())


def bridged(graph: Any, value: Any, mode: Any) -> list[Any]:
    """The same with the bridge: below 3.11 LangGraph's own stream writer raises without it."""
    with bridge.active():
        return aplain(graph, value, mode)


def names(ns: Iterable[str]) -> tuple[str, ...]:
    """A namespace without the tasks' ids, which differ from run to run."""
    return tuple(segment.partition(":")[0] for segment in ns)


def spoken(chunks: list[Any]) -> dict[Any, list[str]]:
    """What the plain loop over messages gives: place → its tokens, in order."""
    found: dict[Any, list[str]] = {}
    for ns, (chunk, meta) in chunks:
        if chunk.content and type(chunk).__name__ == "AIMessageChunk":
            place = names(ns), meta["langgraph_node"], tuple(meta.get("tags") or ())
            found.setdefault(place, []).append(chunk.content)
    return found


def told(run: Run) -> dict[Any, list[str]]:
    """What a run's events give: place → its tokens, in order."""
    found: dict[Any, list[str]] = {}
    starts: dict[int, Any] = {}
    for event in run.events:
        if event["type"] == "message-start" and event["origin"] == "streamed":
            tags = tuple(event["metadata"].get("tags") or ())
            starts[event["message"]] = names(event["ns"]), event["node"], tags
        elif event["type"] == "delta" and event["kind"] == "text" and event["message"] in starts:
            found.setdefault(starts[event["message"]], []).append(event["text"])
    return found


def of_type(run: Run, *types: str) -> list[Any]:
    """A run's events of some types."""
    return [event for event in run.events if event["type"] in types]
