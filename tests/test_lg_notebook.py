"""The public names."""

import subprocess
import sys

import pytest

import lg_notebook


@pytest.mark.parametrize("name", lg_notebook.__all__)
def test_every_public_name_is_there_and_documented(name):
    thing = getattr(lg_notebook, name)

    assert thing.__doc__
    assert name in dir(lg_notebook)


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="no attribute 'Graph'"):
        lg_notebook.Graph  # noqa: B018


@pytest.mark.parametrize("name", ["GraphWidget", "Run", "bridge"])
def test_each_comes_by_itself(name):
    code = f"from lg_notebook import {name}"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
