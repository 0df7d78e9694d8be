"""Stream a LangGraph graph's tokens live in Jupyter, and inspect the run.

%load_ext lg_notebook

%%lgstream graph
{"topic": "ice cream"}
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lg_notebook import bridge as bridge
    from lg_notebook import demo as demo
    from lg_notebook import exceptions as exceptions
    from lg_notebook._run import Run as Run
    from lg_notebook._run import read_notebook as read_notebook
    from lg_notebook._settings import settings as settings
    from lg_notebook._stream import astream as astream
    from lg_notebook._stream import stream as stream
    from lg_notebook._watch import awatch as awatch
    from lg_notebook._watch import watch as watch
    from lg_notebook.cassettes.cassette import cassette as cassette
    from lg_notebook.exceptions import LgNotebookError as LgNotebookError
    from lg_notebook.widget.graph_widget import GraphWidget as GraphWidget

    __version__: str

_PUBLIC = {
    "GraphWidget": "widget.graph_widget",
    "LgNotebookError": "exceptions",
    "Run": "_run",
    "astream": "_stream",
    "awatch": "_watch",
    "bridge": "",
    "cassette": "cassettes.cassette",
    "demo": "",
    "exceptions": "",
    "read_notebook": "_run",
    "settings": "_settings",
    "stream": "_stream",
    "watch": "_watch",
}
"""Every public name, with the module that defines it; empty for a module of that name."""

__all__ = [*_PUBLIC]  # noqa: PLE0604 - the names are in the table above


def __getattr__(name: str) -> Any:
    # Imported when first used: `%load_ext` has to be quick, and a script needs no widgets.
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("lg-notebook")
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _PUBLIC[name]
    if not home:
        return importlib.import_module(f"lg_notebook.{name}")
    return getattr(importlib.import_module(f"lg_notebook.{home}"), name)


def __dir__() -> list[str]:
    return ["__version__", *_PUBLIC]


def load_ipython_extension(shell: Any) -> None:
    """Register the magics: IPython calls it for `%load_ext lg_notebook`."""
    from lg_notebook.notebook.extension import load  # noqa: PLC0415

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Remove the magics: IPython calls it for `%unload_ext lg_notebook`."""
    from lg_notebook.notebook.extension import unload  # noqa: PLC0415

    unload(shell)


if os.environ.get("LG_NOTEBOOK_CASSETTE"):  # for all cells of a notebook, whichever runs first
    importlib.import_module("lg_notebook._settings").from_environment()
