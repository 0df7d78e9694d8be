"""Build a run from LangGraph's protocol events, while other code drives the graph."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lg_notebook.core.limits import limits
from lg_notebook.core.model_call import ModelCallLog
from lg_notebook.exceptions import StreamTypeError
from lg_notebook.privacy.redactor import Redactor
from lg_notebook.runtime.item_folder import ItemFolder
from lg_notebook.runtime.run_builder import RunBuilder
from lg_notebook.streams.protocol_events import Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Generator, Iterable

    from lg_notebook.model.run_state import RunState


_SYNC = (
    "from_stream_events takes what graph.stream_events(…, version='v3') returns, from langgraph"
    " 1.2 on, not {}; for astream_events: await Run.afrom_stream_events(…)."
)
_ASYNC = (
    "afrom_stream_events takes what `await graph.astream_events(…, version='v3')` returns, from"
    " langgraph 1.2 on, not {}; for stream_events: Run.from_stream_events(…)."
)


class _Reader:
    """Folds protocol events into a run.

    Args:
        run: The run to fill.
        wanted: The sentence that says where the events have to come from, with a `{}` for what
            was passed instead.
    """

    def __init__(self, run: RunState, wanted: str) -> None:
        self._wanted = wanted
        self._protocol = Protocol()
        self._folder = ItemFolder(
            RunBuilder(run), Redactor(), limits.withhold, model_calls=ModelCallLog(by_events=True)
        )
        self._folder.start("graph", None)

    def take(self, event: object) -> None:
        if not isinstance(event, Mapping) or not {"method", "params"} <= event.keys():
            raise StreamTypeError(self._wanted.format(f"a stream of another kind ({_of(event)})"))
        try:
            items = list(self._protocol.items(event))
        except Exception as error:  # noqa: BLE001 - an event may have anything
            self._folder.pass_by("An event of the stream", error)
            return
        for item in items:
            self._folder.take(item)

    @contextlib.contextmanager
    def reading(self) -> Generator[None, None, None]:
        """Finish the run however the events end."""
        try:
            yield
        except StreamTypeError:
            self._folder.finish("stopped")
            raise
        except Exception as error:  # noqa: BLE001 - it is on the run, as always
            self._folder.finish("error", error)
        except BaseException:
            self._folder.finish("stopped")
            raise
        else:
            self._folder.finish("done")


def read(run: RunState, events: Iterable[Mapping[str, Any]]) -> None:
    """Fold protocol events into a run (see `Run.from_stream_events`).

    Args:
        run: The run to fill.
        events: The events.

    Raises:
        StreamTypeError: These are not protocol events.
    """
    if not hasattr(events, "__iter__"):
        raise StreamTypeError(_SYNC.format(type(events).__name__))
    reader = _Reader(run, _SYNC)
    with reader.reading():
        for event in events:
            reader.take(event)


async def aread(run: RunState, events: AsyncIterable[Mapping[str, Any]]) -> None:
    """Fold the protocol events of an async stream into a run (see `read`)."""
    if not hasattr(events, "__aiter__"):
        raise StreamTypeError(_ASYNC.format(type(events).__name__))
    reader = _Reader(run, _ASYNC)
    with reader.reading():
        async for event in events:
            reader.take(event)


def _of(event: object) -> str:
    """Describe the items of another stream in a few words."""
    if isinstance(event, Mapping) and "event" in event:
        return "LangChain's events of version v1 or v2"
    return f"its items are of type {type(event).__name__}"
