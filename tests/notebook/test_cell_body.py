"""A cell's body: statements, then the input."""

import asyncio

import pytest
from IPython.core.error import UsageError

from lg_notebook.notebook.cell_body import aevaluate, evaluate
from tests.shells import shell


@pytest.fixture(scope="module")
def ip():
    with shell() as made:
        yield made.ip


def both(ip, body):
    """The value, the same on either way."""
    value = evaluate(ip, body)
    assert asyncio.run(aevaluate(ip, body)) == value
    return value


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("1 + 1", 2),
        ('{"topic": "ice cream"}', {"topic": "ice cream"}),
        ("x = 2\nx * 3", 6),
        ("def f():\n    return 4\n\nf()", 4),
        ("[\n  1,\n  2,\n]\n# a comment\n\n", [1, 2]),
        ("None", None),
        ("for i in range(3):\n    pass\ni", 2),
        ("%time 5", 5),
        ("import math; math.floor(2.5)", 2),
    ],
)
def test_the_last_expression(ip, body, value, capsys):
    assert both(ip, body) == value


def test_names_stay(ip):
    evaluate(ip, "kept = 7\nkept")

    assert ip.user_ns["kept"] == 7


@pytest.mark.parametrize("body", ["", "  \n\t\n"])
def test_nothing(ip, body):
    with pytest.raises(UsageError, match="The cell is empty"):
        both(ip, body)


def test_only_a_comment(ip):
    with pytest.raises(UsageError, match="The cell is empty"):
        both(ip, "# nothing")


@pytest.mark.parametrize("body", ["x = 1", "import os", "if True:\n    1", "def f(): pass", "pass"])
def test_no_expression_at_the_end(ip, body):
    with pytest.raises(UsageError, match="last line has to be an expression"):
        both(ip, body)


@pytest.mark.parametrize(
    "body",
    [
        "What is the weather?", "{'a': 1", "a b", "1 +", "'open", '"""open', "  x\n y", "f(",
        "return 5\n1", "yield 5", "x = yield\nx", "1\x00", "break\n1", "]", "\\", "é = ²",
    ],
)  # fmt: skip
def test_no_python(ip, body):
    with pytest.raises(UsageError, match=r"is not Python|has to be an expression") as caught:
        both(ip, body)
    assert "\n" not in str(caught.value)


def test_nothing_runs_of_what_is_no_python(ip):
    for body in ("ran = 1\nyield 5", "ran = 1\nx = 2", "ran = 1\n("):
        with pytest.raises(UsageError):
            both(ip, body)
    assert "ran" not in ip.user_ns


def test_what_it_raises(ip):
    with pytest.raises(ZeroDivisionError):
        both(ip, "1 / 0")


def test_await(ip):
    body = "import asyncio\nawait asyncio.sleep(0)\nx = await asyncio.sleep(0, 8)\nx"

    assert asyncio.run(aevaluate(ip, body)) == 8
    assert asyncio.run(aevaluate(ip, "await asyncio.sleep(0, 9)")) == 9


def test_await_where_nothing_can_be_awaited(ip):
    with pytest.raises(UsageError, match="`await` works in a cell that is nothing but"):
        evaluate(ip, "import asyncio\nawait asyncio.sleep(0)")
