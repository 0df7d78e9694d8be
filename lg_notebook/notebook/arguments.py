"""The magics' options: their words, their values, their documentation."""

from __future__ import annotations

import argparse
import inspect
import re
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from lg_notebook.streams.versions import DEFAULT, VERSIONS, notes

if TYPE_CHECKING:
    from collections.abc import Callable

_PAIRS = {"(": ")", "[": "]", "{": "}"}


def split(line: str) -> list[str]:
    """Split a magic's line into words at the spaces outside quotes and brackets.

    So that a Python expression can stand where a word does: `--config {"tags": ["a b"]}`.

    Args:
        line: The line behind the magic's name.

    Raises:
        UsageError: A bracket or a quote is never closed.
    """
    words: list[str] = []
    word = ""
    quote = ""
    closing: list[str] = []
    escaped = False
    for char in line:
        if quote:
            quote = "" if char == quote and not escaped else quote
            escaped = char == "\\" and not escaped
        elif char in "\"'":
            quote = char
        elif char in _PAIRS:
            closing.append(_PAIRS[char])
        elif closing and char == closing[-1]:
            closing.pop()
        elif char.isspace() and not closing:
            if word:
                words.append(word)
            word = ""
            continue
        word += char
    if quote or closing:
        raise UsageError(f"In {line.strip()!r} a {quote or closing[-1]} is missing.")
    return [*words, word] if word else words


def unquote(word: str) -> str:
    """A literal option's value without the quotes around it."""
    quoted = re.fullmatch(r"""(["'])(.*)\1""", word, re.DOTALL)
    return quoted[2] if quoted else word


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence, as the magics' users expect."""

    def error(self, message: str) -> Any:
        raise UsageError(f"{self.prog}: {message}. `{self.prog}?` lists the options.")


def _parser(prog: str) -> _Parser:
    parser = _Parser(
        prog=prog, add_help=False, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "graph", metavar="GRAPH", nargs="?", help="the graph: a name or an expression"
    )
    parser.add_argument(
        "--node", action="append", default=[], metavar="NAME",
        help="show only this node; !NAME leaves it out; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--tag", action="append", default=[], metavar="TAG",
        help="show only model calls with this tag; !TAG leaves them out; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--agent", action="append", default=[], metavar="NAME",
        help="show only this agent; !NAME leaves it out; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--kind", action="append", default=[], metavar="KINDS",
        help="show only these parts of messages: text, tool, reasoning, separated by commas; "
        "!KIND leaves one out",
    )  # fmt: skip
    parser.add_argument(
        "--tokens", metavar="KEY",
        help="read the field KEY of custom payloads as tokens, for models outside LangChain; "
        "a dot where the payload itself is the token",
    )  # fmt: skip
    parser.add_argument(
        "--version", choices=[*VERSIONS], default=DEFAULT,
        help=f"read LangGraph's stream in this version of it; {notes()}",
    )  # fmt: skip
    parser.add_argument(
        "--stream-mode", action="append", default=[], metavar="MODE",
        help="checkpoints: list the checkpoints that are saved, in the run's details and in "
        "_run.checkpoints; all else that LangGraph streams is there anyway",
    )  # fmt: skip
    parser.add_argument("--thread", metavar="ID", help="thread_id, for a graph with a checkpointer")
    parser.add_argument("--config", metavar="EXPR", help="LangChain's config, a dict")
    parser.add_argument("--context", metavar="EXPR", help="LangGraph's run-time context")
    parser.add_argument(
        "--resume", metavar="EXPR",
        help="answer the interrupt that a run of this graph waits at; no input then. Several "
        "are answered by their ids: {id: answer}. Without --thread it is the one thread in "
        "which a run waits",
    )  # fmt: skip
    parser.add_argument(
        "--as", dest="name", metavar="NAME",
        help="leave the Run under this name as well as under _run",
    )  # fmt: skip
    parser.add_argument(
        "--text", action="store_true", help="the input is plain text: the user's message"
    )
    parser.add_argument(
        "--view", choices=["auto", "widget", "text", "html"], default="auto",
        help="auto: live, then kept in the notebook; widget: the same, and the live widget "
        "stays after the run in hosts without lg_notebook's renderer; text: plain text as it "
        "comes; html: static, at the end",
    )  # fmt: skip
    parser.add_argument(
        "--background", action="store_true",
        help="return at once, and let the run go on in this cell's output; `await _run` or "
        "_run.wait(timeout) waits for it, _run.stop() stops it, and so does running the cell "
        "again",
    )  # fmt: skip
    parser.add_argument(
        "--sync", action="store_true",
        help="run the graph by its sync stream, in a thread, even where it has an async form",
    )  # fmt: skip
    parser.add_argument(
        "--record", metavar="FILE", help="write the run to this file while it goes on (JSON Lines)"
    )
    parser.add_argument(
        "--cassette", metavar="FILE",
        help="record what the chat models answer; once the file is there, play it instead of "
        "asking them",
    )  # fmt: skip
    parser.add_argument("--help", action="store_true", help="show this")
    parser.add_argument("--quiet", action="store_true", help="show nothing; only leave the Run")
    return parser


CELL = _parser("%%lgstream")
LINE = _parser("%lgstream")
LINE.add_argument("input", nargs="*", metavar="INPUT", help="the graph's input: an expression")
LINE.add_argument(
    "--replay", metavar="FILE",
    help="show a recorded run again, with its own timing: %%lgstream --replay FILE, without a "
    "graph and an input",
)  # fmt: skip
LINE.add_argument(
    "--speed", metavar="X", type=float,
    help="with --replay: twice as fast with 2, without waiting with 0",
)  # fmt: skip

OPTIONS = [option for action in LINE._actions for option in action.option_strings]  # noqa: SLF001
"""Every option's name, for completion."""


def document(parser: argparse.ArgumentParser) -> Callable[[Any], Any]:
    """A decorator that puts the options into a magic's docstring."""

    def decorate(function: Any) -> Any:
        function.__doc__ = f"{inspect.cleandoc(function.__doc__ or '')}\n\n{parser.format_help()}"
        return function

    return decorate
