"""A notebook of runs of every kind, executed, and made into a page by nbconvert."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

from tests.kernels import ROOT

ENDLESS = "so much more "

CELLS = [
    """%load_ext lg_notebook
from lg_notebook import GraphWidget, settings
from tests.graphs import zoo
from tests.graphs.model import Scripted, say""",
    "%%lgstream zoo.agent()\n'hello'",
    "%%lgstream zoo.asking() --thread 1\n'hi'",
    "%%lgstream zoo.failing()\n{'topic': 'x'}",
    """config = {"metadata": {"customer": "Ada"}}
%lgstream zoo.joke() {"topic": "ice cream"} --config config""",
    f"""settings.static_characters = 6_000
endless = zoo.chat(Scripted(replies=[say({ENDLESS!r} * 600)]))
%lgstream endless "continue" --text""",
    "GraphWidget(zoo.joke())",
]
AGENT, ASKING, FAILING, JOKE, LONG = range(1, 6)


@cache
def executed() -> Any:
    """The notebook."""
    book = new_notebook(cells=[new_code_cell(cell) for cell in CELLS])
    book.cells[FAILING].metadata["tags"] = ["raises-exception"]
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    # As JupyterLab saves it: without the widgets' state.
    NotebookClient(book, timeout=180, kernel_name="python3", store_widget_state=False).execute(
        env=env
    )
    return book


def page(book: Any, theme: str = "light") -> str:
    """The page that nbconvert makes of a notebook.

    Args:
        book: The notebook.
        theme: `light` or `dark`.
    """
    html: str = HTMLExporter(theme=theme).from_notebook_node(book)[0]
    return html
