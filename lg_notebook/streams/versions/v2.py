"""Version `v2`: parts, each a mapping with `type`, `ns` and `data`."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from lg_notebook.normalize.content import channels
from lg_notebook.streams.versions.stream_version import StreamVersion

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from lg_notebook.streams.subscribe import Item


def _check(graph: Any) -> bool:
    return "version" in inspect.signature(graph.stream).parameters


def _item(part: Mapping[str, Any]) -> Item:
    mode, data = part["type"], part["data"]
    return part["ns"], mode, channels(data) if mode == "values" else data


def _stream(graph: Any, input: Any, **arguments: Any) -> Iterator[Item]:  # noqa: A002
    return map(_item, graph.stream(input, version="v2", **arguments))


async def _astream(graph: Any, input: Any, **arguments: Any) -> AsyncIterator[Item]:  # noqa: A002
    async for part in graph.astream(input, version="v2", **arguments):
        yield _item(part)


VERSION = StreamVersion("v2", "1.1", _check, _stream, _astream)
