"""Look up what an option chooses from: in the option, in another room, or in a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lg_notebook.graphs.graph import agent_names, is_graph, node_names
from lg_notebook.streams import versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lg_notebook.core.run_options import Option


NAMED: dict[str, tuple[Mapping[str, object], Callable[[], str]]] = {
    "versions": (versions.VERSIONS, versions.notes),
}
"""What an option names as its `choices`: the values, and what users should know about them."""

FROM_GRAPH: dict[str, Callable[[Any], Sequence[str] | None]] = {
    "nodes": node_names,
    "agents": agent_names,
}
"""What an option names as its `suggestions`: made from the graph on the line."""


def choices(option: Option) -> list[str]:
    """List the only values that an option takes in a magic; none if it takes any.

    Args:
        option: The option.

    Example:
        >>> choices(OPTIONS["view"])
        ['auto', 'widget', 'text', 'html']
    """
    found: Iterable[str] = option.choices
    if isinstance(option.choices, str):
        found, _ = NAMED[option.choices]
    return [each for each in found if each not in option.code_only]


def help_text(option: Option) -> str:
    """Describe an option, with what users should know about its values.

    Args:
        option: The option.

    Example:
        >>> help_text(OPTIONS["quiet"])
        'show nothing; only leave the Run'
    """
    if not isinstance(option.choices, str):
        return option.help
    _, notes = NAMED[option.choices]
    return f"{option.help}; {notes()}"


def suggestions(option: Option, graph: object) -> list[str]:
    """List what completion offers as the value of an option.

    Args:
        option: The option.
        graph: The graph on the line, or None.
    """
    if option.choices:
        return choices(option)
    found: Sequence[str] = ()
    if not isinstance(option.suggestions, str):
        found = option.suggestions
    elif is_graph(graph):
        found = FROM_GRAPH[option.suggestions](graph) or ()
    return [*found, *(f"!{each}" for each in found)]
