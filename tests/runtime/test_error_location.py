"""The user's own line of an error."""

import json

import pytest

from lg_notebook.privacy.redactor import MASK, Redactor
from lg_notebook.runtime.error_location import find_source
from tests.shells import shell

REDACTOR = Redactor({"api_key": "sk-12345678"}, environ={})


def caught(function):
    try:
        function()
    except Exception as error:  # noqa: BLE001 - whatever it raises
        return error
    pytest.fail("nothing was raised")


def find(function):
    return find_source(caught(function), REDACTOR)


def fail():
    raise ValueError("sk-12345678")


def test_the_line_that_raised():
    found = find(lambda: fail())  # noqa: PLW0108 - a frame more

    assert found["file"].endswith("test_error_location.py")
    assert not found["file"].startswith("/")
    assert (found["function"], found["line"]) == ("fail", fail.__code__.co_firstlineno + 1)
    assert found["text"] == f'raise ValueError("{MASK}")'


def test_the_innermost_line_outside_of_libraries():
    def parse():
        return json.loads("{")

    assert find(parse)["function"] == "parse"


def test_an_error_raised_from_another():
    def again():
        try:
            fail()
        except ValueError as error:
            raised = RuntimeError("wrapped")
            raised.__traceback__ = None
            raise raised from error

    error = caught(again)
    assert find_source(error, REDACTOR)["function"] == "again"
    error.__traceback__ = None
    assert find_source(error, REDACTOR)["function"] == "fail"


def test_an_error_without_a_traceback():
    assert find_source(ValueError("x"), REDACTOR) is None


def test_an_error_that_is_its_own_cause():
    error = ValueError("x")
    error.__context__ = KeyError("y")
    error.__context__.__context__ = error

    assert find_source(error, REDACTOR) is None


def test_a_file_that_is_not_below_the_working_directory(tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text("def broken():\n    return 1 / 0\n")
    names = {"__name__": "theirs"}
    exec(compile(path.read_text(), str(path), "exec"), names)

    assert find(names["broken"]) == {
        "file": "theirs.py",
        "line": 2,
        "function": "broken",
        "text": "return 1 / 0",
    }


def test_a_cell():
    with shell() as made:
        made.run("def broken():\n    return 1 / 0")
        found = find(made.names["broken"])

    assert found["file"].startswith("cell In[")
    assert (found["line"], found["function"], found["text"]) == (2, "broken", "return 1 / 0")
