"""Loading and unloading: once, and without a trace."""

import subprocess
import sys

import pytest

import lg_notebook
from lg_notebook.notebook.await_magic import Awaiter
from tests.shells import shell


def traces(ip):
    """Everything that an extension may leave in a shell."""
    magics = ip.magics_manager
    return {
        "magics": {kind: sorted(names) for kind, names in magics.magics.items()},
        "registry": sorted(magics.registry),
        "matchers": len(ip.Completer.custom_matchers),
        "matched": len(ip.Completer.matchers),
        "transformers": len(ip.input_transformers_post),
        "events": {name: len(found) for name, found in ip.events.callbacks.items()},
        "names": set(ip.user_ns),
    }


@pytest.fixture
def bare():
    with shell(loaded=False) as made:
        yield made.ip


def test_loaded_and_unloaded(bare):
    before = traces(bare)
    lg_notebook.load_ipython_extension(bare)
    assert traces(bare) != before
    assert bare.find_cell_magic("lgstream")
    assert bare.find_line_magic("lgstream")

    lg_notebook.unload_ipython_extension(bare)
    assert traces(bare) == before


def test_twice_is_harmless(bare):
    before = traces(bare)
    lg_notebook.load_ipython_extension(bare)
    once = traces(bare)
    lg_notebook.load_ipython_extension(bare)
    assert traces(bare) == once

    for _ in range(2):
        lg_notebook.unload_ipython_extension(bare)
        assert traces(bare) == before


def test_in_a_kernel_too(bare):
    before = traces(bare)
    bare.kernel = object()
    lg_notebook.load_ipython_extension(bare)
    assert any(isinstance(each, Awaiter) for each in bare.input_transformers_post)
    lg_notebook.load_ipython_extension(bare)
    lg_notebook.unload_ipython_extension(bare)

    assert traces(bare) == before


def test_again_after_unloading(bare):
    for _ in range(3):
        lg_notebook.load_ipython_extension(bare)
        lg_notebook.unload_ipython_extension(bare)
    lg_notebook.load_ipython_extension(bare)

    assert bare.find_cell_magic("lgstream")
    lg_notebook.unload_ipython_extension(bare)


def test_by_ipythons_own_commands(bare):
    bare.run_line_magic("unload_ext", "lg_notebook")  # IPython makes these magics when first used
    before = traces(bare)
    bare.run_line_magic("load_ext", "lg_notebook")
    bare.run_line_magic("unload_ext", "lg_notebook")

    assert traces(bare) == before


def test_importing_the_package_imports_nothing_heavy():
    code = (
        "import sys, lg_notebook; dir(lg_notebook);"
        "sys.exit(str({'langgraph', 'IPython', 'anywidget', 'langchain_core'} & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert ended.stderr.strip() == "set()"


def test_loading_imports_no_widgets():
    code = (
        "import sys\nfrom IPython.core.interactiveshell import InteractiveShell\n"
        "import lg_notebook\nlg_notebook.load_ipython_extension(InteractiveShell())\n"
        "sys.exit(str({'anywidget', 'ipywidgets', 'xllamacpp', 'pandas'} & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert ended.stderr.strip() == "set()"
