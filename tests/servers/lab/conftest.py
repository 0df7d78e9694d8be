"""One notebook in a real JupyterLab, in whose cells the servers' graphs run.

A package of its own, as Playwright keeps an event loop running in this thread for as long as
its browser is there, and the tests beside it need the thread without one.
"""

from __future__ import annotations

import pytest

from tests.browser.conftest import browser, lab, shared_notebook
from tests.servers.lab.desk import Desk

__all__ = ["browser", "desk", "lab"]


@pytest.fixture(scope="package")
def desk(browser, lab):
    """The notebook."""
    with shared_notebook(browser, lab, "remote", [""] * 60) as notebook:
        notebook.page.set_viewport_size({"width": 1400, "height": 1100})
        notebook.page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
        yield Desk(notebook)
