"""Render a run as text for a terminal, a few events at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lg_notebook.core.limits import UNMASKED
from lg_notebook.model.doctor import displayed_hints
from lg_notebook.render.static_text import left_behind, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lg_notebook.model.filters import Filters
    from lg_notebook.model.run_state import RunState


def texts(
    run: RunState, filters: Filters, first: int, last: int, state: list[int]
) -> Iterator[str]:
    """Render some events of a run as text for a terminal.

    Args:
        run: The run.
        filters: Which messages to show.
        first: `seq` of the first event.
        last: `seq` after the last one.
        state: The key of the message that is being written, if any. The caller passes the
            same list to every call.

    Yields:
        Pieces to write, with the node in brackets before the first of each message.
    """
    for event in run.log(first, last):
        if event["type"] == "delta" and event["kind"] in {"text", "reasoning", "tool_call"}:
            key = event["message"]
            message = next((m for m in reversed(run.messages) if m.key == key), None)
            if message is None or not (
                filters.shows(message) and filters.shows_part(message.role, event["kind"])
            ):
                continue
            if state != [key]:
                if state:
                    yield "\n\n"
                state[:] = [key]
                path = [segment.partition(":")[0] for segment in message.namespace]
                yield printable(f"[{' › '.join([*path, message.node or message.origin])}]\n")
            name = event.get("name")
            if name:  # a tool call begins
                yield printable(f"(tool_call) {name} ")
            yield printable(event["text"])
        elif event["type"] == "run-start":
            yield from (printable(f"[answer] {answer}\n\n") for answer in run.answers)
        elif event["type"] == "run-end":
            yield from _last_words(run, filters, "\n" if state else "")


def _last_words(run: RunState, filters: Filters, before: str) -> Iterator[str]:
    yield before
    for asked in run.questions:
        yield printable(f"[interrupt] {asked}\n")
    if run.status in {"stopped", "interrupted"}:
        words = left_behind(run.abandoned)
        yield printable(" ".join(filter(None, [f"[{run.status}]", words]))) + "\n"
    for line in displayed_hints(run, filters):
        yield printable(f"[note] {line}\n")
    if not run.masked:
        yield f"[note] {UNMASKED}\n"
