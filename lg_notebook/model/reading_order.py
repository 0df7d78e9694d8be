"""Order messages for the static faces: the same order in every run.

Messages of parallel nodes arrive in an order that changes from run to run. The order in
which LangGraph starts their tasks does not change.
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
    """List a run's messages, with those of parallel tasks grouped by task.

    Args:
        run: The run.

    Returns:
        The messages. Tasks of one graph are in the order of their start; messages of one task
        are in the order of arrival.
    """
    return [each for each in messages_and_removals(run) if not isinstance(each, Removal)]


def messages_and_removals(run: RunState) -> list[Message | Removal]:
    """List a run's messages and the removals of messages, in reading order.

    Args:
        run: The run.

    Returns:
        The messages and removals.
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
    """Find the ranks of the enclosing tasks, outermost first."""
    tasks = [segment.rpartition(":")[2] for segment in part.namespace]
    if part.task is not None:
        tasks.append(part.task)
    return tuple(ranks.get(task, -1) for task in tasks)


def _ordered(rows: list[_Row], depth: int = 0) -> list[_Row]:
    """Order rows that share the first `depth` ranks."""
    out: list[_Row] = []
    nested: list[_Row] = []

    def flush() -> None:
        for rank in sorted({path[depth] for path, _ in nested}):
            out.extend(_ordered([row for row in nested if row[0][depth] == rank], depth + 1))
        nested.clear()

    for row in rows:
        if len(row[0]) > depth:
            nested.append(row)
        else:  # the task's own message separates its subgraphs' messages before and after it
            flush()
            out.append(row)
    flush()
    return out
