"""Build the documentation site from the README, `docs/`, the notebooks and the docstrings.

Runs inside an environment with the `docs` extra: `python -m scripts.documentation [FOLDER]`.
The pages keep their paths, so that links work on a code host and on the site. Two pages are
added: the options (`scripts.reference`) and the public API.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import lg_notebook
from lg_notebook.core.run_options import StreamOptions, ViewOptions, WatchOptions, WidgetOptions
from scripts import reference

ROOT = Path(__file__).parent.parent
SITE = ROOT / "site"

_PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE")
_API = "docs/api.md"
_REFERENCE = (_API, "docs/options.md")
_HOMES = {"settings": "lg_notebook._settings.Settings"}
"""Names whose documentation is elsewhere, each with the place."""
_OPTIONS = {
    # Methods of anywidget's that the class extends are not for users.
    "lg_notebook.GraphWidget": 'filters: ["!^_", "!^(add_traits|set_state)$"]',
    # Most attributes of a run are defined in its base class.
    "lg_notebook.Run": "inherited_members: true",
}
"""Options of mkdocstrings for some names."""
_TAKERS = {
    "lg_notebook.GraphWidget": WidgetOptions,
    "lg_notebook.astream": StreamOptions,
    "lg_notebook.awatch": ViewOptions,
    "lg_notebook.stream": StreamOptions,
    "lg_notebook.watch": WatchOptions,
}
"""Names that take options, each with the class of its options."""
_MORE = ("lg_notebook.events",)
"""Public modules that are not in the list of the package's names."""


def _options(name: str) -> str:
    """Write the table of options of a function or of the widget."""
    taker = _TAKERS.get(name)
    return "" if taker is None else f"\n\n{reference.code_table(taker)}"


def _api() -> str:
    """Write the page of the public API: mkdocstrings replaces each directive by docstrings."""
    public = [name for name in lg_notebook.__all__ if name != "LgNotebookError"]  # in `exceptions`
    names = [_HOMES.get(name, f"lg_notebook.{name}") for name in public]
    parts = [
        f"::: {name}"
        + (f"\n    options:\n      {_OPTIONS[name]}" if name in _OPTIONS else "")
        + _options(name)
        for name in [*names, *_MORE]
    ]
    return "\n\n".join(["# Python", *parts]) + "\n"


def _notebook(source: Path, target: Path) -> None:
    """Copy a notebook, with its links changed to pages of the site."""
    notebook: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            text = re.sub(r"(\]\([\w./-]+)\.(ipynb|md)(#[\w-]+)?\)", r"\1.html\3)", text)
            cell["source"] = text.replace("../README.html", "../index.html")
    target.write_text(json.dumps(notebook), encoding="utf-8")


def _title(notebook: Path) -> str:
    """Read a notebook's first heading."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        found = re.match(r"# (.+)", "".join(cell["source"]))
        if found:
            return found[1]
    return notebook.stem


def gather(folder: Path) -> list[Any]:
    """Put the sources of the site into a folder.

    Args:
        folder: An empty folder.

    Returns:
        The navigation, as MkDocs has it.
    """
    for name in _PAGES:
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("*.yml"))
    (folder / "docs" / "options.md").write_text(reference.page(), encoding="utf-8")
    (folder / _API).write_text(_api(), encoding="utf-8")
    folders = (ROOT / "notebooks", ROOT / "notebooks" / "js")
    tutorials = [each for at in folders for each in sorted(at.glob("*.ipynb"))]
    for notebook in tutorials:
        target = folder / notebook.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        _notebook(notebook, target)
    for images in sorted((ROOT / "notebooks").glob("images")):
        shutil.copytree(images, folder / "notebooks" / images.name)
    guides = sorted(path.relative_to(folder).as_posix() for path in folder.glob("docs/*.md"))
    return [
        {"Start": "README.md"},
        {"Tutorials": [{_title(each): each.relative_to(ROOT).as_posix()} for each in tutorials]},
        *([{"Guides": found}] if (found := [g for g in guides if g not in _REFERENCE]) else []),
        {"Reference": [{"Options": "docs/options.md"}, {"Python": _API}]},
        {"Changes": "CHANGELOG.md"},
        {"Contributing": "CONTRIBUTING.md"},
    ]


def build(site: Path) -> int:
    """Build the site; every warning is an error.

    Args:
        site: The folder for the site, which is replaced.

    Returns:
        MkDocs' exit code.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "source")
        folder.mkdir()
        config: dict[str, Any] = {
            "INHERIT": str(ROOT / "docs" / "mkdocs.yml"),
            "docs_dir": str(folder),
            "site_dir": str(site.resolve()),
            "nav": gather(folder),
        }
        # JSON is YAML, too.
        Path(name, "mkdocs.yml").write_text(json.dumps(config), encoding="utf-8")
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
        environment = {
            **os.environ,
            "LG_NOTEBOOK_ROOT": str(ROOT),
            "NO_MKDOCS_2_WARNING": "1",
        }
        return subprocess.run(command, cwd=name, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]) if len(sys.argv) > 1 else SITE))
