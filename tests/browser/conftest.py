"""Fixtures: one server and one browser for all stories, a page and a notebook for each."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

import nbformat
import pytest

from tests.browser.cells import RELEASED
from tests.browser.newsroom import ASK, MODEL, NEWSROOM
from tests.browser.notebook import BrowserNotebook
from tests.browser.reader import SHOW, VIEWS, Reader
from tests.browser.server import JupyterServer

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PATIENCE_MS = 120_000
_SIZE = {"width": 1280, "height": 900}
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(600))


# The scope is the package's, as Playwright keeps an event loop running in this thread,
# and the async tests elsewhere need the thread without one.
@pytest.fixture(scope="package")
def browser():
    # Environments that leave the browser tests out do not have it.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    named = os.environ.get("CHROMIUM")
    chromium = next(filter(None, map(shutil.which, (named,) if named else _NAMES)), None)
    if chromium is None:
        pytest.fail("No Chromium on PATH or in the environment variable CHROMIUM.")
    headless = not os.environ.get("LG_NOTEBOOK_HEADED")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, headless=headless, args=list(_FLAGS)
        )
        yield browser
        browser.close()


def _note(errors, stack):
    """Note an error that comes from our scripts: the hosts have some of their own."""
    if "/labextensions/lg-notebook/" in stack or "blob:" in stack:
        errors.append(stack)


def _serve(program, folder):
    server = JupyterServer(program, folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def lab(tmp_path_factory):
    yield from _serve("lab", tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="package")
def notebook7(tmp_path_factory):
    yield from _serve("notebook", tmp_path_factory.mktemp("notebook"))


def _pages(browser):
    contexts = []

    def open_page(**options):
        context = browser.new_context(viewport=_SIZE, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(_PATIENCE_MS)
        page.errors = []
        page.on("pageerror", lambda error: _note(page.errors, error.stack or str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def new_page(browser):
    """Open pages that share nothing, and notice what goes wrong in them."""
    yield from _pages(browser)


def _write(server, name, cells, kernel="python3"):
    """Write a notebook of cells."""
    path = server.files / f"{name}.ipynb"
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": kernel, "display_name": kernel}
    notebook.cells = [
        cell if not isinstance(cell, str) else nbformat.v4.new_code_cell(cell) for cell in cells
    ]
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def open_notebook(request, new_page):
    """Write a notebook of cells and open it."""
    servers = set()

    def open_cells(server, cells, kernel="python3", **options):
        name = request.node.name.replace("[", "-").replace("]", "")
        path = _write(server, name, cells, kernel)
        (server.files / RELEASED).unlink(missing_ok=True)
        servers.add(server)
        return BrowserNotebook(new_page(**options), server, path).open()

    yield open_cells
    for server in servers:
        server.shut_down_kernels()


@contextlib.contextmanager
def shared_notebook(browser, server, name, cells, **options):
    """A notebook that several stories share, open for as long as they need it."""
    path = _write(server, name, cells)
    pages = _pages(browser)
    page = next(pages)(**options)
    yield BrowserNotebook(page, server, path).open()
    next(pages, None)
    server.shut_down_kernels()


@pytest.fixture(scope="module")
def reader(browser, lab):
    """A run of much that can be read, made once for all stories of a module."""
    cells = [MODEL, NEWSROOM, ASK, *([SHOW] * VIEWS)]
    rights = ["clipboard-read", "clipboard-write"]
    with shared_notebook(browser, lab, "newsroom", cells, permissions=rights) as notebook:
        notebook.page.set_viewport_size({"width": 1400, "height": 1100})
        notebook.page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
        for index in range(3):
            notebook.run(index)
        yield Reader(notebook, 3)
