"""Make virtual environments, and install packages into them.

Each environment has stamps with hashes of its requirements and pinned versions. Nothing is
installed again until `pyproject.toml` or a constraint file changes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scripts import frontend, installer, pins
from scripts.interpreter import version

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = frontend.ROOT

# A test run sends no traces to anyone, whatever the shell that started it is set to.
_QUIET = {
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "JUPYTER_PLATFORM_DIRS": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}


def digest(*parts: str | Path) -> str:
    """Hash texts and files.

    Args:
        *parts: Texts, and paths of files, whose bytes are hashed.

    Returns:
        A hexadecimal digest.
    """
    sums = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        sums.update(len(content).to_bytes(8, "big") + content)
    return sums.hexdigest()


def say(line: str) -> None:
    """Print a line, ahead of what a program started next prints."""
    print(line, flush=True)


@dataclass(frozen=True)
class Environment:
    """A virtual environment in the project's folder.

    Attributes:
        name: The folder's name.
        base: The Python that it is made with.
    """

    name: str
    # Not a virtual environment's, which may be the very one that is to be made again.
    base: str = installer.BASE

    @property
    def folder(self) -> Path:
        """Where it is."""
        return ROOT / self.name

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.program("python")

    @property
    def log(self) -> Path:
        """What installers have printed."""
        return self.folder / "install.log"

    def program(self, name: str) -> Path:
        """Where a program of its is.

        Args:
            name: The program's name.
        """
        return installer.program(self.folder, name)

    def create(self) -> None:
        """Make it, if it is not there or broken."""
        if self.python.exists() and version(str(self.python)) == version(self.base):
            return
        say(f"Making {self.name}")
        shutil.rmtree(self.folder, ignore_errors=True)
        subprocess.run([self.base, "-m", "venv", str(self.folder)], check=True)

    def stamped(self, name: str, value: str) -> bool:
        """Tell whether a step was last done with these inputs.

        Args:
            name: The step's name.
            value: Hash of its inputs.
        """
        stamp = self.folder / f".stamp-{name}"
        return stamp.is_file() and stamp.read_text(encoding="ascii") == value

    def stamp(self, name: str, value: str) -> None:
        """Note that a step has been done.

        Args:
            name: The step's name.
            value: Hash of its inputs.
        """
        (self.folder / f".stamp-{name}").write_text(value, encoding="ascii")

    def run(self, *arguments: str, extra: Mapping[str, str] | None = None) -> int:
        """Run this environment's Python in the project's folder; its output streams.

        Args:
            *arguments: Python's arguments.
            extra: More environment variables.

        Returns:
            The exit code.
        """
        say(f"\n$ {self.name}: python {' '.join(arguments)}")
        return subprocess.run(
            [str(self.python), *arguments],
            cwd=ROOT,
            env={**self._variables(), **(extra or {})},
            check=False,
        ).returncode

    def logged(self, what: str, *arguments: str) -> None:
        """Run this environment's Python; its output goes to the log.

        Args:
            what: What it installs, to say so if that fails.
            *arguments: Python's arguments.

        Raises:
            InstallationError: It has failed.
        """
        if installer.logged([str(self.python), *arguments], self.log, self._variables()):
            raise installer.InstallationError(what, self.log)

    def become(self, *arguments: str) -> int:
        """Run this environment's Python for the user, who may end it with Ctrl-C.

        Args:
            *arguments: Python's arguments.

        Returns:
            The exit code.
        """
        say(f"\n$ {self.name}: python {' '.join(arguments)}")
        # The terminal sends Ctrl-C to the program as well, which decides what it means.
        before = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            return subprocess.run(
                [str(self.python), *arguments],
                cwd=ROOT,
                env=self._variables(),
                check=False,
            ).returncode
        finally:
            signal.signal(signal.SIGINT, before)

    def _variables(self) -> dict[str, str]:
        """Environment variables: this environment's programs come first on PATH."""
        path = os.pathsep.join([str(self.python.parent), os.environ.get("PATH", os.defpath)])
        return {**os.environ, **_QUIET, "VIRTUAL_ENV": str(self.folder), "PATH": path}

    def install(self, *requirements: str, pinned: str | None = None, fresh: bool = False) -> None:
        """Install packages, unless that was done before with the same inputs.

        Args:
            *requirements: In pip's notation; `.` or `.[extra]` is the project, editable.
            pinned: Name of the constraint file in `constraints/`; by default the one for this
                environment's Python.
            fresh: Keep to no constraint file: take the newest versions, pre-releases included.

        Raises:
            InstallationError: It did not work.
        """
        minor = version(self.base) or ""
        file = None if fresh else pins.find(pinned or minor)
        inputs: list[str | Path] = [
            ROOT / "pyproject.toml",
            *([file] if file else []),
            *requirements,
        ]
        name, value = digest(*requirements)[:8], digest(*inputs)
        # What is newest changes by the day.
        if not fresh and self.stamped(name, value):
            return
        if file is None and not fresh:
            say(f"There are no pinned versions for Python {minor}: the newest are installed.")
        say(f"Installing {', '.join(requirements)} into {self.name}: usually a minute or two.")
        say(f"  Details: {self.log.relative_to(ROOT)}")
        began = time.monotonic()
        installer.install(self.python, requirements, file, self.log, self._variables(), fresh=fresh)
        say(f"  Installed in {time.monotonic() - began:.0f} seconds.")
        self.stamp(name, value)
