"""The reference of the magics' options, written from the code: `docs/options.md`.

`python -m scripts.reference` writes it, `--check` tells whether it is what the code says.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lg_notebook.notebook import arguments

PAGE = Path(__file__).parent.parent / "docs" / "options.md"

_HEAD = """\
# Options of the magics

<!-- Written from lg_notebook/notebook/arguments.py by `python dev.py check --fix`. -->

`%%lgstream GRAPH [options]` runs a graph in a cell. The body is Python, and its last expression
is the graph's input; with `--text` the whole body is the user's message; with `--resume` it may
be empty. `%lgstream GRAPH INPUT [options]` does the same on one line. What ran is left in `_run`.

`GRAPH` and `EXPR` are Python expressions without spaces, or with them inside brackets or quotes.
In the values of the other options `$name` and `{expression}` stand for your variables. Tab
completes options, graphs, nodes and agents, and `%%lgstream?` shows the same list in a notebook.
"""

_LINE_ONLY = """\

## Only for `%lgstream`

"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _table(actions: list[argparse.Action]) -> str:
    rows = ["| option | what it does |", "| --- | --- |"]
    for action in actions:
        value = action.metavar or ("{" + ",".join(action.choices) + "}" if action.choices else "")
        names = " ".join([*action.option_strings[:1], *([str(value)] if value else [])])
        # argparse takes a doubled percent sign for one.
        words = (action.help or "").replace("%%", "%")
        rows.append(f"| `{names}` | {_cell(words)} |")
    return "\n".join(rows) + "\n"


def options(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """The options of a magic, without its positional arguments."""
    return [action for action in parser._actions if action.option_strings]  # noqa: SLF001


def page() -> str:
    """The page, as Markdown."""
    both = options(arguments.CELL)
    known = {action.option_strings[0] for action in both}
    more = [each for each in options(arguments.LINE) if each.option_strings[0] not in known]
    return f"{_HEAD}\n{_table(both)}{_LINE_ONLY}{_table(more)}"


def main() -> int:
    """Write the page, or with `--check` compare it.

    Returns:
        0 if all is well, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    if not parser.parse_args().check:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print(f"{PAGE.name} is not what the code says: run `python dev.py check --fix`.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
