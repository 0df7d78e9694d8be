"""The order in which the static faces show messages: the same on every run.

Messages of parallel nodes arrive in an order that changes from run to run. The order in
which LangGraph starts their tasks does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lg_notebook.model.removal import Removal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lg_notebook.model.message import Message
    from lg_notebook.model.run_state import RunState

    _Row = tuple[tuple[int, ...], Message | Removal]


def reading_order(run: RunState) -> list[Message]:
    """A run's messages, those of parallel tasks task by task.

    Args:
        run: The run.

    Returns:
        The messages, in order of arrival within one task, and in the order of their start
        among the tasks of one graph.
    """
    return [each for each in passages(run) if not isinstance(each, Removal)]


def passages(run: RunState) -> list[Message | Removal]:
    """A run's messages, and what was removed of them, in reading order.

    Args:
        run: The run.
    """
    ranks: dict[str, int] = {}
    for rank, task in enumerate(run.tasks):
        if task.id is not None:
            ranks.setdefault(task.id, rank)
    return [each for _, each in _ordered([(_path(each, ranks), each) for each in _arrived(run)])]


def _arrived(run: RunState) -> Iterator[Message | Removal]:
    gone = run.removals[::-1]
    for message in run.messages:
        while gone and gone[-1].t < message.started:
            yield gone.pop()
        yield message
    yield from reversed(gone)


def _path(part: Message | Removal, ranks: dict[str, int]) -> tuple[int, ...]:
    """The ranks of the tasks that something is in, outermost first."""
    tasks = [segment.rpartition(":")[2] for segment in part.namespace]
    if part.task is not None:
        tasks.append(part.task)
    return tuple(ranks.get(task, -1) for task in tasks)


def _ordered(rows: list[_Row], depth: int = 0) -> list[_Row]:
    """Order rows that share the first `depth` ranks."""
    out: list[_Row] = []
    nested: list[_Row] = []

    def settle() -> None:
        for rank in sorted({path[depth] for path, _ in nested}):
            out.extend(_ordered([row for row in nested if row[0][depth] == rank], depth + 1))
        nested.clear()

    for row in rows:
        if len(row[0]) > depth:
            nested.append(row)
        else:  # the task's own message divides what its subgraphs said before and after it
            settle()
            out.append(row)
    settle()
    return out
