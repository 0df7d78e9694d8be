"""The place in a graph at which something happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


PlaceFields = dict[str, Any]
"""The place of an event: its fields `ns`, `task`, `node` and `step`."""


def place(
    ns: Sequence[str] = (),
    task: str | None = None,
    node: str | None = None,
    step: int | None = None,
) -> PlaceFields:
    """Make the place fields of an event; by default the root graph, outside of any task.

    Args:
        ns: Namespace of the graph.
        task: Id of the task, or None.
        node: Name of the node, or None.
        step: LangGraph's superstep, or None.

    Example:
        >>> place(node="write")
        {'ns': [], 'task': None, 'node': 'write', 'step': None}
    """
    return {"ns": list(ns), "task": task, "node": node, "step": step}


class Place(NamedTuple):
    """The place in a graph at which something happened.

    Attributes:
        namespace: One `node:task-id` segment per enclosing subgraph, outermost first.
        task: Id of the task, or None.
        node: Name of the node, or None.
    """

    namespace: tuple[str, ...]
    task: str | None
    node: str | None
