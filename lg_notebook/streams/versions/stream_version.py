"""What a version of LangGraph's stream is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from lg_notebook.streams.subscribe import Item


@dataclass(frozen=True)
class StreamVersion:
    """A way to stream a graph, and to read that as stream items.

    Attributes:
        name: LangGraph's name for it, and ours.
        since: The first version of LangGraph that has it.
        check: Whether a local graph has it.
        stream: Streams a graph's items: `(graph, input, **arguments)`, with those arguments that
            LangGraph's `stream` takes.
        astream: The same for `astream`.
        by_events: Whether it is LangGraph's event streaming.
        note: What users should know before they choose it, as the end of a sentence.

    Example:
        >>> VERSION = StreamVersion("v1", "0.6", check, stream, astream)
    """

    name: str
    since: str
    check: Callable[[Any], bool]
    stream: Callable[..., Iterator[Item]]
    astream: Callable[..., AsyncIterator[Item]]
    by_events: bool = False
    note: str = ""
