"""Version `v3`: LangGraph's event streaming, which is experimental."""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING, Any

from lg_notebook.streams.versions.stream_version import StreamVersion

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from lg_notebook.streams.protocol_events import Protocol
    from lg_notebook.streams.subscribe import Item

_TASKS = "lg_notebook"
"""Name of a channel for the events of tasks, which LangGraph's own stream leaves out."""


def _check(_graph: Any) -> bool:
    try:
        import langgraph.stream  # noqa: F401, PLC0415 - from 1.2 on
    except ImportError:
        return False
    return True


def _stream(graph: Any, input: Any, **arguments: Any) -> Iterator[Item]:  # noqa: A002
    protocol = _protocol()
    with _unwarned():
        stream = graph.stream_events(input, version="v3", **_for_events(arguments))
    with stream as events:
        for event in events:
            yield from protocol.items(_own(event))


async def _astream(graph: Any, input: Any, **arguments: Any) -> AsyncIterator[Item]:  # noqa: A002
    protocol = _protocol()
    with _unwarned():
        stream = await graph.astream_events(input, version="v3", **_for_events(arguments))
    async with stream as events:
        async for event in events:
            for item in protocol.items(_own(event)):
                yield item


def _protocol() -> Protocol:
    from lg_notebook.streams.protocol_events import Protocol  # noqa: PLC0415 - `%load_ext` is quick

    return Protocol()


@contextlib.contextmanager
def _unwarned() -> Iterator[None]:
    """Leave out LangGraph's warning that it is experimental: the option's help says so."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The v3 streaming protocol")
        yield


def _for_events(arguments: dict[str, Any]) -> dict[str, Any]:
    """Convert the arguments of `stream` to those of `stream_events`.

    That takes no modes: it has those that its transformers require.
    """
    modes = tuple(arguments.pop("stream_mode"))
    del arguments["subgraphs"]
    return {**arguments, "transformers": [_tap(modes)]}


def _tap(modes: tuple[str, ...]) -> Any:
    """Make a transformer that requires the modes, and passes on the events of tasks.

    LangGraph takes those out of the stream of events, after it has made its `lifecycle` of them.
    """
    from langgraph.stream import StreamChannel, StreamTransformer  # noqa: PLC0415 - from 1.2 on

    class Tap(StreamTransformer):
        required_stream_modes = modes

        def init(self) -> dict[str, Any]:
            self._tasks: StreamChannel[Any] = StreamChannel(_TASKS)
            return {_TASKS: self._tasks}

        def process(self, event: Any) -> bool:
            if event["method"] == "tasks":
                self._tasks.push(event)
            return True

    return Tap


def _own(event: Any) -> Any:
    """Take one of the tap's events out of its channel; leave others as they are."""
    return event["params"]["data"] if event["method"] == f"custom:{_TASKS}" else event


VERSION = StreamVersion(
    "v3", "1.2", _check, _stream, _astream,
    by_events=True,
    note="is its event streaming, which is experimental",
)  # fmt: skip
