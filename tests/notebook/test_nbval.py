"""nbval's strict mode: a saved run passes when it is run again, and fails when it was changed."""

import os
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from lg_notebook import sanitizer
from tests.kernels import ROOT

pytestmark = [pytest.mark.kernel, pytest.mark.once]

CELLS = [
    """%load_ext lg_notebook
from tests.graphs import zoo
from lg_notebook import GraphWidget, watch
from tests.slow import Slow
graph, agraph, chat, parallel = zoo.joke(), zoo.ajoke(), zoo.chat(), zoo.parallel()
slow, aslow = (make(Slow(text="a b c d e")) for make in (zoo.joke, zoo.ajoke))""",
    '%%lgstream graph\n{"topic": "ice cream"}',
    '%%lgstream agraph\n{"topic": "ice cream"}',
    "%%lgstream chat --text\nhello",
    "%%lgstream parallel\n{'topic': 'x', 'texts': []}",
    "%%lgstream zoo.agent()\n'weather?'",
    "%%lgstream zoo.asking() --thread 1\n'hi'",
    '%lgstream graph {"topic": "x"} --view html',
    '%lgstream graph {"topic": "x"} --view widget',
    '%lgstream graph {"topic": "x"} --view text',
    "print(_run.status, _run.text())",
    "_run",
    "widget = GraphWidget(graph)\nwidget",
    'run = widget.run({"topic": "x"})',
    'run = watch(graph, {"topic": "x"})',
    # Fast, and over before its cell is; slow, and over in a later one.
    '%%lgstream graph --background\n{"topic": "x"}',
    "print((await _run).text())",
    '%%lgstream slow --background\n{"topic": "x"}',
    "_run.wait(30)",
    '%%lgstream aslow --background --view html\n{"topic": "x"}',
    "await _run",
    'run = watch(slow, {"topic": "x"}, background=True)',
    "run.wait().text()",
]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A notebook that was run once and saved."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"], before = os.pathsep.join(paths), os.environ.get("PYTHONPATH")
    book = new_notebook(cells=[new_code_cell(cell) for cell in CELLS])
    book.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Python 3", "language": "python",
    }  # fmt: skip
    path = tmp_path_factory.mktemp("notebook") / "saved.ipynb"
    try:
        NotebookClient(book, timeout=180, kernel_name="python3").execute()
        nbformat.write(book, path)
        yield path
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def nbval(path, *options):
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-cell-timeout=180",
               "-p", "no:cacheprovider", "-q", "--rootdir", str(path.parent), *options,
               str(path)]  # fmt: skip
    return subprocess.run(
        command, cwd=path.parent, capture_output=True, text=True, timeout=280, check=False
    )


def outputs(path):
    return [output for cell in nbformat.read(path, 4).cells for output in cell.outputs]


def test_what_is_saved_has_no_widget_that_would_load_for_ever(notebook):
    shown = [set(output.data) for output in outputs(notebook) if "data" in output]
    dead = [types for types in shown if "application/vnd.jupyter.widget-view+json" in types]

    assert len(shown) > 10
    assert len(dead) == 2  # --view widget, and the widget itself: the cells request them


def test_the_saved_run_passes(notebook):
    ended = nbval(notebook)

    assert ended.returncode == 0, ended.stdout
    assert f"{len(CELLS)} passed" in ended.stdout


def test_a_changed_run_fails(notebook, tmp_path):
    book = nbformat.read(notebook, 4)
    book.cells = book.cells[:4]
    for cell, key in zip(book.cells[1:3], ("text/plain", "text/html"), strict=True):
        (changed,) = [output for output in cell.outputs if "cone" in output.data.get(key, "")]
        changed.data[key] = changed.data[key].replace("cone", "bone")
    path = tmp_path / "changed.ipynb"
    nbformat.write(book, path)

    ended = nbval(path)
    assert ended.returncode == 1, ended.stdout
    assert "2 failed, 2 passed" in ended.stdout


def test_where_models_may_say_something_else_the_sanitizer_lets_them(notebook, tmp_path):
    book = nbformat.read(notebook, 4)
    begun, ended = book.cells[15], book.cells[1]
    assert "--background" in begun.source
    book.cells = [*book.cells[:4], book.cells[10], begun]
    # JupyterLab saves the run where nbclient, which listens no longer, leaves the placeholder.
    [place], [twin] = ([o.data for o in cell.outputs if "text/html" in o.data]
                       for cell in (begun, ended))  # fmt: skip
    assert "runs in the background" in place["text/html"]
    place.update({key: twin[key] for key in ("text/html", "text/plain")})
    for cell in book.cells:
        for output in cell.outputs:
            for key in {"text/plain", "text/html"} & set(output.get("data", ())):
                output.data[key] = output.data[key].replace("cone", "bone").replace("Hello", "Hi")
    book.cells[4].outputs[0].text = "done something else"
    path = tmp_path / "changed.ipynb"
    nbformat.write(book, path)

    ended = nbval(path, "--nbval-sanitize-with", str(sanitizer.PATH))

    assert ended.returncode == 1, ended.stdout
    assert "1 failed, 5 passed" in ended.stdout, "other outputs are compared as ever"
