"""A notebook in a browser page, as a user handles it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat.sign import NotebookNotary

from tests.browser.cells import RELEASED

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.server import JupyterServer

RESULTS = Path(__file__).parent.parent.parent / "test-results"
"""Where pictures go."""

_PATIENCE = 120
"""Seconds after which what one waits for is taken to hang, however busy the machine."""

_READ = "() => window.jupyterapp?.shell?.currentWidget?.context?.isReady"

_KERNEL = "() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status"

_START = """index => {
  const panel = window.jupyterapp.shell.currentWidget;
  panel.content.activeCellIndex = index;
  panel.content.deselectAll();
  void window.jupyterapp.commands.execute("notebook:run-cell");
}"""

_SETTLED = """async () => {
  const moment = () => new Promise(resolve => requestAnimationFrame(resolve));
  const changing = ({ effect, playState }) =>
    playState === "running" && Number.isFinite(effect.getComputedTiming().endTime);
  await new Promise(resolve => setTimeout(resolve, 100));
  for (let still = 0; still < 3; still += 1) {
    await moment();
    if (document.getAnimations().some(changing)) still = -1;
  }
}"""

_WRITE = """([index, source]) => {
  const { content } = window.jupyterapp.shell.currentWidget;
  content.widgets[index].model.sharedModel.setSource(source);
}"""

_THEME = "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})"


class BrowserNotebook:
    """One notebook, open in one page.

    Args:
        page: The page.
        server: The server that it comes from.
        path: The notebook's file.
    """

    def __init__(self, page: Page, server: JupyterServer, path: Path):
        self.page = page
        self.path = path
        self._server = server

    @property
    def url(self) -> str:
        """The address that shows it, in whichever program the server is."""
        name = self.path.relative_to(self._server.files).as_posix()
        view = "lab/tree" if self._server.program == "lab" else "notebooks"
        return f"{self._server.url}/{view}/{name}?token={self._server.token}&reset"

    def open(self) -> BrowserNotebook:
        """Open it and wait until its kernel is ready."""
        self.page.goto(self.url)
        self.page.wait_for_function(_READ)
        self.page.wait_for_function(f"() => ['idle', 'busy'].includes(({_KERNEL})())")
        return self

    def reload(self) -> BrowserNotebook:
        """Reload the page, as a user does; the kernel still runs.

        It does not wait for the kernel: a busy one does not report its status to a new page.
        """
        self.page.reload()
        self.page.wait_for_function(_READ)
        return self

    def kernel_status(self) -> str | None:
        """Tell the kernel's status as the page knows it."""
        return self.page.evaluate(_KERNEL)

    def cell(self, index: int) -> Locator:
        """The cell with this index."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def output(self, index: int) -> Locator:
        """What a cell shows below itself."""
        return self.cell(index).locator(".jp-Cell-outputArea")

    def said(self, index: int) -> str:
        """The text of what a cell shows, whether in sight or not."""
        return (self.output(index).text_content() or "").strip()

    def write(self, index: int, source: str) -> None:
        """Write into a cell, in place of what it says."""
        self.page.evaluate(_WRITE, [index, source])

    def start(self, index: int) -> None:
        """Run a cell without waiting for it."""
        self.page.evaluate(_START, index)

    def is_running(self, index: int) -> bool:
        """Tell whether a cell waits or runs."""
        return "*" in self.cell(index).locator(".jp-InputArea-prompt").inner_text()

    def run(self, index: int, seconds: float = _PATIENCE) -> None:
        """Run a cell and wait until it has ended."""
        self.start(index)
        self.finish(index, seconds)

    def finish(self, index: int, seconds: float = _PATIENCE) -> None:
        """Wait until a cell that was started has ended."""
        prompt = self.cell(index).locator(".jp-InputArea-prompt")

        def ended() -> bool:
            text = prompt.inner_text()
            return "*" not in text and any(character.isdigit() for character in text)

        self.until(ended, f"cell {index} did not end", seconds)

    def until(
        self, condition: Callable[[], object], complaint: str, seconds: float = _PATIENCE
    ) -> None:
        """Wait for a condition, looking twenty times a second.

        Args:
            condition: True once it holds.
            complaint: What to say if it never does.
            seconds: How long to wait.
        """
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                self.picture("failure")
                raise AssertionError(f"{complaint} within {seconds} s")
            self.page.wait_for_timeout(50)

    def save(self) -> dict:
        """Save the notebook.

        Returns:
            The file, as JSON.
        """
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        self.until(
            lambda: (
                not self.page.evaluate(
                    "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
                )
            ),
            "the notebook was not saved",
        )
        return json.loads(self.path.read_text(encoding="utf-8"))

    def end_kernel(self) -> None:
        """Shut its kernel down for good."""
        self._server.shut_down_kernels()

    def trust(self, *, trusted: bool) -> None:
        """Make the saved file trusted, or one that came from somebody else."""
        notebook = nbformat.read(self.path, as_version=4)
        notary = NotebookNotary(data_dir=str(self._server.files.parent / "data"))
        (notary.sign if trusted else notary.unsign)(notebook)

    def theme(self, name: str) -> None:
        """Change JupyterLab's theme (`JupyterLab Light`, `JupyterLab Dark`)."""
        self.page.evaluate(_THEME, name)
        self.page.wait_for_function(
            "name => document.body.dataset.jpThemeName === name && "
            "!document.querySelector('.jp-theme-loading')",
            arg=name,
        )

    def settle(self) -> None:
        """Wait until what changes gradually, as colours do with a theme, has changed."""
        self.page.evaluate(_SETTLED)

    def release(self) -> None:
        """Let the cells or models continue that wait for it."""
        (self.path.parent / RELEASED).touch()

    def picture(self, name: str, what: Locator | None = None) -> Path:
        """Take a picture of the page, or of a part of it.

        Args:
            name: The picture's name.
            what: The part.

        Returns:
            The file.
        """
        RESULTS.mkdir(exist_ok=True)
        file = RESULTS / f"{name}.png"
        (what or self.page).screenshot(path=file)
        return file
