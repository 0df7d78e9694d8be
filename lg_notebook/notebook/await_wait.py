"""Make `run.wait()` work in a cell if the run needs the loop that runs the cell.

A cell that blocks that loop would wait forever. So if a cell, at its top level, calls the `wait`
of a name that is such a run at this moment, the call is awaited instead. Everything else stays as
it was written: cells that wait for anything else, and calls inside functions.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SCOPES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda,
    ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp,
)  # fmt: skip
"""Nodes with code of their own, in which nothing can be awaited for the cell."""


def _calls(node: ast.AST) -> Iterator[tuple[str, ast.Call, ast.Attribute]]:
    """Find calls of a name's `wait` in the cell's own code: the name, the call, what is called."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _SCOPES):
            continue
        match child:
            case ast.Call(func=ast.Attribute(value=ast.Name(name), attr="wait") as function):
                yield name, child, function
        yield from _calls(child)


def _end(node: ast.expr) -> tuple[int, int]:
    """The end of a node: the line's number, and the column in bytes."""
    return node.end_lineno or 0, node.end_col_offset or 0


def awaited(source: str, runs_here: Callable[[str], bool]) -> str:
    """Await the calls of `wait` in a cell, and keep its lines.

    Args:
        source: The cell, as Python.
        runs_here: Whether a name is that of a run that needs this thread's event loop.

    Returns:
        The source; unchanged if there is no such call.

    Example:
        >>> awaited("_run.wait(5).text()", lambda name: name == "_run")
        '(await _run.await_(5)).text()'
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    edits: list[tuple[int, int, bytes, int]] = []
    for name, call, function in _calls(tree):
        if runs_here(name):
            edits += [
                (call.lineno, call.col_offset, b"(await ", 0),
                (*_end(function), b"await_", len("wait")),
                (*_end(call), b")", 0),
            ]
    lines = source.encode().splitlines(keepends=True)
    for number, column, text, replaced in sorted(edits, reverse=True):
        line = lines[number - 1]
        lines[number - 1] = line[: column - replaced] + text + line[column:]
    return b"".join(lines).decode()
