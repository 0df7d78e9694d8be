"""`nbconvert --to html`: whoever has nothing but a browser reads the whole run."""

import re
from html.parser import HTMLParser

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from lg_notebook.wire.encoder import MIME
from tests import converted

pytestmark = [pytest.mark.kernel, pytest.mark.once]


class Outputs(HTMLParser):
    """The text that each cell shows, and the part of it inside a fold."""

    def __init__(self, html):
        super().__init__()
        self.cells, self.scripts, self._folds, self._depth = [], 0, 0, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        names = (dict(attributes).get("class") or "").split()
        if "jp-Cell" in names:
            self.cells.append({"shown": "", "folded": "", "within": set()})
            self._depth = None
        elif "jp-Cell-outputWrapper" in names:
            self._depth = 0
        elif self._depth is not None:
            self.cells[-1]["within"].add(tag)
        self.scripts += tag == "script"
        self._folds += tag == "details"

    def handle_endtag(self, tag):
        self._folds -= tag == "details"

    def handle_data(self, data):
        if self._depth is not None:
            self.cells[-1]["folded" if self._folds else "shown"] += data


@pytest.fixture(scope="module")
def book():
    return converted.executed()


@pytest.fixture(scope="module")
def html(book):
    return converted.page(book)


@pytest.fixture(scope="module")
def cells(html):
    return Outputs(html).cells


def test_a_transcript_by_node_with_its_tool_calls(cells):
    shown = cells[converted.AGENT]["shown"]

    order = ["think", 'weather({"city": "Oslo"})', "tools", "sunny in Oslo", "It is sunny in Oslo."]
    places = [shown.index(word) for word in order]
    assert places == sorted(places)


def test_interrupts_and_errors(cells):
    assert "The run waits for an answer." in cells[converted.ASKING]["shown"]
    assert "question" in cells[converted.ASKING]["shown"]
    assert "the node broke" in cells[converted.FAILING]["shown"]


def test_each_messages_metadata_and_usage_are_folded(cells):
    joke = cells[converted.JOKE]

    assert "Why did the cone cry?" in joke["shown"]
    for word in ("scripted-1", "call_model", "customer", "Ada", "tokens in"):
        assert word in joke["folded"], word
    assert "customer" not in joke["shown"]


def test_what_is_too_long_is_folded_and_what_is_cut_says_so(cells, html):
    long = cells[converted.LONG]

    assert long["shown"].count(converted.ENDLESS.strip()) > 10
    assert long["folded"].count(converted.ENDLESS.strip()) > 10
    assert re.search(r"more characters are not shown here", long["shown"] + long["folded"])
    assert html.count(converted.ENDLESS.strip()) < 600


def test_the_page_has_no_script_and_no_style_of_ours(html, cells):
    empty = converted.page(new_notebook(cells=[new_code_cell("1")]))

    assert Outputs(html).scripts == Outputs(empty).scripts
    for cell in cells:
        assert not cell["within"] & {"script", "style", "iframe", "link", "img", "object", "embed"}
    assert MIME not in html
    assert "Loading widget" not in html
    # A megabyte would be the interactive run.
    assert len(html) - len(empty) < 60_000


def test_a_widget_says_what_it_needs(cells):
    assert "a live view, which needs its kernel" in cells[-1]["shown"]
