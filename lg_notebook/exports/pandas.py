"""Export a run as pandas tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lg_notebook.exceptions import MissingPackageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from lg_notebook.model.message import Message
    from lg_notebook.model.run_state import RunState
    from lg_notebook.model.task import Task


class Tables(NamedTuple):
    """The tables of a run. All times are `timedelta64[ns]` since the run began.

    Attributes:
        tokens: One row per token, in order of arrival: `t` (arrival), `gap`, `message`, `node`,
            `kind` (`text`, `reasoning`, `tool_call`, …), `text`. `gap` is the time since the
            message's token before, and is missing for the first. `message` is an index of
            `messages`.
        messages: One row per message, by `key`: `node`, `namespace` (segments joined by
            `|`), `task`, `step`, `role`, `name`, `origin`, `text`, `reasoning`, `tokens`
            (a count), `started` (first event), `first_token`, `last_token`,
            `input_tokens`, `output_tokens`, `total_tokens` (as the provider counted them),
            `finish_reason`, `model`.
        tasks: One row per execution of a node: `node`, `namespace`, `id`, `step`, `attempt`,
            `started`, `finished`, `duration`, `error` (the exception's class and message).
    """

    tokens: pd.DataFrame
    messages: pd.DataFrame
    tasks: pd.DataFrame


_TOKEN = ["t", "gap", "message", "node", "kind", "text"]
_MESSAGE = [
    "key", "node", "namespace", "task", "step", "role", "name", "origin", "text", "reasoning",
    "tokens", "started", "first_token", "last_token", "input_tokens", "output_tokens",
    "total_tokens", "finish_reason", "model",
]  # fmt: skip
_TASK = [
    "node", "namespace", "id", "step", "attempt", "started", "finished", "duration", "error",
]  # fmt: skip
_TIMES = {"t", "gap", "started", "first_token", "last_token", "finished", "duration"}
_COUNTS = {
    "message", "step", "attempt", "tokens", "input_tokens", "output_tokens", "total_tokens",
}  # fmt: skip


def to_pandas(run: RunState) -> Tables:
    """Export a run as pandas tables.

    Args:
        run: The run.

    Returns:
        The tables of tokens, messages and tasks.

    Raises:
        MissingPackageError: pandas is not installed.
    """
    try:
        import pandas  # noqa: ICN001, F401, PLC0415 - optional, and slow to import
    except ModuleNotFoundError:
        msg = "to_pandas() needs pandas: run `pip install pandas`."
        raise MissingPackageError(msg) from None
    tokens = [row for message in run.messages for row in _tokens(message)]
    tokens.sort(key=lambda row: row.pop("seq"))
    return Tables(
        _frame(tokens, _TOKEN),
        _frame(map(_message, run.messages), _MESSAGE).set_index("key"),
        _frame(map(_task, run.tasks), _TASK),
    )


def _frame(rows: Iterable[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    frame: pd.DataFrame = pd.DataFrame(list(rows), columns=columns)
    for column in columns:
        if column in _TIMES:
            frame[column] = pd.to_timedelta(frame[column].astype("Int64"), unit="ns")
        elif column in _COUNTS:
            frame[column] = frame[column].astype("Int64")
    return frame


def _tokens(message: Message) -> Iterable[dict[str, Any]]:
    before: int | None = None
    pieces = sorted(
        (seq, t, block.kind, text)
        for block in message.streamed_blocks
        for seq, t, text in zip(block.seqs, block.times, block.pieces, strict=True)
    )
    for seq, t, kind, text in pieces:
        yield {
            "seq": seq,
            "t": t,
            "gap": None if before is None else t - before,
            "message": message.key,
            "node": message.node,
            "kind": kind,
            "text": text,
        }
        before = t


def _message(message: Message) -> dict[str, Any]:
    times = [t for block in message.streamed_blocks for t in block.times]
    usage: Any = message.usage or {}
    return {
        "key": message.key,
        "node": message.node,
        "namespace": "|".join(message.namespace),
        "task": message.task,
        "step": message.step,
        "role": message.role,
        "name": message.name,
        "origin": message.origin,
        "text": message.text,
        "reasoning": message.reasoning,
        "tokens": len(times),
        "started": message.started,
        "first_token": min(times, default=None),
        "last_token": max(times, default=None),
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
        "total_tokens": usage.get("total_tokens"),
        "finish_reason": message.finish_reason,
        "model": message.metadata.get("ls_model_name"),
    }


def _task(task: Task) -> dict[str, Any]:
    error = task.error
    return {
        "node": task.node,
        "namespace": "|".join(task.namespace),
        "id": task.id,
        "step": task.step,
        "attempt": task.attempt,
        "started": task.started,
        "finished": task.finished,
        "duration": None if task.finished is None else task.finished - task.started,
        "error": None if error is None else f"{error['type']}: {error['message']}",
    }
