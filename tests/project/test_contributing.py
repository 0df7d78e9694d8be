"""What the pages for contributors name is there: files, and the names in them."""

import re

import pytest

from tests.kernels import ROOT

pytestmark = pytest.mark.once

PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.*"))]
_PATH = re.compile(r"(?<![\w/.-])(?:bench|js|lg_notebook|scripts|tests)/[\w./-]*\w(?![\w<])")
_BUILT = ("lg_notebook/static",)


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def section(title):
    """The text of a section of CONTRIBUTING, without those below it."""
    found = re.search(
        rf"^#+ {title}$(.*?)(?=^#)", read("CONTRIBUTING.md"), re.MULTILINE | re.DOTALL
    )
    assert found, title
    return found[1]


def test_every_path_on_a_page_is_there():
    named = {(page, path) for page in PAGES for path in _PATH.findall(read(page))}
    lost = {
        (page, path)
        for page, path in named
        if not path.startswith(_BUILT) and not (ROOT / path).exists()
    }

    assert len(named) > 20
    assert lost == set()


@pytest.mark.parametrize("thing", ["token", "Stop", "recording"])
def test_a_way_names_what_its_files_have(thing):
    items = re.findall(r"^\d+\. (.*)", section(f"The way of one {thing}"), re.MULTILINE)

    assert len(items) > 3
    for item in items:
        quoted = re.findall(r"`([^`]+)`", item)
        paths = [each for each in quoted if _PATH.fullmatch(each)]
        source = "\n".join(map(read, paths))
        # Single words are names of the code; `run.stop()` or `--record` is what users write.
        for name in filter(str.isidentifier, quoted):
            assert re.search(rf"\b{name}\b", source), (name, item)


def rooms(block):
    """The first column of a picture: the rooms of each layer."""
    return [re.split(r"\s{2,}", line.strip())[:-1] for line in block.strip().splitlines()]


def test_the_pictures_show_the_layers_of_the_contracts():
    python, typescript = re.findall(r"```text\n(.*?)```", section("The rooms"), re.DOTALL)
    contract = re.search(
        r"^layers = \[\n(.*?)^\]", read("pyproject.toml"), re.MULTILINE | re.DOTALL
    )
    layers = re.findall(r'"(.*)"', contract[1])
    source = read("js/layers.ts").partition("export const LAYERS")[2]

    assert rooms(python) == [layer.replace("lg_notebook.", "").split(" : ") for layer in layers]
    assert rooms(typescript) == [
        re.findall(r'path: "(.*)"', layer) for layer in source.split("\n  [\n")[1:]
    ]


def test_walks_are_numbered_and_name_files():
    for kind in (
        "an export",
        "an option",
        "a stream version",
        "a sidebar section",
        "a doctor's rule",
    ):
        walk = section(f"Add {kind}")
        steps = re.findall(r"^(\d+)\. ", walk, re.MULTILINE)

        assert steps == [str(number) for number in range(1, len(steps) + 1)]
        assert _PATH.search(walk.partition("1. ")[2].partition("\n")[0]) or "run_options" in walk
