"""Measure JSON payloads, and shorten their long texts."""

import pytest

from lg_notebook import settings
from lg_notebook.core.json_size import json_size, shorten


@pytest.fixture(autouse=True)
def _defaults():
    yield
    settings.reset()


def test_what_is_cut_is_a_stub_wherever_in_the_block_it_stands():
    block = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 5_000}}

    assert shorten(block)["image_url"]["url"].startswith("data:image/png;base64,AAA")
    assert json_size(shorten(block)) < 200
    assert shorten([1, None, "short"]) == [1, None, "short"]
