"""The parts of the test run: what each needs, and what it runs.

A part gets an `Outcome` to count into. It raises `RuntimeError` or `CalledProcessError`
if a requirement cannot be installed; the caller counts that as a failure and continues.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from scripts import chromium, frontend, pins, tally, workspace
from scripts.environment import Environment, say
from scripts.interpreter import find_python, version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from scripts.tally import Outcome

ROOT = frontend.ROOT
RESULTS = ROOT / "test-results"

OTHER_PYTHONS = ("3.10", "3.13", "3.14")
"""The oldest and the newest Pythons, tested beside the one that runs."""

KERNEL_TESTS = ("tests/notebook/test_stop.py",)
"""What depends on how a kernel takes messages and interrupts."""

NEWEST_TESTS = (
    "tests/conformance",
    "tests/notebook/test_background.py",
    "tests/bridge/test_bridge.py",
    "tests/cassettes/test_cassette.py",
    "tests/notebook/test_kernel.py",
    "tests/kernel/test_comm_pump.py",
    "tests/model/test_real_logs.py",
    "tests/notebook/test_stop.py",
    "tests/streams/test_versions.py",
    "tests/browser/test_widget.py",
)
"""What newer versions of LangGraph, ipykernel and JupyterLab break first."""

_NEWEST_LIMITS = ("--timeout=180", "--session-timeout=600")
"""Seconds that one test of the part `newest` may take, and after which no other begins."""

_WATCHED = ("langgraph", "langchain-core", "ipykernel", "jupyterlab", "anywidget")
"""Packages whose versions the part `newest` shows."""

_WORKERS = ("--numprocesses=auto", "--dist=loadfile")
"""pytest's workers: one a core, and whole modules to each, since many share a kernel."""

_ELSEWHERE = "not browser and not promises and not once"
"""What the other Pythons and the oldest versions are tested with.

The rest is long and depends on neither: `python` and `browser` run it once.
"""

_DEVELOPMENT = ".[demo,dev]"
_TESTING = ".[demo,docs,test]"
_TUTORIALS = (".[demo,pytest]", "nbval>=0.11")
"""What the quickstart installs and what runs its notebooks: no more, or they might need it."""


def _report(name: str) -> Path:
    """Name the JUnit file of a test program, and remove an older one."""
    RESULTS.mkdir(exist_ok=True)
    report = RESULTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    return report


def _pytest(
    outcome: Outcome,
    environment: Environment,
    name: str,
    *arguments: str,
    extra: Mapping[str, str] | None = None,
) -> None:
    """Run pytest and count what it says."""
    report = _report(name)
    junit = f"--junitxml={workspace.relative(report)}"
    outcome.ran(environment.run("-m", "pytest", junit, *arguments, extra=extra), report)


def _npm(outcome: Outcome, *arguments: str, report: Path | None = None) -> None:
    """Run npm and count what it says."""
    node = workspace.npm_packages()
    say(f"\n$ npm {' '.join(arguments)}")
    code = 0
    try:
        node.run(*arguments)
    except subprocess.CalledProcessError as problem:
        code = problem.returncode
    outcome.ran(code, report)


_NOTEBOOKS = (
    *("-p", "no:cacheprovider", "--nbval-current-env", "--nbval-cell-timeout=180"),
    "--ignore=notebooks/js",  # in Deno's kernel: tests/test_deno.py
)


def _nbval(outcome: Outcome, environment: Environment, name: str) -> None:
    """Run the notebooks without a network and compare every output with the stored one."""
    strict = ("-p", "scripts.offline", "--nbval", *_NOTEBOOKS, "notebooks")
    _pytest(outcome, environment, name, *_WORKERS, *strict)


def prepare() -> Environment:
    """Make `.venv` ready for all of it: package, tools, Node and the demo model.

    Returns:
        The environment.
    """
    environment = workspace.install(_DEVELOPMENT)
    workspace.demo_model(environment)
    return environment


_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"
"""What `lint-imports` runs: the contracts between the rooms, in pyproject.toml."""


def check(outcome: Outcome, *, fix: bool = False) -> None:
    """Check format, style and types in both languages.

    Args:
        outcome: Counts one per checker.
        fix: Put right what can be put right, first.
    """
    environment = workspace.install(_DEVELOPMENT)
    if fix:
        environment.run("-m", "ruff", "check", "--fix-only", ".")
        environment.run("-m", "ruff", "format", ".")
        environment.run("js/events.py")
        environment.run("-m", "scripts.reference")
        workspace.npm_packages().run("run", "format")
    outcome.ran(environment.run("-m", "ruff", "format", "--check", "."))
    outcome.ran(environment.run("-m", "ruff", "check", "."))
    outcome.ran(environment.run("-m", "mypy"))
    outcome.ran(environment.run("-c", _IMPORTS, "--no-cache"))
    outcome.ran(environment.run("js/events.py", "--check"))
    outcome.ran(environment.run("-m", "scripts.reference", "--check"))
    outcome.ran(environment.run("-m", "scripts.words"))
    _npm(outcome, "run", "check")


def front_end(outcome: Outcome) -> None:
    """Test the front end: its logic in Node, its views in Chromium."""
    # The tests look for it by themselves, and find what was installed a moment ago.
    chromium.require()
    report = _report("js")
    reporters = ("--reporter=default", "--reporter=junit", f"--outputFile.junit={report}")
    _npm(outcome, "test", "--", *reporters, report=report)


def python(outcome: Outcome) -> None:
    """Test the package on the Python that runs, and measure what the tests reach."""
    coverage = ("--cov", "--cov-report=term")
    _pytest(outcome, prepare(), "python", *_WORKERS, "-m", "not browser and not remote", *coverage)


def notebooks(outcome: Outcome) -> None:
    """Run the notebooks strictly on the Python that runs, then with the demo model itself.

    That may say something else on another processor: then what they assert has to hold.
    """
    environment = prepare()
    _nbval(outcome, environment, "notebooks")
    asked = ("--nbval-lax", *_NOTEBOOKS, "notebooks")
    _pytest(outcome, environment, "notebooks-model", *_WORKERS, *asked)


def browser(outcome: Outcome) -> None:
    """Drive a real JupyterLab and Notebook in Chromium."""
    found = chromium.require()
    chosen = ("-m", "browser")
    _pytest(outcome, prepare(), "browser", *_WORKERS, *chosen, extra={"CHROMIUM": found})


def other_python(wanted: str) -> Callable[[Outcome], None]:
    """Make the part that tests the notebooks and the package on another Python.

    Args:
        wanted: Its version, as `3.10`.

    Returns:
        The part. It does nothing where that Python is missing, and says so.
    """

    def part(outcome: Outcome) -> None:
        base = find_python(wanted)
        if base is None:
            outcome.note = f"left out: no Python {wanted} on PATH or in pyenv"
            return
        workspace.front_end()
        environment = Environment(f".venv-{wanted}", base)
        environment.create()
        environment.install(*_TUTORIALS)
        workspace.demo_model(environment)
        _nbval(outcome, environment, f"notebooks-{wanted}")
        environment.install(_TESTING)
        chosen = f"{_ELSEWHERE} and not packaging and not remote"
        _pytest(outcome, environment, f"python-{wanted}", *_WORKERS, "-m", chosen)

    return part


def kernels(outcome: Outcome) -> None:
    """Test what depends on how a kernel takes messages and interrupts, on other ipykernels."""
    missing = []
    for wanted, kernel in pins.OTHER_KERNELS:
        base = find_python(wanted)
        if base is None:
            missing.append(wanted)
            continue
        workspace.front_end()
        environment = Environment(f".venv-{wanted}-kernel", base)
        environment.create()
        environment.install(".[pytest]", "ipykernel", pinned=pins.kernel(kernel))
        _pytest(outcome, environment, f"kernel-{kernel}", *KERNEL_TESTS)
    if missing:
        outcome.note = f"left out: no Python {', '.join(missing)} on PATH or in pyenv"


def lowest(outcome: Outcome) -> None:
    """Test the package with the oldest versions that it says it works with."""
    workspace.front_end()
    oldest = find_python(pins.PYTHONS[0]) or workspace.MAIN.base
    environment = Environment(".venv-lowest", oldest)
    environment.create()
    # The bounds themselves, too: if pyproject.toml has others than the file, this fails.
    environment.install(".[test]", *pins.lowest(), pinned=pins.LOWEST)
    outcome.note = f"on Python {version(oldest)}"
    chosen = f"{_ELSEWHERE} and not packaging and not demo and not remote"
    _pytest(outcome, environment, "lowest", *_WORKERS, "-m", chosen)


def newest(outcome: Outcome) -> None:
    """Test the package with the newest versions of everything, pre-releases included.

    The summary names broken tests, but the run does not fail. Such a fault may be one of
    another project, and a change to this project may have nothing to do with it.
    """
    base = next(filter(None, map(find_python, reversed(pins.PYTHONS))), workspace.MAIN.base)
    workspace.front_end()
    environment = Environment(".venv-newest", base)
    environment.create()
    try:
        environment.install(_DEVELOPMENT, fresh=True)
    except RuntimeError as problem:
        say(str(problem))
        outcome.broken.append("installing")
        return
    workspace.place_renderer(environment)
    script = (
        "import importlib.metadata as m, sys;"
        "print(*(name + ' ' + m.version(name) for name in sys.argv[1:]), sep=', ')"
    )
    command = [str(environment.python), "-c", script, *_WATCHED]
    answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    outcome.note = f"Python {version(base)}, {answer}"
    if environment.run("-m", "mypy"):
        outcome.broken.append("mypy")
    else:
        outcome.passed += 1
    found = chromium.find()
    chosen = () if found else ("-m", "not browser")
    report = _report("newest")
    code = environment.run(
        *("-m", "pytest", f"--junitxml={workspace.relative(report)}", *_WORKERS),
        *(*_NEWEST_LIMITS, *chosen, *NEWEST_TESTS),
        extra={"CHROMIUM": found} if found else {},
    )
    passed, _, skipped = tally.read(report) if report.is_file() else (0, 0, 0)
    outcome.passed += passed
    outcome.skipped += skipped
    names = tally.failures(report) if report.is_file() else ["pytest"]
    outcome.broken += names
    if code and not names:
        outcome.note += f"; not all tests ran: pytest ended with exit code {code}"


def remote(outcome: Outcome) -> None:
    """Run graphs on LangGraph's own servers, the Python one and the JavaScript one.

    Some of the runs are seen in a real JupyterLab.
    """
    missing = []
    extra = {"CHROMIUM": chromium.require()}
    base = _server_python()
    if base is None:
        missing.append(f"the Python server, which needs Python {pins.SERVER_PYTHON}")
    else:
        environment = Environment(".venv-server", base)
        environment.create()
        environment.install(pins.SERVER, pinned="server")
        extra["LANGGRAPH_CLI"] = str(environment.program("langgraph"))
    try:
        program, path = workspace.javascript_server()
        extra |= {"LANGGRAPHJS_CLI": str(program), "LANGGRAPHJS_PATH": path}
    except frontend.NoNodeError:
        missing.append("the JavaScript server, which needs Node")
    if missing:
        outcome.note = f"left out: {'; '.join(missing)}"
    _pytest(outcome, prepare(), "remote", "-m", "remote", extra=extra)


def _server_python() -> str | None:
    """A Python that is new enough for LangGraph's server, this one if it is."""
    if sys.version_info >= tuple(map(int, pins.SERVER_PYTHON.split("."))):
        return workspace.MAIN.base
    return next(filter(None, map(find_python, ("3.13", "3.12", pins.SERVER_PYTHON))), None)


PARTS: dict[str, Callable[[Outcome], None]] = {
    "check": check,
    "js": front_end,
    "python": python,
    "notebooks": notebooks,
    "browser": browser,
    "remote": remote,
    **{wanted: other_python(wanted) for wanted in OTHER_PYTHONS},
    "kernels": kernels,
    "lowest": lowest,
    "newest": newest,
}
"""Every part by its name, in the order in which they run."""
