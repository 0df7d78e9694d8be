"""The static faces of a run: HTML without a script, and plain text.

Both are the same from run to run for the same output: nothing in them varies with ids,
times or counts, so that a saved notebook compares equal when it is run again.
"""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

from lg_notebook._settings import settings
from lg_notebook.model.filters import Filters
from lg_notebook.model.reading_order import passages
from lg_notebook.model.removal import Removal
from lg_notebook.normalize.missing_tokens import notes
from lg_notebook.render.message_facts import counted, facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lg_notebook._run import Run
    from lg_notebook.model.message import Message

_ALL = Filters()

_CONTROLS: dict[int, int | None] = {
    **{code: 0x2400 + code for code in range(0x20) if code not in b"\t\n"},  # their pictures
    **dict.fromkeys(range(0x7F, 0xA0), 0xFFFD),
    ord("\r"): None,
}

_ENDS = {
    "running": "The run had not ended.",
    "stopped": "The run was stopped.",
    "interrupted": "The run waits for an answer.",
}

_HEAD = "font-weight:600;margin:0.9em 0 0.2em;padding-left:0.5em;border-left:3px solid #8a8f98"
_BODY = (
    "white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;margin:0 0 0.3em;padding:0 0 0 0.7em;"
    "font-family:inherit;font-size:inherit;background:none;border:0;color:inherit"
)
_CODE = _BODY.replace("font-family:inherit", "font-family:monospace")
_SMALL = "opacity:0.75;font-size:0.9em;padding-left:0.7em"

_LONG = 4_000
"""Characters after which a text is folded; what stands before the fold is about half of it."""
_QUIET = "opacity:0.75;font-weight:400"


class _Room:
    """What is left of the limit."""

    def __init__(self, limit: int) -> None:
        self.left = limit

    def cut(self, text: str) -> str:
        room = max(self.left, 0)
        self.left -= len(text)
        if len(text) <= room:
            return text
        return f"{text[:room]}… ({len(text) - room:,} more characters are not shown here)"


def _parts(message: Message, filters: Filters, room: _Room) -> Iterator[tuple[str, str]]:
    """What a message says, as `(kind, text)`."""
    shows = partial(filters.shows_part, message.role)
    if message.reasoning and shows("reasoning"):
        yield "reasoning", room.cut(message.reasoning)
    if message.text and shows("text"):
        yield "text", room.cut(message.text)
    for call in message.tool_calls if shows("tool_call") else ():
        yield "tool_call", room.cut(f"{call.name or 'tool'}({call.text})")
    for block in message.blocks:
        if block.kind in {"image", "audio", "file", "other"} and shows(block.kind):
            yield "media", f"[{block.kind}]"


def _heading(message: Message | Removal) -> tuple[str, str]:
    """Where a message comes from, and what it is."""
    path = [segment.partition(":")[0] for segment in message.namespace]
    if isinstance(message, Removal):
        return " › ".join([*path, message.node or "graph"]), ""
    where = " › ".join([*path, message.node or message.origin])
    role = "" if message.role == "ai" else message.role
    return where, " · ".join(part for part in (message.name or "", role) if part)


def _answers(run: Run) -> Iterator[tuple[str, str]]:
    """What is said before the messages, as `(title, text)`: what was answered."""
    for answer in run.answers:
        yield "answer", str(answer)


def _endings(run: Run, filters: Filters) -> Iterator[tuple[str, str]]:
    """What is said after the messages, as `(title, text)`."""
    for asked in run.questions:
        yield "interrupt", str(asked)
    if run.error is not None:
        yield run.error["type"], run.error["message"]
    elif run.status in _ENDS:
        yield run.status, " ".join(filter(None, [_ENDS[run.status], left_behind(run.left)]))
    elif not run.messages:
        yield run.status, "The run gave no messages."
    for line in notes(run, filters):
        yield "note", line


def _shown(run: Run, filters: Filters) -> Iterator[Message | Removal]:
    """What the filters show, in reading order."""
    for each in passages(run):
        if filters.shows_note(each.node) if isinstance(each, Removal) else filters.shows(each):
            yield each


def left_behind(nodes: Sequence[str]) -> str:
    """A sentence on nodes that go on although the run was stopped; empty if there are none.

    Example:
        >>> left_behind(["search"])
        'Node search did not end when cancelled and was left behind.'
    """
    if not nodes:
        return ""
    word = "Node" if len(nodes) == 1 else "Nodes"
    were = "was" if len(nodes) == 1 else "were"
    return f"{word} {', '.join(nodes)} did not end when cancelled and {were} left behind."


def to_text(run: Run, filters: Filters = _ALL, limit: int | None = None) -> str:
    """A run as plain text.

    Args:
        run: The run.
        filters: Which messages to show.
        limit: Characters of message text at most; `settings.twin_characters` by default.

    Returns:
        One paragraph per message, headed by its node in brackets.
    """
    room = _Room(settings.twin_characters if limit is None else limit)
    blocks = [f"[{title}] {text}" for title, text in _answers(run)]
    for message in _shown(run, filters):
        where, what = _heading(message)
        lines = [f"[{where}]" + (f" {what}" if what else "")]
        if isinstance(message, Removal):
            blocks.append(f"{lines[0]} ({room.cut(message.words(run.messages))})")
            continue
        for kind, text in _parts(message, filters, room):
            lines.append(f"({kind}) {text}" if kind in {"reasoning", "tool_call"} else text)
        blocks.append("\n".join(lines))
    blocks += [f"[{title}] {text}" for title, text in _endings(run, filters)]
    return printable("\n\n".join(blocks))


def printable(text: str) -> str:
    r"""A text without what a terminal would obey: escape sequences clear, colour, retitle it.

    Example:
        >>> printable("\x1b[2Jgone?")
        '␛[2Jgone?'
    """
    return text.translate(_CONTROLS)


def to_html(run: Run, filters: Filters = _ALL, limit: int | None = None) -> str:
    """A run as HTML that needs neither script nor style sheet.

    Args:
        run: The run.
        filters: Which messages to show.
        limit: Characters of message text at most; `settings.twin_characters` by default.

    Returns:
        A fragment. Whatever models, tools and users wrote is escaped text in it.
    """
    room = _Room(settings.twin_characters if limit is None else limit)
    about = _Room(room.left)
    out: list[str] = ["<section>"]
    for title, text in _answers(run):
        out += [_head(title, ""), _text(text)]
    for message in _shown(run, filters):
        if isinstance(message, Removal):
            out.append(_head(_heading(message)[0], room.cut(message.words(run.messages))))
            continue
        out.append(_head(*_heading(message)))
        out += [_part(kind, text) for kind, text in _parts(message, filters, room)]
        out += _facts(message, about)
    for title, text in _endings(run, filters):
        out += [_head(title, ""), _text(text)]
    if run.usage is not None:
        out.append(f'<div style="{_SMALL}">Usage: {html.escape(counted(run.usage))}</div>')
    out.append("</section>")
    return "\n".join(out)


def _head(where: str, what: str) -> str:
    quiet = f' <span style="{_QUIET}">{html.escape(what)}</span>' if what else ""
    return f'<div style="{_HEAD}"><b>{html.escape(where)}</b>{quiet}</div>'


def _text(text: str, style: str = _BODY) -> str:
    """A text, its end folded where it is long.

    Preformatted, since GitHub takes the style away, and with it all that would keep the lines.
    """
    if len(text) <= _LONG:
        return _pre(text, style)
    cut = max(text.rfind("\n", 0, _LONG // 2) + 1, 0) or _LONG // 2
    rest = f"{len(text) - cut:,} more characters"
    return (
        f"{_pre(text[:cut], style)}\n"
        f"<details><summary>{rest}</summary>{_pre(text[cut:], style)}</details>"
    )


def _pre(text: str, style: str) -> str:
    # An HTML parser drops a line feed that comes first.
    first = "\n" if text.startswith("\n") else ""
    return f'<pre style="{style}">{first}{html.escape(text)}</pre>'


def _part(kind: str, text: str) -> str:
    if kind == "reasoning":
        return f"<details><summary>Reasoning</summary>{_text(text)}</details>"
    return _text(text, _CODE if kind == "tool_call" else _BODY)


def _facts(message: Message, room: _Room) -> Iterator[str]:
    known = list(facts(message))
    if message.origin == "input" or not known or room.left <= 0:
        return
    rows = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(room.cut(value))}</td></tr>"
        for name, value in known
    )
    words = [message.metadata.get("ls_model_name"), *message.tags]
    if message.usage is not None:
        words.append(counted(message.usage))
    title = " · ".join(str(word) for word in words if word) or "metadata"
    yield (
        f'<details style="{_SMALL}"><summary>{html.escape(title)}</summary>'
        f"<table>{rows}</table></details>"
    )


def mimebundle(run: Run, filters: Filters = _ALL) -> dict[str, Any]:
    """The static faces by MIME type."""
    return {"text/html": to_html(run, filters), "text/plain": to_text(run, filters)}
