"""One notebook in which a run is read again and again, each time in a view of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.view import RunView

if TYPE_CHECKING:
    from tests.browser.notebook import BrowserNotebook

VIEWS = 24
SHOW = "display(news)"


class Reader:
    """Somebody who reads a run.

    Args:
        notebook: The notebook; its run has ended.
        first: Index of the first of the cells that show the run once more.
    """

    def __init__(self, notebook: BrowserNotebook, first: int):
        self.notebook = notebook
        self.page = notebook.page
        self._next = first

    def view(self) -> RunView:
        """Show the run in a fresh view."""
        index, self._next = self._next, self._next + 1
        self.notebook.run(index)
        view = RunView(self.notebook, index)
        view.wait_for_status("done")
        self.notebook.until(view.messages.count, "the run was not shown")
        view.area.scroll_into_view_if_needed()
        return view

    def cell(self, source: str) -> RunView:
        """Run a cell of one's own.

        Args:
            source: What to write into it.

        Returns:
            The view in its output.
        """
        index, self._next = self._next, self._next + 1
        self.notebook.write(index, source)
        self.notebook.run(index)
        return RunView(self.notebook, index)

    def clipboard(self) -> str:
        """What was copied last."""
        return self.page.evaluate("() => navigator.clipboard.readText()")

    def run_pasted(self) -> str:
        """Paste what was copied into a fresh cell, and run it.

        Returns:
            What it printed.
        """
        index, self._next = self._next, self._next + 1
        editor = self.notebook.cell(index).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.press("ControlOrMeta+v")
        self.notebook.run(index)
        return self.notebook.said(index)
