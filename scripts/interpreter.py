"""Find the Pythons of this machine, with their versions."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def version(python: str) -> str | None:
    """Ask a Python for its version.

    Args:
        python: Its command.

    Returns:
        The version as `3.11`, or None if there is no working Python of that name.
    """
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def find_python(wanted: str) -> str | None:
    """Find a Python by its version, on PATH or among pyenv's.

    Args:
        wanted: The version, as `3.11`.

    Returns:
        Its command, or None.
    """
    home = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    pyenv = home.glob(f"versions/{wanted}.*/bin/python")
    for candidate in (sys.executable, f"python{wanted}", *sorted(map(str, pyenv), reverse=True)):
        # One of pyenv's shims is on PATH for every version, and works for some.
        if version(candidate) == wanted:
            return candidate
    return None
