"""Which calls of `wait` are awaited: those that would else hold up the very run they wait for."""

import ast

import pytest

from lg_notebook.notebook.await_wait import awaited


def here(name):
    return name == "run"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("run.wait()", "(await run.await_())"),
        ("x = run.wait(timeout=5).text()", "x = (await run.await_(timeout=5)).text()"),
        ("print('é', run.wait(5))\n", "print('é', (await run.await_(5)))\n"),
        ("run.wait(\n    5,\n)\n", "(await run.await_(\n    5,\n))\n"),
        ("[run.wait(1), run.wait(2)]", "[(await run.await_(1)), (await run.await_(2))]"),
        ("if True:\n    run.wait()", "if True:\n    (await run.await_())"),
        ("run.wait(other.wait())", "(await run.await_(other.wait()))"),
        ("run.wait(run.wait())", "(await run.await_((await run.await_())))"),
        ("run .wait ()", "(await run .await_ ())"),
    ],
)
def test_awaited(cell, code):
    assert awaited(cell, here) == code
    ast.parse(code)


@pytest.mark.parametrize(
    "cell",
    [
        "other.wait()",
        "run.wait",
        "run.waits()",
        "'run.wait()'",
        "def f(): return run.wait()",
        "async def f(): run.wait()",
        "lambda: run.wait()",
        "[run.wait() for _ in ()]",
        "runs[0].wait()",
        "run.wait(",
    ],
)
def test_left_alone(cell):
    assert awaited(cell, here) == cell
