"""The versions of LangGraph's stream: one graph, read in whichever the user asks for."""

from __future__ import annotations

import contextlib
import inspect
import warnings
from importlib.metadata import version as installed
from typing import TYPE_CHECKING, Any

from lg_notebook.normalize.content import channels
from lg_notebook.streams.protocol_events import Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

    from lg_notebook.streams.subscribe import Item

VERSIONS = ("v1", "v2", "v3")
"""LangGraph's own names: tuples, parts (from 1.1), and protocol events (from 1.2, experimental)."""

_KNOWN = (
    "values", "updates", "messages", "custom", "tasks", "tools", "checkpoints", "debug",
)  # fmt: skip
"""LangGraph's stream modes."""

_TASKS = "lg_notebook"
"""Name of the channel on which the events of tasks come, which LangGraph keeps to itself."""


class Versioned:
    """A graph whose stream is read in another version than the first.

    It stands in the graph's place: whatever else is asked of it, the graph answers.

    Args:
        graph: A local graph.
        version: `v1`, `v2` or `v3`.
        modes: Stream modes to ask for besides those that are asked for anyway.
    """

    def __init__(self, graph: Any, version: str, modes: Sequence[str] = ()) -> None:
        self._graph = graph
        self._version = version
        self._modes = modes

    @property
    def by_events(self) -> bool:
        """Whether its stream is LangGraph's event streaming."""
        return self._version == "v3"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._graph, name)

    def stream(self, input: Any, **arguments: Any) -> Iterator[Item]:  # noqa: A002
        """The graph's stream, as its first version would give it."""
        arguments["stream_mode"] = [*arguments["stream_mode"], *self._modes]
        if self._version == "v1":
            stream: Iterator[Item] = self._graph.stream(input, **arguments)
            return stream
        if self._version == "v2":
            return map(_part, self._graph.stream(input, version="v2", **arguments))
        return self._events(input, _for_events(arguments))

    def astream(self, input: Any, **arguments: Any) -> AsyncIterator[Item]:  # noqa: A002
        """The async twin of `stream`."""
        arguments["stream_mode"] = [*arguments["stream_mode"], *self._modes]
        if self._version == "v1":
            stream: AsyncIterator[Item] = self._graph.astream(input, **arguments)
            return stream
        if self._version == "v2":
            return _aparts(self._graph.astream(input, version="v2", **arguments))
        return self._aevents(input, _for_events(arguments))

    def _events(self, given: Any, arguments: dict[str, Any]) -> Iterator[Item]:
        protocol = Protocol()
        with _unwarned():
            stream = self._graph.stream_events(given, version="v3", **arguments)
        with stream as run:
            for event in run:
                yield from protocol.items(_own(event))

    async def _aevents(self, given: Any, arguments: dict[str, Any]) -> AsyncIterator[Item]:
        protocol = Protocol()
        with _unwarned():
            stream = await self._graph.astream_events(given, version="v3", **arguments)
        async with stream as run:
            async for event in run:
                for item in protocol.items(_own(event)):
                    yield item


def versioned(graph: Any, version: str, stream_mode: str | Sequence[str] = ()) -> Any:
    """A graph, to be read in a version of LangGraph's stream.

    Args:
        graph: A graph (see `as_graph.as_graph`).
        version: `v1`, `v2` or `v3`.
        stream_mode: LangGraph's modes that a run has to have. All but `checkpoints` it has anyway;
            `debug` is those of checkpoints and of tasks together.

    Returns:
        The graph itself where nothing else is asked for than usual.

    Raises:
        ValueError: There is no such version or mode.
        TypeError: The graph, or the LangGraph that is installed, does not have it.
    """
    if version not in VERSIONS:
        msg = f"version is one of {', '.join(VERSIONS)}, not {version!r}."
        raise ValueError(msg)
    asked = [stream_mode] if isinstance(stream_mode, str) else [*stream_mode]
    for mode in asked:
        if mode not in _KNOWN:
            msg = f"stream_mode takes LangGraph's modes ({', '.join(_KNOWN)}), not {mode!r}."
            raise ValueError(msg)
    more = ["checkpoints"] if {"checkpoints", "debug"} & {*asked} else []
    if version == "v1" and not more:
        return graph
    kind = type(graph).__name__
    if hasattr(graph, "assistant_id") or not hasattr(type(graph), "get_subgraphs"):
        what = (
            "version v1 only: leave version"
            if version != "v1"
            else "no mode `checkpoints` here: leave stream_mode"
        )
        msg = f"A {kind} streams in {what} out."
        raise TypeError(msg)
    if version == "v2" and "version" not in inspect.signature(graph.stream).parameters:
        msg = f"version='v2' needs langgraph 1.1 or newer; {installed('langgraph')} is installed."
        raise TypeError(msg)
    if version == "v3" and not _has_events():
        msg = f"version='v3' needs langgraph 1.2 or newer; {installed('langgraph')} is installed."
        raise TypeError(msg)
    return Versioned(graph, version, more)


@contextlib.contextmanager
def _unwarned() -> Iterator[None]:
    """Without LangGraph's word that it is experimental: who asks for `v3` was told."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The v3 streaming protocol")
        yield


def _has_events() -> bool:
    try:
        import langgraph.stream  # noqa: F401, PLC0415 - from 1.2 on
    except ImportError:
        return False
    return True


def _part(part: Mapping[str, Any]) -> Item:
    mode, data = part["type"], part["data"]
    return part["ns"], mode, channels(data) if mode == "values" else data


async def _aparts(parts: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[Item]:
    async for part in parts:
        yield _part(part)


def _for_events(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `stream` as `stream_events` takes them: that has the modes from these."""
    modes = tuple(arguments.pop("stream_mode"))
    del arguments["subgraphs"]
    return {**arguments, "transformers": [_tap(modes)]}


def _tap(modes: tuple[str, ...]) -> Any:
    """A transformer that asks for the modes, and passes on the events of tasks.

    LangGraph takes those out of the stream of events, having made its `lifecycle` of them.
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
    """An event, taken out of the channel where it is one of the tap's."""
    return event["params"]["data"] if event["method"] == f"custom:{_TASKS}" else event
