"""The whole workflow, with nothing but Python 3.10 or newer.

    python dev.py quickstart      open the tutorial in JupyterLab, with a model to try it
    python dev.py test [PART …]   check and test everything, or the parts named
    python dev.py check [--fix]   format, style and types only
    python dev.py notebooks       run the tutorials and store what they show
    python dev.py docs            the documentation site into site/
    python dev.py gallery [RUN …] pictures of runs of every kind, on one page
    python dev.py build           wheel and sdist into dist/
    python dev.py lock            pin the newest versions of everything, in constraints/

What these need is installed into .venv (and .venv-3.10, …) in this folder, once, in the
versions that constraints/ pins.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if sys.version_info < (3, 10):  # noqa: UP036 - this file may be run with any Python
    sys.exit("lg_notebook needs Python 3.10 or newer; this is Python " + sys.version.split()[0])

from scripts import chromium, parts, workspace
from scripts.environment import say
from scripts.tally import Outcome, summary

if TYPE_CHECKING:
    from collections.abc import Callable

_QUICKSTART = "notebooks/01-quickstart.ipynb"


def quickstart(arguments: list[str]) -> int:
    """Open the quickstart in JupyterLab.

    Args:
        arguments: JupyterLab's, such as `--no-browser`.

    Returns:
        JupyterLab's exit code.
    """
    say("The first time, this installs JupyterLab, lg_notebook and a small language model here.")
    environment = workspace.install(".[demo]", "jupyterlab>=4.4")
    workspace.demo_model(environment)
    # JupyterLab refuses to start for root, which is the usual user in a container.
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return environment.become("-m", "jupyterlab", _QUICKSTART, *as_root, *arguments)


def test(names: list[str]) -> int:
    """Run parts of the test, all if none is named, and sum up.

    Args:
        names: Names out of `parts.PARTS`.

    Returns:
        0 if no part failed, else 1.
    """
    # A shell's background jobs ignore interrupts, and so would the programs that tests start
    # and interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    outcomes = []
    for name in names or parts.PARTS:
        outcome = Outcome(name)
        outcomes.append(outcome)
        began = time.monotonic()
        say(f"\n=== {name} ===")
        try:
            parts.PARTS[name](outcome)
        except (RuntimeError, OSError, subprocess.CalledProcessError) as problem:
            outcome.failed += 1
            outcome.note = str(problem)
        outcome.seconds = time.monotonic() - began
    text, well = summary(outcomes)
    say(text)
    return 0 if well else 1


def check(*, fix: bool) -> int:
    """Check format, style and types.

    Args:
        fix: First correct what tools can correct.

    Returns:
        0 if nothing failed, else 1.
    """
    outcome = Outcome("check")
    parts.check(outcome, fix=fix)
    text, well = summary([outcome])
    say(text)
    return 0 if well else 1


def notebooks() -> int:
    """Run every tutorial from top to bottom and store it with its outputs.

    Returns:
        The exit code.
    """
    files = sorted((workspace.ROOT / "notebooks").glob("*.ipynb"))
    names = [workspace.relative(file) for file in files]
    return parts.prepare().run("-m", "scripts.notebooks", *names)


def docs() -> int:
    """Build the documentation site.

    Returns:
        The exit code.
    """
    return workspace.install(".[docs]").run("-m", "scripts.documentation")


def gallery(arguments: list[str]) -> int:
    """Take pictures of runs of every kind: every theme at every width.

    Args:
        arguments: The gallery's, such as names of runs.

    Returns:
        The exit code.
    """
    environment = workspace.install(".[demo,dev]")
    return environment.run(
        "-m", "scripts.gallery", *arguments, extra={"CHROMIUM": chromium.require()}
    )


def build() -> int:
    """Build the front end, the sdist and, from that, the wheel.

    Returns:
        The exit code.
    """
    # Without isolation, so that the build's own requirements are the pinned ones.
    return workspace.install("build>=1.2", "hatchling>=1.26").run("-m", "build", "--no-isolation")


def lock() -> int:
    """Pin the newest versions of everything: Python's in `constraints/`, npm's in lock files.

    Returns:
        The exit code.
    """
    workspace.lock()
    return 0


def main() -> int:
    """Do what the command line asks for.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("quickstart", add_help=False, help="open the tutorial in JupyterLab")
    testing = commands.add_parser("test", help="check and test everything")
    testing.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts.PARTS))
    checking = commands.add_parser("check", help="check format, style and types")
    checking.add_argument("--fix", action="store_true", help="put right what can be put right")
    commands.add_parser("notebooks", help="run the tutorials and store what they show")
    commands.add_parser("docs", help="build the documentation site")
    commands.add_parser("gallery", add_help=False, help="pictures of runs of every kind")
    commands.add_parser("build", help="build wheel and sdist")
    commands.add_parser("lock", help="pin the newest versions of everything")
    known, others = parser.parse_known_args()
    if others and known.command not in {"quickstart", "gallery"}:
        parser.error(f"unknown: {' '.join(others)}")
    if known.command == "test" and (unknown := set(known.parts) - set(parts.PARTS)):
        parser.error(
            f"no such part: {', '.join(sorted(unknown))} (there are {', '.join(parts.PARTS)})"
        )
    actions: dict[str, Callable[[], int]] = {
        "quickstart": lambda: quickstart(others),
        "test": lambda: test(known.parts),
        "check": lambda: check(fix=known.fix),
        "notebooks": notebooks,
        "docs": docs,
        "gallery": lambda: gallery(others),
        "build": build,
        "lock": lock,
    }
    try:
        return actions[known.command]()
    except (RuntimeError, subprocess.CalledProcessError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    sys.exit(main())
