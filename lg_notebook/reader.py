"""Reads a run from LangGraph's protocol events, while somebody else drives the graph."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from lg_notebook.folding import Folder
from lg_notebook.protocol import Protocol
from lg_notebook.redact import Redactor
from lg_notebook.setting import settings
from lg_notebook.witness import Witness

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Generator, Iterable, Mapping

    from lg_notebook.run import Run


class _Reader:
    """Folds protocol events into a run."""

    def __init__(self) -> None:
        self._protocol = Protocol()
        witness = Witness()
        witness.by_events = True
        self._folder = Folder(Redactor(), settings.withhold, witness=witness)
        self.run = self._folder.run
        self._folder.begin("graph", None)

    def take(self, event: Mapping[str, Any]) -> None:
        for item in self._protocol.items(event):
            self._folder.take(item)

    @contextlib.contextmanager
    def reading(self) -> Generator[None, None, None]:
        """Close the run however the events end."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - it is on the run, as wherever a graph is run
            self._folder.end("error", error)
        except BaseException:
            self._folder.end("stopped")
            raise
        else:
            self._folder.end("done")


def read(events: Iterable[Mapping[str, Any]]) -> Run:
    """Fold protocol events into a run (see `Run.from_stream_events`)."""
    if not hasattr(events, "__iter__"):
        msg = (
            "from_stream_events takes what graph.stream_events(…, version='v3') returns, not"
            f" {type(events).__name__}; for astream_events: await Run.afrom_stream_events(…)."
        )
        raise TypeError(msg)
    reader = _Reader()
    with reader.reading():
        for event in events:
            reader.take(event)
    return reader.run


async def aread(events: AsyncIterable[Mapping[str, Any]]) -> Run:
    """The async twin of `read`."""
    if not hasattr(events, "__aiter__"):
        msg = (
            "afrom_stream_events takes what `await graph.astream_events(…, version='v3')` returns,"
            f" not {type(events).__name__}; for stream_events: Run.from_stream_events(…)."
        )
        raise TypeError(msg)
    reader = _Reader()
    with reader.reading():
        async for event in events:
            reader.take(event)
    return reader.run
