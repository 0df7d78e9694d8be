"""Render a run as HTML without a script.

For the same messages it is the same in every run: no ids, times or counts are in it. So a
saved notebook compares equal when it runs again.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from lg_notebook.core.limits import limits
from lg_notebook.model.removal import Removal
from lg_notebook.render.message_facts import counted, facts
from lg_notebook.render.static_text import (
    ALL,
    TextBudget,
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
"""Characters from which on a text is folded; about half of this is shown before the fold."""
_QUIET = "opacity:0.75;font-weight:400"


def to_html(run: RunState, filters: Filters = ALL, limit: int | None = None) -> str:
    """Render a run as HTML that needs no script and no style sheet.

    Args:
        run: The run.
        filters: Which messages to show.
        limit: Characters of message text at most; `settings.static_characters` by default.

    Returns:
        A fragment of HTML, with every text of models, tools and users escaped.
    """
    budget = TextBudget(limits.static_characters if limit is None else limit)
    facts_budget = TextBudget(budget.left)
    out: list[str] = ["<section>"]
    for title, text in answers(run):
        out += [_head(title, ""), _text(text)]
    for message in shown(run, filters):
        if isinstance(message, Removal):
            out.append(_head(heading(message)[0], budget.cut(message.describe(run.messages))))
            continue
        out.append(_head(*heading(message)))
        out += [_part(kind, text) for kind, text in parts(message, filters, budget)]
        out += _facts(message, facts_budget)
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
    """Write a text, and fold the end of a long one.

    It is preformatted, because GitHub removes styles, which would keep the line breaks.
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
    # An HTML parser drops a line feed at the beginning.
    first = "\n" if text.startswith("\n") else ""
    return f'<pre style="{style}">{first}{html.escape(text)}</pre>'


def _part(kind: str, text: str) -> str:
    if kind == "reasoning":
        return f"<details><summary>Reasoning</summary>{_text(text)}</details>"
    if kind in {"text", "media", "tool_call"}:
        return _text(text, _CODE if kind == "tool_call" else _BODY)
    return _text(f"({kind}) {text}", _BODY if kind == "refusal" else _CODE)


def _facts(message: Message, budget: TextBudget) -> Iterator[str]:
    known = list(facts(message))
    if message.origin == "input" or not known or budget.left <= 0:
        return
    rows = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(budget.cut(value))}</td></tr>"
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
