"""Pinned versions: the constraint files in `constraints/`, and resolving them again.

There is one file for each Python and one for each environment that needs other versions. They
hold names and versions only, and fit Linux, macOS and Windows. `python dev.py lock` writes them.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scripts import frontend

ROOT = frontend.ROOT
FOLDER = ROOT / "constraints"

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
"""Every Python that has pinned versions."""

OTHER_KERNELS = (("3.10", "7.3"), ("3.13", "6"))
"""Pythons, each with a version of ipykernel that no other environment tests on it."""

SERVER = "langgraph-cli[inmem]>=0.4"
"""LangGraph's server for Python, in an environment of its own: it pins many packages."""

SERVER_PYTHON = "3.11"
"""The oldest Python that the server runs on."""

LOWEST = "lowest"

UV = "uv>=0.9"
"""What resolves these files, and installs by them: `scripts.installer`."""

_EVERYTHING = (".[demo,dev]", frontend.NODE_REQUIREMENT, UV)

_HEAD = """\
# Versions for {where}. Written by `python dev.py lock`.
"""


@dataclass(frozen=True)
class Pins:
    """What one constraint file is for.

    Attributes:
        name: The file's name without its ending.
        requirements: What is resolved, in pip's notation; `.[extra]` is the project.
        oldest: The oldest Python that the file is for, as `3.10`.
        newest: The newest one.
    """

    name: str
    requirements: tuple[str, ...]
    oldest: str
    newest: str

    @property
    def path(self) -> Path:
        """The file."""
        return FOLDER / f"{self.name}.txt"


def lowest() -> list[str]:
    """Read the package's lower bounds from `pyproject.toml`.

    Returns:
        Each dependency at its lowest version, as `langgraph==0.6.0`.
    """
    # Python 3.10 has no parser for TOML.
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r"^dependencies = \[(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    bounds = re.findall(r'"([\w.-]+)>=([\w.]+)"', found[1] if found else "")
    return [f"{name}=={bound}" for name, bound in bounds]


def kernel(version: str) -> str:
    """Name the constraint file of an environment with a certain ipykernel.

    Args:
        version: The first numbers of ipykernel's version, as `7.3`.
    """
    return f"ipykernel-{version}"


def all_pins() -> list[Pins]:
    """List what every constraint file is for."""
    newest = PYTHONS[-1]
    return [
        *(Pins(python, _EVERYTHING, python, python) for python in PYTHONS),
        *(
            Pins(kernel(version), (".[pytest]", f"ipykernel=={version}.*"), python, python)
            for python, version in OTHER_KERNELS
        ),
        Pins(LOWEST, (".[test]", *lowest()), PYTHONS[0], newest),
        Pins("server", (SERVER,), SERVER_PYTHON, newest),
    ]


def find(name: str) -> Path | None:
    """Find a constraint file.

    Args:
        name: Its name without the ending: a Python's version, or another one's name.

    Returns:
        The file, or None if there is none.
    """
    path = FOLDER / f"{name}.txt"
    return path if path.is_file() else None


def lock(uv: Path) -> None:
    """Resolve everything again, to the newest releases that fit, and write all files.

    Args:
        uv: The program uv, which resolves for other Pythons and systems than this one.

    Raises:
        subprocess.CalledProcessError: Something cannot be resolved; uv has said what.
    """
    FOLDER.mkdir(exist_ok=True)
    for pins in all_pins():
        print(f"Resolving {pins.path.relative_to(ROOT)}", flush=True)
        pins.path.write_text(_resolve(pins, uv), encoding="utf-8")


def _resolve(pins: Pins, uv: Path) -> str:
    """Resolve one file's requirements."""
    major, _, minor = pins.newest.partition(".")
    # Otherwise uv looks for versions for every later Python and for browsers, too.
    where = f"python_full_version < '{major}.{int(minor) + 1}' and sys_platform != 'emscripten'"
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "pyproject.toml")
        project.write_text(f'[tool.uv]\nenvironments = ["{where}"]\n', encoding="utf-8")
        command = [
            *(str(uv), "pip", "compile", "-", "--quiet", "--project", folder),
            *("--universal", "--python-version", pins.oldest),
            *("--no-header", "--no-annotate", "--no-emit-package", "lg-notebook"),
        ]
        answer = subprocess.run(
            command,
            cwd=ROOT,
            input="\n".join(pins.requirements),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    pythons = " to ".join(dict.fromkeys((pins.oldest, pins.newest)))
    head = _HEAD.format(where=f"Python {pythons}: {', '.join(pins.requirements)}")
    return head + answer.stdout.replace(f" ; {where}\n", "\n")
