"""Install packages into an environment: with uv if it works on this machine, else with pip.

uv is much faster than pip, and comes from PyPI into its own environment. pip is used if uv
cannot be installed or fails. It is also used if pip is configured for another index, which uv
would not know. Their output goes to a log file.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from scripts import frontend, pins
from scripts.interpreter import version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

ROOT = frontend.ROOT

BASE: str = getattr(sys, "_base_executable", sys.executable)
"""The Python that runs, or, if that belongs to a virtual environment, the one that made it."""

_WINDOWS = os.name == "nt"
_TAIL = 25
"""Lines of a log that are shown when something has failed."""


class InstallationError(RuntimeError):
    """Something could not be installed; the message ends with what the program said last."""

    def __init__(self, what: str, log: Path) -> None:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        super().__init__(
            "\n".join([f"{what} could not be installed. The end of {log}:", "", *lines[-_TAIL:]])
        )


def logged(
    command: Sequence[str], log: Path, variables: Mapping[str, str], folder: Path = ROOT
) -> int:
    """Run a program; what it prints is added to a log file.

    Args:
        command: The program and its arguments.
        log: The file.
        variables: Environment variables.
        folder: Where to run it.

    Returns:
        The exit code.
    """
    with log.open("a", encoding="utf-8") as file:
        file.write(f"\n$ {' '.join(command)}\n")
        file.flush()
        return subprocess.run(
            command, cwd=folder, env=variables, stdout=file, stderr=file, check=False
        ).returncode


def program(folder: Path, name: str) -> Path:
    """Where a virtual environment has a program.

    Args:
        folder: The environment's folder.
        name: The program's name.
    """
    return folder / (f"Scripts/{name}.exe" if _WINDOWS else f"bin/{name}")


def find_uv(log: Path) -> Path | None:
    """Find uv in its environment; install it there if it is missing.

    Args:
        log: The log file.

    Returns:
        The program, or None if it cannot be installed.
    """
    folder = ROOT / ".venv-uv"
    found = program(folder, "uv")
    if not found.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        pinned = pins.find(version(BASE) or "")
        pip = [str(program(folder, "python")), "-m", "pip", "install", pins.UV]
        environment = dict(os.environ)
        with contextlib.suppress(OSError):
            if logged([BASE, "-m", "venv", str(folder)], log, environment) == 0:
                logged(pip + (["-c", str(pinned)] if pinned else []), log, environment)
    return found if found.is_file() else None


def _has_own_index(python: Path) -> bool:
    """Whether pip is set up to ask another index than PyPI, or none."""
    command = [str(python), "-m", "pip", "config", "list"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return re.search(r"^\S+\.(index-url|no-index)=", answer, re.MULTILINE) is not None


def _commands(
    python: Path, packages: Sequence[str], pinned: Path | None, log: Path, *, fresh: bool
) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The ways of installing, best first: commands with more environment variables."""
    constraint = ["-c", str(pinned)] if pinned else []
    uv = None if _has_own_index(python) else find_uv(log)
    if uv is not None:
        command = [str(uv), "pip", "install", "--python", str(python), *constraint]
        # Builds, of which ours is one, keep to the same versions.
        command += ["-b", str(pinned)] if pinned else []
        yield [*command, *(["--upgrade", "--prerelease=allow"] if fresh else []), *packages], {}
    command = [str(python), "-m", "pip", "install", "--progress-bar", "off", *constraint]
    # For builds, of which ours is one; older versions of pip know only the second.
    more = dict.fromkeys(("PIP_BUILD_CONSTRAINT", "PIP_CONSTRAINT"), str(pinned)) if pinned else {}
    yield [*command, *(["--upgrade", "--pre"] if fresh else []), *packages], more


def install(
    python: Path,
    requirements: Sequence[str],
    pinned: Path | None,
    log: Path,
    variables: Mapping[str, str],
    *,
    fresh: bool = False,
) -> None:
    """Install packages.

    Args:
        python: The environment's Python.
        requirements: In pip's notation; `.` or `.[extra]` is the project, editable.
        pinned: The constraint file, or None.
        log: The log file.
        variables: Environment variables.
        fresh: Take the newest versions there are, pre-releases included.

    Raises:
        InstallationError: It did not work.
    """
    packages: list[str] = []
    for requirement in requirements:
        packages += ["-e", requirement] if requirement.startswith(".") else [requirement]
    for command, more in _commands(python, packages, pinned, log, fresh=fresh):
        if logged(command, log, {**variables, **more}) == 0:
            return
    raise InstallationError(", ".join(requirements), log)
