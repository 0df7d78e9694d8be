"""Run the body of a cell as Python; its last expression is the graph's input."""

from __future__ import annotations

import ast
import inspect
import re
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from lg_notebook.notebook.steps import Step, atake, take

if TYPE_CHECKING:
    from types import CodeType

    from lg_notebook.notebook.steps import Steps

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


def compiled(shell: Any, body: str) -> tuple[CodeType, CodeType]:
    """Compile the statements of a body, and its last expression.

    Args:
        shell: IPython's shell.
        body: The cell below the magic's line.

    Returns:
        The statements, and the expression.

    Raises:
        UsageError: The body is empty, is not Python, or does not end with an expression.
    """
    if not body.strip():
        raise UsageError(EMPTY)
    try:
        tree, name = _parse(shell, body)
        if not tree.body:
            raise UsageError(EMPTY)
        last = tree.body[-1]
        if not isinstance(last, ast.Expr) or _asks_for_help(last):
            raise UsageError(_NO_INPUT)
        return _statements(tree.body[:-1], name), compile(
            ast.Expression(last.value), name, "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        )
    except (SyntaxError, ValueError) as error:  # ValueError: a null byte, before Python 3.12
        words = f"The cell is not Python ({_said(error)}): {_NO_INPUT}"
        raise UsageError(words) from None


def compiled_statements(shell: Any, body: str) -> CodeType:
    """Compile a body that has no value, because the answer is the input.

    Raises:
        UsageError: The body is not Python, or its last line is an expression.
    """
    try:
        tree, name = _parse(shell, body)
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            raise UsageError(
                "--resume answers, so there is no input: leave the cell's body empty, or let it be"
                " statements that prepare the answer."
            )
        return _statements(tree.body, name)
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"The cell is not Python ({_said(error)}).") from None


def _parse(shell: Any, body: str) -> tuple[ast.Module, str]:
    """Parse a body, and name it."""
    source = shell.transform_cell(body)
    # Registered, so that a traceback shows the cell's own lines.
    name = shell.compile.cache(source, shell.execution_count, raw_code=body)
    return shell.transform_ast(ast.parse(source, filename=name)), name


def _statements(statements: list[ast.stmt], name: str) -> CodeType:
    code: CodeType = compile(
        ast.Module(statements, []), name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    )
    return code


def filled(lines: list[str]) -> list[str]:
    """Give a cell that is only `%%lgstream …` a body, which is an empty line.

    IPython refuses a cell magic without a body before it calls the magic. This is an input
    transformer for `input_transformers_post`.
    """
    match = _BARE.fullmatch("".join(lines))
    return lines if match is None else [f"{match[1]}'\\n')\n"]


def _asks_for_help(last: ast.Expr) -> bool:
    """Whether IPython read the line as its `name?`: a question that was meant for the model."""
    return ast.unparse(last).startswith("get_ipython().run_line_magic('pinfo")


def _said(error: SyntaxError | ValueError) -> str:
    where = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
    return f"{error.msg if isinstance(error, SyntaxError) else error}{where}"


def evaluation(shell: Any, code: CodeType) -> Step:
    """Make the step that runs a part of a body.

    Args:
        shell: IPython's shell.
        code: The part (see `compiled`).

    Returns:
        The step. In this thread it raises `UsageError` if the part awaits something.
    """
    awaits = bool(code.co_flags & inspect.CO_COROUTINE)

    def run() -> Any:
        return eval(code, shell.user_global_ns, shell.user_ns)  # noqa: S307 - the user's own cell

    def do() -> Any:
        if awaits:
            raise UsageError(
                "`await` works in a cell that is nothing but %%lgstream, in a notebook; here"
                " await it in a cell before, and give the result."
            )
        return run()

    async def ado() -> Any:
        return await run() if awaits else run()

    return Step(do, ado)


def _evaluations(shell: Any, body: str) -> Steps[Any]:
    statements, value = compiled(shell, body)
    yield evaluation(shell, statements)
    return (yield evaluation(shell, value))


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
    return await atake(_evaluations(shell, body))


def evaluate(shell: Any, body: str) -> Any:
    """Run a body without awaiting anything; the sync form of `aevaluate`.

    Raises:
        UsageError: As for `aevaluate`, or the body awaits something.
    """
    return take(_evaluations(shell, body))
