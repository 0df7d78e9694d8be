"""The gallery's runs: each can be made, the same in each build; the page names them all."""

import pytest

from tests.kernels import ROOT

pytest.importorskip("langchain", reason="the gallery's agents are LangChain's")
pytest.importorskip("playwright", reason="the gallery takes its pictures with Playwright")

from scripts.gallery.exhibits import EXHIBITS, ROOMS
from scripts.gallery.page import page
from scripts.gallery.pictures import THEMES, WIDTHS, Picture

pytestmark = pytest.mark.once

ENDINGS = {
    "error": "error",
    "tool-error": "error",
    "recursion-limit": "error",
    "stopped": "stopped",
    "running": "running",
    "approval": "interrupted",
    "question": "interrupted",
}


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda each: each.name)
def test_a_run_can_be_made_the_same_twice(exhibit):
    first, second = exhibit.make(), exhibit.make()

    assert first.status == ENDINGS.get(exhibit.name, "done")
    assert first.text() == second.text()
    assert [event["t"] for event in first.events] == [event["t"] for event in second.events]


def test_names_are_unique_and_fit_into_file_names():
    names = [each.name for each in EXHIBITS]

    assert len({*names}) == len(names) >= 30
    assert all(name.replace("-", "").isalnum() and name.islower() for name in names)


def test_the_page_shows_every_picture():
    taken = {
        exhibit: [
            Picture(f"{exhibit.name}-{width}-{theme.name}.webp", theme.name, width, (width, 400))
            for width in WIDTHS
            for theme in THEMES
        ]
        for exhibit in EXHIBITS
    }
    written = page(ROOMS, taken)

    assert all(f'src="{each.file}"' in written for many in taken.values() for each in many)
    assert "<script" not in written


def test_dev_and_the_page_for_contributors_name_it():
    said = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    assert "python dev.py gallery" in said
    assert "python dev.py gallery" in (ROOT / "dev.py").read_text(encoding="utf-8")
