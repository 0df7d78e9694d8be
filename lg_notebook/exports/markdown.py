r"""Export a run as Markdown, to paste into an issue, a document or a chat.

A model's text stays Markdown, but cannot become HTML or load anything. Outside of code, `<` is
escaped, so that no element appears. `![` is escaped too, so that no image is loaded when the
document is opened.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING

from lg_notebook.core.limits import UNMASKED
from lg_notebook.model.reading_order import reading_order
from lg_notebook.render.block_text import MEDIA, other_parts
from lg_notebook.render.static_text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lg_notebook.model.filters import Filters
    from lg_notebook.model.message import Message, ToolCall
    from lg_notebook.model.run_state import RunState

_MEDIA = {f"[{kind}]" for kind in MEDIA}
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}(?=[^`]*$)|~{3,})")
_RUN_OF_TICKS = re.compile(r"`+")
_SPECIAL = re.compile(r"\\.|`+|<|!\[")
_NAME = re.compile(r"([\\`*_{}\[\]<>#|~!&])")


def to_markdown(run: RunState, filters: Filters) -> str:
    """Export a run as Markdown.

    Args:
        run: The run.
        filters: Which messages to show.

    Returns:
        For each message a heading with its node and role, and its text. Tool calls and
        reasoning are code blocks. A run that was stopped or failed says so at the end.
    """
    parts = [f"## {_name(run.graph or 'Run')}"]
    for answer in run.answers:
        parts += ["### answer", _code(_json(answer), "json")]
    for message in reading_order(run):
        if filters.shows(message):
            parts += _message(message, filters)
    for question in run.questions:
        parts += ["### interrupt", _code(_json(question), "json")]
    if run.error is not None:
        parts += [f"### {_name(run.error['type'])}", _code(run.error["message"], "text")]
    elif run.status in {"stopped", "running"}:
        parts.append("*The run was stopped.*" if run.status == "stopped" else "*Not ended.*")
    parts += [f"*{_name(sentence)}*" for sentence in run.unreadable]
    if not run.masked:
        parts.append(f"*{UNMASKED}*")
    return printable("\n\n".join(parts)) + "\n"


def _message(message: Message, filters: Filters) -> Iterator[str]:
    shows = partial(filters.shows_part, message.role)
    path = [segment.partition(":")[0] for segment in message.namespace]
    where = " › ".join([*path, message.node or message.origin])
    what = [message.name or "", "" if message.role == "ai" else message.role]
    yield f"### {_name(' · '.join([where, *filter(None, what)]))}"
    if message.reasoning and shows("reasoning"):
        yield f"*Reasoning*\n\n{_code(message.reasoning, 'text')}"
    if message.text and shows("text"):
        yield _code(message.text, "text") if message.role == "tool" else escape(message.text)
    for call in message.tool_calls if shows("tool_call") else ():
        yield f"*Tool call* {_name(call.name or 'tool')}\n\n{_arguments(call)}"
    for kind, text in other_parts(message, shows):
        if kind == "refusal":
            yield f"*Refusal*\n\n{escape(text)}"
        elif text in _MEDIA:
            yield f"*{text}*"
        else:
            yield _code(text if kind in MEDIA else f"{kind}: {text}", "text")


def _arguments(call: ToolCall) -> str:
    return _code(call.text if call.args is None else _json(call.args), "json")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _name(text: str) -> str:
    """Escape a name, so that Markdown shows its characters."""
    return _NAME.sub(r"\\\1", " ".join(text.split()))


def _code(text: str, language: str) -> str:
    """Write a fenced block, with a longer fence than any in the text."""
    longest = max((len(ticks) for ticks in _RUN_OF_TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def escape(text: str) -> str:
    r"""Escape Markdown, so that it makes no HTML element and loads no image.

    All of its text stays readable.

    Args:
        text: Markdown from a model.

    Example:
        >>> escape("a <b> and `<c>`, ![x](http://example.org/x.png)")
        'a \\<b> and `<c>`, !\\[x](http://example.org/x.png)'
    """
    out: list[str] = []
    fence = ""
    fences = spans = True  # whether they can be distinguished from text
    for line in text.split("\n"):
        found = _FENCE.match(line) if fences else None
        marks = found["marks"] if found else ""
        if fence:
            out.append(line)
            if marks.startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif marks and line[0] != " ":
            fence = marks
            out.append(line)
        else:
            # An indented fence may belong to a list item. Only a whole Markdown parser knows
            # what is code from here on, so the rest is treated as text.
            fences = fences and not marks
            spans = spans or not line.strip()
            escaped, spans = _line(line, spans=spans)
            out.append(escaped)
    if fence:
        out.append(fence)
    return "\n".join(out)


def _line(line: str, *, spans: bool) -> tuple[str, bool]:
    """Escape a line outside of fences, except the code spans that begin and end in it.

    Args:
        line: The line.
        spans: False if a span of an earlier line may end here.

    Returns:
        The line, and whether code spans of the next line can be distinguished from text.
    """
    out: list[str] = []
    at = 0
    while found := _SPECIAL.search(line, at):
        out.append(line[at : found.start()])
        at = found.end()
        piece = found[0]
        if piece[0] == "`" and spans:
            close = next(
                (t for t in _RUN_OF_TICKS.finditer(line, at) if len(t[0]) == len(piece)), None
            )
            if close is None:
                spans = False
            else:
                piece, at = line[found.start() : close.end()], close.end()
        elif piece == "<":
            piece = r"\<"
        elif piece == "![":
            piece = r"!\["
        out.append(piece)
    out.append(line[at:])
    return "".join(out), spans
