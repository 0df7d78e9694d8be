"""Name nodes in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMED = 3
"""Nodes that a line names; of the others it has only the number."""


def name_nodes(nodes: Iterable[str]) -> str:
    """Name nodes in a sentence, the first three of them.

    Args:
        nodes: Their names, at least one.

    Returns:
        The names in quotes, sorted, behind `node` or `nodes`.

    Example:
        >>> name_nodes(["write", "plan"])
        "nodes 'plan' and 'write'"
    """
    names = [repr(name) for name in sorted(nodes)]
    if len(names) > _NAMED:
        names[_NAMED:] = [f"{len(names) - _NAMED} more"]
    listed = " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
    return f"node {listed}" if len(names) == 1 else f"nodes {listed}"
