"""The order in which the static faces show messages: the same on every run.

Messages of parallel nodes arrive in an order that changes from run to run. The order in
which LangGraph starts their tasks does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lg_notebook.message import Message
    from lg_notebook.run import Run


def reading_order(run: Run) -> list[Message]:
    """A run's messages, those of parallel tasks task by task.

    Args:
        run: The run.

    Returns:
        The messages, in order of arrival within one task, and in the order of their start
        among the tasks of one graph.
    """
    ranks: dict[str, int] = {}
    for rank, task in enumerate(run.tasks):
        if task.id is not None:
            ranks.setdefault(task.id, rank)
    return [message for _, message in _ordered([(_path(m, ranks), m) for m in run.messages])]


def _path(message: Message, ranks: dict[str, int]) -> tuple[int, ...]:
    """The ranks of the tasks that a message is in, outermost first."""
    tasks = [segment.rpartition(":")[2] for segment in message.namespace]
    if message.task is not None:
        tasks.append(message.task)
    return tuple(ranks.get(task, -1) for task in tasks)


def _ordered(
    rows: list[tuple[tuple[int, ...], Message]], depth: int = 0
) -> list[tuple[tuple[int, ...], Message]]:
    """Order rows that share the first `depth` ranks."""
    out: list[tuple[tuple[int, ...], Message]] = []
    nested: list[tuple[tuple[int, ...], Message]] = []

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
