"""Version `v1`: tuples, which are stream items already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.streams.versions.stream_version import StreamVersion

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from lg_notebook.streams.subscribe import Item


def _check(_graph: Any) -> bool:
    return True


def _stream(graph: Any, input: Any, **arguments: Any) -> Iterator[Item]:  # noqa: A002
    items: Iterator[Item] = graph.stream(input, **arguments)
    return items


def _astream(graph: Any, input: Any, **arguments: Any) -> AsyncIterator[Item]:  # noqa: A002
    items: AsyncIterator[Item] = graph.astream(input, **arguments)
    return items


VERSION = StreamVersion("v1", "0.6", _check, _stream, _astream)
