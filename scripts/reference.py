"""Write the reference of the magics' options from the code: `docs/options.md`.

`python -m scripts.reference` writes it; with `--check` it fails if the file is not up to date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lg_notebook.core.run_options import CellOptions, Option, RunOptions, taken_by
from lg_notebook.notebook.choices import choices, help_text

PAGE = Path(__file__).parent.parent / "docs" / "options.md"

_HEAD = """\
# Options of the magics

<!-- Written from lg_notebook/core/run_options.py by `python dev.py check --fix`. -->

`%%lgstream GRAPH [options]` runs a graph in a cell. The body is Python, and its last expression
is the graph's input; with `--text` the whole body is the user's message; with `--resume` it may
be empty. `%lgstream GRAPH INPUT [options]` does the same on one line. The run is then in `_run`.

`GRAPH` and `EXPR` are Python expressions without spaces, or with them inside brackets or quotes.
In the values of the other options `$name` and `{expression}` insert your variables. Tab
completes options, graphs, nodes and agents, and `%%lgstream?` shows the same list in a notebook.
"""

_LINE_ONLY = """\

## Only for `%lgstream`

"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _table(options: list[Option]) -> str:
    rows = ["| option | what it does |", "| --- | --- |"]
    for option in options:
        values = choices(option)
        value = f"{{{','.join(values)}}}" if values else option.word
        rows.append(f"| `{f'{option.flag} {value}'.rstrip()}` | {_cell(help_text(option))} |")
    return "\n".join(rows) + "\n"


def code_table(taker: type) -> str:
    """The options that a function takes, for its place in the API's page.

    Args:
        taker: The class of its options (see `lg_notebook.core.run_options`).
    """
    rows = ["| option | default | what it does |", "| --- | --- | --- |"]
    rows += [
        f"| `{option.name}` | `{option.default!r}` | {_cell(option.documentation)} |"
        for option in taken_by(taker)
    ]
    return "\n".join(rows) + "\n"


def page() -> str:
    """The page, as Markdown."""
    both = taken_by(CellOptions)
    more = [option for option in taken_by(RunOptions) if option not in both]
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
