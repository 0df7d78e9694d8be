"""Parse the line of a magic into its words and options."""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from lg_notebook.core.run_options import CellOptions, RunOptions, taken_by
from lg_notebook.notebook.choices import choices, help_text

if TYPE_CHECKING:
    from collections.abc import Callable

_PAIRS = {"(": ")", "[": "]", "{": "}"}


def split(line: str) -> list[str]:
    """Split a magic's line into words at the spaces outside quotes and brackets.

    So a Python expression can be a word: `--config {"tags": ["a b"]}`.

    Args:
        line: The line behind the magic's name.

    Returns:
        The words, with their quotes and brackets.

    Raises:
        UsageError: A bracket or a quote is not closed.

    Example:
        >>> split('graph --config {"tags": ["a b"]}')
        ['graph', '--config', '{"tags": ["a b"]}']
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
    """Remove the quotes around a literal value.

    Example:
        >>> unquote("'a b'")
        'a b'
    """
    quoted = re.fullmatch(r"""(["'])(.*)\1""", word, re.DOTALL)
    return quoted[2] if quoted else word


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence, as the magics' users expect."""

    def error(self, message: str) -> Any:
        raise UsageError(f"{self.prog}: {message}. `{self.prog}?` lists the options.")


def parser(magic: str, taker: type) -> argparse.ArgumentParser:
    """Make a parser for the line of a magic.

    Args:
        magic: The magic as users write it.
        taker: The class of options that it takes (see `lg_notebook.core.run_options`).

    Returns:
        The parser, which raises `UsageError` for a line that it cannot read.

    Example:
        >>> parser("%%lgstream", CellOptions).parse_args(["graph", "--quiet"]).quiet
        True
    """
    made = _Parser(prog=magic, add_help=False, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument(
        "graph", metavar="GRAPH", nargs="?", help="the graph: a name or an expression"
    )
    for option in taken_by(taker):
        arguments: dict[str, Any] = {
            "dest": option.name,
            "help": help_text(option).replace("%", "%%"),  # argparse formats it
            "default": [] if option.repeats else option.default,
            "action": "append" if option.repeats else "store",
        }
        if option.switch:
            arguments["action"] = "store_true"
        elif option.choices:
            arguments["choices"] = choices(option)
        else:
            arguments["metavar"] = option.word
        if option.convert is not None:
            arguments["type"] = option.convert
        made.add_argument(option.flag, **arguments)
    return made


CELL = parser("%%lgstream", CellOptions)
LINE = parser("%lgstream", RunOptions)
LINE.add_argument("input", nargs="*", metavar="INPUT", help="the graph's input: an expression")


def cell_options(line: str, names: Mapping[str, object]) -> argparse.Namespace:
    """Parse the line of `%%lgstream`.

    Args:
        line: The line behind the magic's name.
        names: The user's variables. None of them is evaluated.

    Raises:
        UsageError: The line is not understood; a config without its option gets a hint.
    """
    options, rest = CELL.parse_known_args(split(line))
    if rest:
        hint = ""
        if any(_is_config(word, names) for word in rest):
            hint = " (a config goes behind --config)"
        CELL.error(f"unrecognized arguments: {' '.join(rest)}{hint}")
    return options


def _is_config(word: str, names: Mapping[str, object]) -> bool:
    """Whether a word too many is a config: a dict, or a name of one or like one."""
    return word.startswith("{") or "config" in word.lower() or isinstance(names.get(word), Mapping)


def document(made: argparse.ArgumentParser) -> Callable[[Any], Any]:
    """Make a decorator that adds the options to a magic's docstring."""

    def decorate(function: Any) -> Any:
        function.__doc__ = f"{inspect.cleandoc(function.__doc__ or '')}\n\n{made.format_help()}"
        return function

    return decorate
