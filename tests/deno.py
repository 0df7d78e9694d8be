"""Deno's kernel, for the tests that run a JavaScript notebook."""

import json
import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from lg_notebook.deno import address

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "js" / "01-deno.ipynb"


def deno():
    """Deno's program; the test is skipped where there is none."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = shutil.which("deno", path=path)
    if found is None:
        pytest.skip("Deno is not installed: `pip install deno`.")
    return found


def place_kernel(data):
    """Put Deno's kernel into a folder of Jupyter's data."""
    folder = data / "kernels" / "deno"
    folder.mkdir(parents=True, exist_ok=True)
    argv = [deno(), "jupyter", "--kernel", "--conn", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Deno", "language": "typescript"}
    (folder / "kernel.json").write_text(json.dumps(spec))


def cells():
    """The cells of the tutorial, without outputs, to be run from any folder."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return [source.replace("../../lg_notebook/static/deno.js", address()) for source in sources]
