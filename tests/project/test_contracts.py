"""The contracts between the rooms: kept as they are, and refused when they are broken."""

import re
import shutil
import subprocess
import sys

import pytest

from tests.kernels import ROOT

pytest.importorskip("importlinter")

pytestmark = pytest.mark.once

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"


@pytest.fixture
def copy(tmp_path):
    """The package and its contracts, to be broken."""
    rest = shutil.ignore_patterns("__pycache__", "static")
    shutil.copytree(ROOT / "lg_notebook", tmp_path / "lg_notebook", ignore=rest)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(folder, module, code):
    path = folder / "lg_notebook" / module
    path.write_text(path.read_text(encoding="utf-8") + code, encoding="utf-8")


def broken(folder):
    """The contracts that the check finds broken."""
    command = [sys.executable, "-c", LINT, "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    names = set(re.findall(r"^(.+) BROKEN\b", done.stdout, re.MULTILINE))
    assert "\nContracts: " in done.stdout, done.stderr
    assert done.returncode == bool(names)
    return names


def test_the_package_keeps_them(copy):
    assert broken(copy) == set()


@pytest.mark.parametrize(
    "code",
    [
        "\nimport lg_notebook.runtime.execution\n",
        "\n\ndef late():\n    from lg_notebook.runtime.execution import Execution\n",
        "\nif TYPE_CHECKING:\n    from lg_notebook.runtime.execution import Execution\n",
    ],
    ids=["plain", "lazy", "for types"],
)
def test_an_upward_import_is_refused(copy, code):
    plant(copy, "model/message.py", code)

    assert "One way down" in broken(copy)


def test_a_cycle_within_a_room_is_refused(copy):
    plant(copy, "model/message.py", "\nimport lg_notebook.model.event_log\n")

    assert broken(copy) == {"No cycles"}


@pytest.mark.parametrize(
    ("module", "code", "contracts"),
    [
        ("model/message.py", "\nimport langchain_core\n", {"The pure middle"}),
        ("runtime/resume.py", "\nimport IPython\n", {"IPython stays in the faces"}),
    ],
)
def test_a_package_that_a_room_must_not_have_is_refused(copy, module, code, contracts):
    plant(copy, module, code)

    assert broken(copy) == contracts
