"""Render a run as plain text, and collect what both static faces show."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lg_notebook.core.limits import UNMASKED, limits
from lg_notebook.model.doctor import displayed_hints
from lg_notebook.model.filters import Filters
from lg_notebook.model.reading_order import messages_and_removals
from lg_notebook.model.removal import Removal
from lg_notebook.render.block_text import MEDIA, other_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lg_notebook.model.message import Message
    from lg_notebook.model.run_state import RunState

ALL = Filters()

_CONTROLS: dict[int, int | None] = {
    **{code: 0x2400 + code for code in range(0x20) if code not in b"\t\n"},  # to their symbols
    **dict.fromkeys(range(0x7F, 0xA0), 0xFFFD),
    ord("\r"): None,
}

_ENDS = {
    "running": "The run had not ended.",
    "stopped": "The run was stopped.",
    "interrupted": "The run waits for an answer.",
}


class TextBudget:
    """Counts characters down from a limit, and cuts texts to the rest.

    Args:
        limit: Characters at most.

    Attributes:
        left: Characters that may still be shown.
    """

    def __init__(self, limit: int) -> None:
        self.left = limit

    def cut(self, text: str) -> str:
        """Cut a text to the rest of the limit, and count it."""
        allowed = max(self.left, 0)
        self.left -= len(text)
        if len(text) <= allowed:
            return text
        return f"{text[:allowed]}… ({len(text) - allowed:,} more characters are not shown here)"


def parts(message: Message, filters: Filters, budget: TextBudget) -> Iterator[tuple[str, str]]:
    """List the parts of a message as `(kind, text)`."""
    shows = partial(filters.shows_part, message.role)
    if message.reasoning and shows("reasoning"):
        yield "reasoning", budget.cut(message.reasoning)
    if message.text and shows("text"):
        yield "text", budget.cut(message.text)
    for call in message.tool_calls if shows("tool_call") else ():
        yield "tool_call", budget.cut(f"{call.name or 'tool'}({call.text})")
    for kind, text in other_parts(message, shows):
        yield ("media" if kind in MEDIA else kind), budget.cut(text)


def heading(message: Message | Removal) -> tuple[str, str]:
    """Name a message's place in the graph, and its name and role."""
    path = [segment.partition(":")[0] for segment in message.namespace]
    if isinstance(message, Removal):
        return " › ".join([*path, message.node or "graph"]), ""
    where = " › ".join([*path, message.node or message.origin])
    role = "" if message.role == "ai" else message.role
    return where, " · ".join(part for part in (message.name or "", role) if part)


def answers(run: RunState) -> Iterator[tuple[str, str]]:
    """List the answers to interrupts, shown before the messages, as `(title, text)`."""
    for answer in run.answers:
        yield "answer", str(answer)


def endings(run: RunState, filters: Filters) -> Iterator[tuple[str, str]]:
    """List the interrupts, the end and the notes, shown after the messages, as `(title, text)`."""
    for asked in run.questions:
        yield "interrupt", str(asked)
    if run.error is not None:
        yield run.error["type"], run.error["message"]
    elif run.status in _ENDS:
        yield run.status, " ".join(filter(None, [_ENDS[run.status], left_behind(run.abandoned)]))
    elif not run.messages:
        yield run.status, "The run gave no messages."
    for line in displayed_hints(run, filters):
        yield "note", line
    if not run.masked:
        yield "note", UNMASKED


def shown(run: RunState, filters: Filters) -> Iterator[Message | Removal]:
    """List the messages and removals that the filters show, in reading order."""
    for each in messages_and_removals(run):
        if filters.shows_note(each.node) if isinstance(each, Removal) else filters.shows(each):
            yield each


def left_behind(nodes: Sequence[str]) -> str:
    """Name the nodes that still run although the run was stopped; empty if there are none.

    Example:
        >>> left_behind(["search"])
        'Node search did not end when cancelled and was left behind.'
    """
    if not nodes:
        return ""
    word = "Node" if len(nodes) == 1 else "Nodes"
    were = "was" if len(nodes) == 1 else "were"
    return f"{word} {', '.join(nodes)} did not end when cancelled and {were} left behind."


def to_text(run: RunState, filters: Filters = ALL, limit: int | None = None) -> str:
    """Render a run as plain text.

    Args:
        run: The run.
        filters: Which messages to show.
        limit: Characters of message text at most; `settings.static_characters` by default.

    Returns:
        One paragraph per message, which begins with its node in brackets.
    """
    budget = TextBudget(limits.static_characters if limit is None else limit)
    blocks = [f"[{title}] {text}" for title, text in answers(run)]
    for message in shown(run, filters):
        where, what = heading(message)
        lines = [f"[{where}]" + (f" {what}" if what else "")]
        if isinstance(message, Removal):
            blocks.append(f"{lines[0]} ({budget.cut(message.describe(run.messages))})")
            continue
        for kind, text in parts(message, filters, budget):
            lines.append(text if kind in {"text", "media"} else f"({kind}) {text}")
        blocks.append("\n".join(lines))
    blocks += [f"[{title}] {text}" for title, text in endings(run, filters)]
    return printable("\n\n".join(blocks))


def printable(text: str) -> str:
    r"""Replace control characters, with which a text could clear or recolour a terminal.

    Example:
        >>> printable("\x1b[2Jgone?")
        '␛[2Jgone?'
    """
    return text.translate(_CONTROLS)
