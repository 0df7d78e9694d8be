"""Our view in a cell's output, as a user sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.notebook import BrowserNotebook


_DRAWN = """async area => {
  for (let still = 0, before = ""; still < 3; still += 1) {
    await new Promise(resolve => setTimeout(resolve, 40));
    if (area.innerHTML !== before) still = -1;
    before = area.innerHTML;
  }
}"""


class RunView:
    """The view that a cell shows.

    Args:
        notebook: The notebook.
        index: The cell's index.
    """

    def __init__(self, notebook: BrowserNotebook, index: int):
        self.notebook = notebook
        self.area = notebook.output(index)

    @property
    def messages(self) -> Locator:
        """The messages of the transcript."""
        return self.area.locator("article")

    @property
    def status(self) -> str:
        """What the status line says."""
        return self.area.locator(".lgn-status").first.text_content() or ""

    @property
    def stop(self) -> Locator:
        """The button that ends a run."""
        return self.area.get_by_role("button", name="Stop", exact=True)

    def text(self, message: int = -1) -> str:
        """What a message says, as far as it has come; empty if there is none."""
        bodies = self.messages.locator(".lgn-body")
        # Not the inner text: of what is out of sight, browsers say that it is empty.
        return (bodies.nth(message).text_content() or "").strip() if bodies.count() else ""

    def select(self, message: int) -> None:
        """Select a message, whose origin the sidebar then shows."""
        self.messages.nth(message).get_by_role("button").first.click()

    def sidebar(self) -> dict[str, str]:
        """What the sidebar says: values by their names."""
        terms = self.area.locator("aside dl dt")
        terms.first.wait_for()
        values = self.area.locator("aside dl dd")
        return {
            re.sub(r"\s+", " ", term).strip().lower(): re.sub(r"\s+", " ", value).strip()
            for term, value in zip(
                terms.all_text_contents(), values.all_text_contents(), strict=True
            )
        }

    def wait_for_text(self, text: str) -> None:
        """Wait until the newest message says exactly this."""
        self.notebook.until(lambda: self.text() == text, f"the message never said {text[:40]!r}…")

    def wait_for_status(self, word: str) -> None:
        """Wait until the status line holds a word, and all that came is drawn."""
        self.notebook.until(lambda: word in self.status.lower(), f"the status was never {word!r}")
        self.area.evaluate(_DRAWN)
