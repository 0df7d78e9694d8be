"""Where in a graph something happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


PlaceFields = dict[str, Any]
"""Where an event happened: its `ns`, `task`, `node` and `step`."""


def place(
    ns: Sequence[str] = (),
    task: str | None = None,
    node: str | None = None,
    step: int | None = None,
) -> PlaceFields:
    """Where something happened; in the root graph, outside of any task, by default."""
    return {"ns": list(ns), "task": task, "node": node, "step": step}


class Place(NamedTuple):
    """Where in the graph something happened.

    Attributes:
        namespace: One `node:task-id` segment per enclosing subgraph, outermost first.
        task: Id of the task, or None.
        node: Name of the node, or None.
    """

    namespace: tuple[str, ...]
    task: str | None
    node: str | None
