"""The public names."""

import importlib
import importlib.metadata
import subprocess
import sys

import pytest

import lg_notebook


@pytest.mark.parametrize("name", lg_notebook.__all__)
def test_every_public_name_is_there_and_documented(name):
    thing = getattr(lg_notebook, name)

    assert thing.__doc__
    assert name in dir(lg_notebook)


def test_dir_shows_the_public_names_and_nothing_else():
    # In a process of its own: modules that were imported are attributes as well.
    code = "import lg_notebook, lg_notebook.core; print(*dir(lg_notebook))"
    shown = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True)

    assert shown.stdout.decode().split() == [
        "GraphWidget", "LgNotebookError", "Run", "__version__", "astream", "awatch", "bridge",
        "cassette", "demo", "exceptions", "read_notebook", "settings", "stream", "watch",
    ]  # fmt: skip


def test_the_version_is_that_of_the_installed_package():
    assert lg_notebook.__version__ == importlib.metadata.version("lg-notebook")


def test_star_imports_everything_public():
    names = {}
    exec("from lg_notebook import *", names)

    assert {*lg_notebook.__all__} <= {*names}


@pytest.mark.parametrize("name", ["events", "deno", "sanitizer", "demo", "bridge", "exceptions"])
def test_modules_that_are_public_keep_their_import_paths(name):
    assert importlib.import_module(f"lg_notebook.{name}").__doc__


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="no attribute 'Graph'"):
        lg_notebook.Graph  # noqa: B018


@pytest.mark.parametrize("name", ["GraphWidget", "Run", "bridge"])
def test_each_comes_by_itself(name):
    code = f"from lg_notebook import {name}"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
