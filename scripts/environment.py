"""Virtual environments: making and filling them.

What an environment holds is stamped with a hash of what asked for it, so that doing it
again costs nothing until `pyproject.toml` changes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scripts import frontend
from scripts.interpreter import version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = frontend.ROOT
_WINDOWS = os.name == "nt"

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
        *parts: A text stands for itself, a path for its file's bytes.

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
    # Not a virtual environment's, which may be the very one that is to be made anew.
    base: str = getattr(sys, "_base_executable", sys.executable)

    @property
    def folder(self) -> Path:
        """Where it is."""
        return ROOT / self.name

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / ("Scripts/python.exe" if _WINDOWS else "bin/python")

    def program(self, name: str) -> Path:
        """Where a program of its is.

        Args:
            name: The program's name.
        """
        return self.python.with_name(f"{name}.exe" if _WINDOWS else name)

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

    def install(self, *requirements: str, constraints: Iterable[str] = ()) -> None:
        """Install packages, unless that was done before with the same inputs.

        Args:
            *requirements: pip's requirements; `.` or `.[extra]` is the project, editable.
            constraints: Versions to keep to.

        Raises:
            subprocess.CalledProcessError: pip has failed.
        """
        constraints = tuple(constraints)
        value = digest(ROOT / "pyproject.toml", *requirements, *constraints)
        name = digest(*requirements)[:8]
        if self.stamped(name, value):
            return
        command = ["-m", "pip", "install", "--progress-bar", "off"]
        for requirement in requirements:
            command += ["-e", requirement] if requirement.startswith(".") else [requirement]
        if constraints:
            file = self.folder / "constraints.txt"
            file.write_text("\n".join(constraints) + "\n", encoding="ascii")
            command += ["-c", str(file.relative_to(ROOT))]
        code = self.run(*command)
        if code:
            raise subprocess.CalledProcessError(code, ["pip", "install", *requirements])
        self.stamp(name, value)
