"""The documentation: complete, true to the code, and readable without a network."""

import html.parser
import re
from urllib.parse import unquote, urlsplit

import pytest

import lg_notebook
from lg_notebook.core.run_options import Option
from lg_notebook.notebook import arguments
from scripts import reference
from tests.kernels import ROOT

ACTIONS = [
    action
    for parser in (arguments.CELL, arguments.LINE)
    for action in parser._actions
    if action.option_strings
]
OPTIONS = {name for action in ACTIONS for name in action.option_strings}

TUTORIALS = {
    path.relative_to(ROOT).with_suffix("").as_posix()
    for path in (ROOT / "notebooks").rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
}


def told(text):
    """The options that are described in a table's first column."""
    return set(re.findall(r"^\| `(--[\w-]+)", text, re.MULTILINE))


def test_the_reference_has_every_option_with_its_words():
    page = reference.page()

    assert told(page) == OPTIONS
    for action in ACTIONS:
        assert action.help
        assert action.help.replace("%%", "%").replace("|", "\\|") in page


def test_the_reference_that_is_kept_is_what_the_code_says(monkeypatch, tmp_path, capsys):
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page()

    monkeypatch.setattr("sys.argv", ["reference", "--check"])
    assert reference.main() == 0
    monkeypatch.setattr(reference, "PAGE", tmp_path / "options.md")
    assert reference.main() == 1
    assert "dev.py check --fix" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["reference"])
    assert reference.main() == 0
    assert (tmp_path / "options.md").read_text(encoding="utf-8") == reference.page()


def test_a_choice_is_named_and_a_bar_does_not_end_its_cell():
    option = Option("100% of a|b", flag="--way", choices=("a", "b"))

    assert r"| `--way {a,b}` | 100% of a\|b |" in reference._table([option])


def test_the_readme_names_only_options_that_there_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert told(readme)
    assert set(re.findall(r"`(--[\w-]+)", readme)) <= OPTIONS


def test_the_readme_names_every_tutorial():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    for notebook in TUTORIALS:
        assert f"({notebook}.ipynb)" in readme


class Page(html.parser.HTMLParser):
    """What a page loads, leads to, and has anchors for."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.links, self.anchors = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors.add(given.get("id"))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag in {"script", "img", "iframe", "link", "source"}:
            address = given.get("src") or given.get("href")
            if address:
                self.loads.append(address)


@pytest.fixture(scope="module")
def pages(site):
    return {
        path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8"))
        for path in site.rglob("*.html")
    }


def test_the_site_has_every_page(pages):
    wanted = {"index.html", "docs/options.html", "docs/api.html", "CHANGELOG.html"}
    wanted |= {f"{notebook}.html" for notebook in TUTORIALS}
    wanted |= {f"docs/{path.stem}.html" for path in (ROOT / "docs").glob("*.md")}

    assert wanted <= set(pages)


def test_every_public_name_is_explained(pages):
    explained = {
        str(anchor).rpartition(".")[2].lower() for anchor in pages["docs/api.html"].anchors
    }

    assert {name.lower() for name in lg_notebook.__all__} <= explained


def test_a_notebook_shows_what_it_said(site):
    text = (site / "notebooks" / "05-agents.html").read_text(encoding="utf-8")

    assert "It rains in Bergen: take a coat." in text
    assert "Loading widget" not in text


def test_nothing_is_loaded_from_elsewhere(pages, site):
    for name, page in pages.items():
        assert not [each for each in page.loads if urlsplit(each).netloc], name
    for sheet in site.rglob("*.css"):
        assert not re.search(
            r"(@import|url\()\s*[\"']?(https?:)?//", sheet.read_text(encoding="utf-8")
        ), sheet.name


def test_every_link_within_the_site_leads_somewhere(pages, site):
    lost = []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or not parts.path or name == "404.html":
                continue
            if not (site / name).parent.joinpath(unquote(parts.path)).resolve().exists():
                lost.append((name, link))
    assert lost == []
