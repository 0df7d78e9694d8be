"""Run the body of a cell as Python; its last expression is the graph's input."""

from __future__ import annotations

import ast
import inspect
import re
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

EMPTY = (
    "The cell is empty: below the %%lgstream line goes the graph's input, such as"
    ' {"topic": "ice cream"}.'
)
_NO_INPUT = (
    "The cell's last line has to be an expression, the graph's input; with --text the whole"
    " cell is the user's message."
)

_BARE = re.compile(
    r"""(get_ipython\(\)\.run_cell_magic\('lgstream', ('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"), )''\)\s*"""
)
"""The source that IPython makes from `%%lgstream …` without a body."""


def _compile(shell: Any, body: str) -> Iterator[CodeType]:
    """Compile the statements, then the last expression.

    Raises:
        UsageError: The body is empty, is not Python, or does not end with an expression.
    """
    if not body.strip():
        raise UsageError(EMPTY)
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        source = shell.transform_cell(body)
        # Registered, so that a traceback shows the cell's own lines.
        name = shell.compile.cache(source, shell.execution_count, raw_code=body)
        tree = shell.transform_ast(ast.parse(source, filename=name))
        if not tree.body:
            raise UsageError(EMPTY)
        last = tree.body[-1]
        if not isinstance(last, ast.Expr) or _asks_for_help(last):
            raise UsageError(_NO_INPUT)
        parts = (
            compile(ast.Module(tree.body[:-1], []), name, "exec", flags),
            compile(ast.Expression(last.value), name, "eval", flags),
        )
    except (SyntaxError, ValueError) as error:  # ValueError: a null byte, before Python 3.12
        words = f"The cell is not Python ({_said(error)}): {_NO_INPUT}"
        raise UsageError(words) from None
    yield from parts


def check_statements(shell: Any, body: str) -> None:
    """Check that a body has no value, because the answer is the input.

    Raises:
        UsageError: The body is not Python, or its last line is an expression.
    """
    if not body.strip():
        return
    try:
        tree = ast.parse(shell.transform_cell(body))
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"The cell is not Python ({_said(error)}).") from None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        raise UsageError(
            "--resume answers, so there is no input: leave the cell's body empty, or let it be"
            " statements that prepare the answer."
        )


def filled(lines: list[str]) -> list[str]:
    """Give a cell that is only `%%lgstream … --resume …` a body.

    IPython refuses a cell magic without a body before it calls the magic. This is an input
    transformer for `input_transformers_post`.
    """
    source = "".join(lines)
    match = _BARE.fullmatch(source)
    if match is None or "--resume" not in match[2]:
        return lines
    return [f"{match[1]}'\\n')\n"]


def _asks_for_help(last: ast.Expr) -> bool:
    """Whether IPython read the line as its `name?`: a question that was meant for the model."""
    return ast.unparse(last).startswith("get_ipython().run_line_magic('pinfo")


def _said(error: SyntaxError | ValueError) -> str:
    where = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
    return f"{error.msg if isinstance(error, SyntaxError) else error}{where}"


def _evaluate(shell: Any, body: str) -> Iterator[tuple[Any, bool]]:
    """Evaluate part by part; yield each value, and whether it must be awaited."""
    for code in list(_compile(shell, body)):
        value = eval(code, shell.user_global_ns, shell.user_ns)  # noqa: S307 - the user's own cell
        yield value, bool(code.co_flags & inspect.CO_COROUTINE)


async def aevaluate(shell: Any, body: str) -> Any:
    """Run a body on the running loop.

    Args:
        shell: IPython's shell.
        body: The cell below the magic's line.

    Returns:
        The value of its last expression.

    Raises:
        UsageError: The body is empty, is not Python, or does not end with an expression.
        Exception: Whatever the body raises.
    """
    value: Any = None
    for part, awaitable in _evaluate(shell, body):
        value = await part if awaitable else part
    return value


def evaluate(shell: Any, body: str) -> Any:
    """Run a body without awaiting anything; the sync form of `aevaluate`.

    Raises:
        UsageError: As for `aevaluate`, or the body awaits something.
    """
    value: Any = None
    for part, awaitable in _evaluate(shell, body):
        if awaitable:
            part.close()
            raise UsageError(
                "`await` works in a cell that is nothing but %%lgstream, in a notebook; here"
                " await it in a cell before, and give the result."
            )
        value = part
    return value
