"""The versions of LangGraph's stream: one graph, in whichever version the user chooses.

A new version is one file with a `StreamVersion`, and one line in `VERSIONS`. From that, the
option `--version` has its choices and its help.
"""

from __future__ import annotations

from importlib.metadata import version as installed
from typing import TYPE_CHECKING, Any

from lg_notebook.exceptions import GraphTypeError, OptionError
from lg_notebook.streams.versions import v1, v2, v3

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

    from lg_notebook.streams.subscribe import Item
    from lg_notebook.streams.versions.stream_version import StreamVersion

__all__ = ["DEFAULT", "VERSIONS", "VersionedGraph", "notes", "versioned"]

VERSIONS: Mapping[str, StreamVersion] = {
    each.name: each
    for each in (
        v1.VERSION,
        v2.VERSION,
        v3.VERSION,
    )
}
"""All versions by their names."""

DEFAULT = v1.VERSION.name
"""The version that every graph has, local or remote."""

_MODES = (
    "values", "updates", "messages", "custom", "tasks", "tools", "checkpoints", "debug",
)  # fmt: skip
"""LangGraph's stream modes."""


def notes() -> str:
    """Say what users should know before they choose a version.

    Example:
        >>> notes()
        'v3 is its event streaming, which is experimental'
    """
    return "; ".join(f"{each.name} {each.note}" for each in VERSIONS.values() if each.note)


class VersionedGraph:
    """A local graph whose stream is read in a version; all else is the graph's.

    Args:
        graph: The graph.
        version: The version.
        modes: Stream modes to ask for besides the usual ones.

    Example:
        >>> for item in VersionedGraph(graph, VERSIONS["v2"]).stream(input, **arguments):
        ...     print(item)
    """

    def __init__(self, graph: Any, version: StreamVersion, modes: Sequence[str] = ()) -> None:
        self._graph = graph
        self._version = version
        self._modes = modes

    @property
    def by_events(self) -> bool:
        """Whether its stream is LangGraph's event streaming."""
        return self._version.by_events

    def __getattr__(self, name: str) -> Any:
        return getattr(self._graph, name)

    def stream(self, input: Any, **arguments: Any) -> Iterator[Item]:  # noqa: A002
        """Run the graph; yield its stream items (see `subscribe.Item`)."""
        return self._version.stream(self._graph, input, **self._with_modes(arguments))

    def astream(self, input: Any, **arguments: Any) -> AsyncIterator[Item]:  # noqa: A002
        """Run the graph on this loop; yield its stream items (see `subscribe.Item`)."""
        return self._version.astream(self._graph, input, **self._with_modes(arguments))

    def _with_modes(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {**arguments, "stream_mode": [*arguments["stream_mode"], *self._modes]}


def versioned(graph: Any, version: str, stream_mode: str | Sequence[str] = ()) -> Any:
    """Wrap a graph so that its stream is read in a version.

    Args:
        graph: A graph (see `as_graph.as_graph`).
        version: A name in `VERSIONS`.
        stream_mode: LangGraph's modes that a run has to have. It has all but `checkpoints` anyway;
            `debug` is those of checkpoints and of tasks together.

    Returns:
        The graph itself if it needs no change.

    Raises:
        OptionError: There is no such version or mode.
        GraphTypeError: The graph, or the LangGraph that is installed, does not have it.

    Example:
        >>> versioned(graph, "v3").by_events
        True
    """
    if str(version) not in VERSIONS:
        raise OptionError(f"version is one of {', '.join(VERSIONS)}, not {version!r}.")
    several = isinstance(stream_mode, (list, tuple, set, frozenset))
    modes = [*stream_mode] if several else [stream_mode]
    for mode in modes:
        if mode not in _MODES:
            raise OptionError(
                f"stream_mode takes LangGraph's modes ({', '.join(_MODES)}), not {mode!r}."
            )
    more = ["checkpoints"] if {"checkpoints", "debug"} & {*modes} else []
    if version == DEFAULT and not more:
        return graph
    _check(graph, VERSIONS[version])
    return VersionedGraph(graph, VERSIONS[version], more)


def _check(graph: Any, version: StreamVersion) -> None:
    if hasattr(graph, "assistant_id") or not hasattr(type(graph), "get_subgraphs"):
        what = (
            f"version {DEFAULT} only: leave version"
            if version.name != DEFAULT
            else "no mode `checkpoints` here: leave stream_mode"
        )
        raise GraphTypeError(f"A {type(graph).__name__} streams in {what} out.")
    if not version.check(graph):
        raise GraphTypeError(
            f"version={version.name!r} needs langgraph {version.since} or newer;"
            f" {installed('langgraph')} is installed."
        )
