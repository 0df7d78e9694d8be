"""Take pictures of exported pages in Chromium: every theme at every width."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from playwright.sync_api import sync_playwright

from scripts import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from scripts.gallery.exhibit import Exhibit

WIDTHS = (320, 700, 1400)
"""Widths of a view, in pixels: a telephone, a notebook, a wide screen."""
_HEIGHT = 900
_LONGEST = 1600
"""The tallest picture, in pixels."""
_QUALITY = 62
_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars")
_SETTLED = """async () => {
  await document.fonts.ready;
  for (let at = 0; at < 3; at++) await new Promise(done => requestAnimationFrame(done));
}"""


@dataclass(frozen=True)
class Theme:
    """A way to show colours.

    Attributes:
        name: Its name, in file names and on the page.
        scheme: The colour scheme that the reader prefers.
        forced: Whether the reader's system sets all colours, as Windows' contrast themes do.
    """

    name: str
    scheme: Literal["light", "dark"]
    forced: bool = False


THEMES = (Theme("light", "light"), Theme("dark", "dark"), Theme("contrast", "dark", forced=True))
"""The themes of the gallery."""


@dataclass(frozen=True)
class Picture:
    """A picture that was taken.

    Attributes:
        file: Its name.
        theme: The theme's name.
        width: The view's width in pixels.
        size: The picture's width and height in pixels.
    """

    file: str
    theme: str
    width: int
    size: tuple[int, int]


def open_exhibit(page: Page, file: Path, exhibit: Exhibit) -> None:
    """Open an exported run, press the exhibit's buttons, and wait until nothing moves.

    Args:
        page: The browser's page.
        file: The exported run.
        exhibit: The exhibit.
    """
    page.goto(file.as_uri())
    view = page.locator(".lgn")
    view.wait_for()
    for name in exhibit.press:
        found = view.get_by_role("button", name=name, exact=True).and_(
            view.locator("[aria-pressed=false], [aria-expanded=false]")
        )
        if found.count():
            found.first.click()
    page.mouse.move(0, 0)
    page.evaluate("() => document.activeElement?.blur()")
    page.evaluate(_SETTLED)


def take(folder: Path, exhibits: dict[Exhibit, Path]) -> Iterator[tuple[Exhibit, list[Picture]]]:
    """Take the pictures of exported runs.

    Args:
        folder: The folder to write the pictures to.
        exhibits: The exhibits, each with its exported run.

    Yields:
        Each exhibit with its pictures.

    Raises:
        scripts.chromium.NoChromiumError: There is no Chromium.
    """
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium.require(), args=[*_FLAGS])
        context = browser.new_context(reduced_motion="reduce", offline=True)
        page = context.new_page()
        session = context.new_cdp_session(page)
        for exhibit, file in exhibits.items():
            pictures = []
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": _HEIGHT})
                # The page's own background would keep the last theme's colour.
                page.emulate_media(color_scheme="light", forced_colors="none")
                open_exhibit(page, file, exhibit)
                for theme in THEMES:
                    forced: Any = "active" if theme.forced else "none"
                    page.emulate_media(color_scheme=theme.scheme, forced_colors=forced)
                    page.evaluate(_SETTLED)
                    name = f"{exhibit.name}-{width}-{theme.name}.webp"
                    data, size = _picture(page, session)
                    (folder / name).write_bytes(data)
                    pictures.append(Picture(name, theme.name, width, size))
            yield exhibit, pictures
        browser.close()


def _picture(page: Page, session: Any) -> tuple[bytes, tuple[int, int]]:
    """Take a picture of the view with a margin, as WebP, which Playwright cannot write."""
    box = page.locator(".lgn").bounding_box() or {"x": 0, "y": 0, "width": 1, "height": 1}
    wide = page.viewport_size["width"] if page.viewport_size else 0
    high = min(round(box["y"] + box["height"] + 8), _LONGEST)
    clip = {"x": 0, "y": 0, "width": wide, "height": high, "scale": 1}
    shot = session.send(
        "Page.captureScreenshot",
        {"format": "webp", "quality": _QUALITY, "clip": clip, "captureBeyondViewport": True},
    )
    return base64.b64decode(shot["data"]), (wide, high)
