"""A notebook in which somebody runs graphs of servers, each in a cell of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.view import RunView

if TYPE_CHECKING:
    from tests.browser.notebook import BrowserNotebook


class Desk:
    """Writes into the notebook's empty cells, and runs them.

    Args:
        notebook: The notebook.
    """

    def __init__(self, notebook: BrowserNotebook):
        self.notebook = notebook
        self.page = notebook.page
        self._next = 0
        self.run("%load_ext lg_notebook\nfrom langgraph.pregel.remote import RemoteGraph")

    def start(self, source: str) -> int:
        """Run a cell without waiting for it.

        Args:
            source: What to write into it.

        Returns:
            The cell's index.
        """
        index, self._next = self._next, self._next + 1
        self.notebook.write(index, source)
        self.notebook.start(index)
        self.notebook.cell(index).scroll_into_view_if_needed()
        return index

    def run(self, source: str) -> str:
        """Run a cell and wait for it.

        Returns:
            What it showed, as text.
        """
        index = self.start(source)
        self.notebook.finish(index)
        return self.notebook.said(index)

    def view(self, index: int) -> RunView:
        """The view in a cell's output."""
        return RunView(self.notebook, index)

    def graph(self, name: str, url: str, **more: object) -> None:
        """Name a server's graph `graph`, as the user does."""
        keywords = "".join(f", {key}={value!r}" for key, value in more.items())
        said = self.run(f"graph = RemoteGraph({name!r}, url={url!r}{keywords})")
        assert not said
