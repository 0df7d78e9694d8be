"""The static faces of a run: HTML without a script, and plain text.

Both are the same from run to run for the same output: nothing in them varies with ids,
times or counts, so that a saved notebook compares equal when it is run again.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from lg_notebook.core.limits import limits
from lg_notebook.model.removal import Removal
from lg_notebook.render.message_facts import counted, facts
from lg_notebook.render.static_text import (
    ALL,
    Room,
    answers,
    endings,
    heading,
    parts,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lg_notebook.model.filters import Filters
    from lg_notebook.model.message import Message
    from lg_notebook.model.run_state import RunState


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


def to_html(run: RunState, filters: Filters = ALL, limit: int | None = None) -> str:
    """A run as HTML that needs neither script nor style sheet.

    Args:
        run: The run.
        filters: Which messages to show.
        limit: Characters of message text at most; `settings.static_characters` by default.

    Returns:
        A fragment. Whatever models, tools and users wrote is escaped text in it.
    """
    room = Room(limits.static_characters if limit is None else limit)
    about = Room(room.left)
    out: list[str] = ["<section>"]
    for title, text in answers(run):
        out += [_head(title, ""), _text(text)]
    for message in shown(run, filters):
        if isinstance(message, Removal):
            out.append(_head(heading(message)[0], room.cut(message.describe(run.messages))))
            continue
        out.append(_head(*heading(message)))
        out += [_part(kind, text) for kind, text in parts(message, filters, room)]
        out += _facts(message, about)
    for title, text in endings(run, filters):
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


def _facts(message: Message, room: Room) -> Iterator[str]:
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
