"""Programs that run notebooks without anybody watching: each leaves an output to read."""

import os
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lg_notebook import read_notebook
from tests.kernels import ROOT

pytestmark = [pytest.mark.kernel, pytest.mark.once]

CELLS = [
    "%load_ext lg_notebook\nfrom tests.graphs import zoo\ngraph, agraph = zoo.joke(), zoo.ajoke()",
    '%%lgstream graph\n{"topic": "ice cream"}',
    '%%lgstream agraph --background\n{"topic": "ice cream"}',
    "(await _run).text()",
    '%lgstream graph {"topic": "x"} --view widget',
]
SAID = "Why did the cone cry?"


@pytest.fixture
def notebook(tmp_path):
    path = tmp_path / "short.ipynb"
    book = new_notebook(cells=[new_markdown_cell("# Short"), *map(new_code_cell, CELLS)])
    book.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Python 3", "language": "python",
    }  # fmt: skip
    nbformat.write(book, path)
    return path


def run(folder, *command):
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    ended = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def check(path):
    """That the run is there to read, for people with and without our renderer."""
    book = nbformat.read(path, 4)
    nbformat.validate(book)
    _, plain, background, text, widget = [c for c in book.cells if c.cell_type == "code"]
    for cell in (plain, widget):
        assert any(SAID in o.data.get("text/plain", "") for o in cell.outputs)
        assert any(SAID in o.data.get("text/html", "") for o in cell.outputs)
    assert background.outputs
    assert SAID in text.outputs[-1].data["text/plain"]
    assert not [o for c in book.cells for o in c.get("outputs", ()) if o.output_type == "error"]
    said = [each.text() for each in read_notebook(path)]
    assert len(said) >= 2
    assert set(said) == {SAID}


def test_nbconvert(notebook):
    run(notebook.parent, "nbconvert", "--execute", "--to", "notebook", "--inplace", notebook.name)

    check(notebook)


def test_papermill(notebook):
    run(notebook.parent, "papermill", "--no-progress-bar", notebook.name, "out.ipynb")

    check(notebook.parent / "out.ipynb")


def test_jupytext(notebook):
    """As a Python file, and back."""
    run(notebook.parent, "jupytext", "--to", "py:percent", notebook.name)
    script = notebook.with_suffix(".py")
    assert "# %%lgstream graph" in script.read_text(encoding="utf-8")

    run(
        notebook.parent,
        "jupytext",
        "--to",
        "ipynb",
        "--execute",
        "--output",
        "out.ipynb",
        script.name,
    )

    check(notebook.parent / "out.ipynb")


def test_nbmake(notebook):
    run(
        notebook.parent,
        "pytest",
        "--nbmake",
        "--overwrite",
        "-p",
        "no:cacheprovider",
        notebook.name,
    )

    check(notebook)
