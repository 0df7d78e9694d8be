"""A plugin for pytest: notebooks play their cassettes, and there is no network.

`pytest -p scripts.offline --nbval notebooks` runs each notebook in a kernel where no network
socket can be made. If the folder `cassettes` beside it has a file of its name, that cassette
answers for chat models. So the outputs depend on no model, no key and no processor.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scripts import network

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARIABLE = "LG_NOTEBOOK_CASSETTE"
_SPEED = "2"
"""Slow enough that a notebook can stop a run before its end."""


def cassette(notebook: Path) -> Path:
    """Name the cassette of a notebook, whether it exists or not."""
    return notebook.parent / "cassettes" / f"{notebook.stem}.jsonl"


def asks(notebook: Path) -> bool:
    """Whether a notebook calls the demo model; scripted models need no cassette."""
    return "demo.chat_model(" in notebook.read_text(encoding="utf-8")


def answering(notebook: Path, mode: str) -> dict[str, str]:
    """Environment variables that let a notebook's cassette answer for its models.

    Args:
        notebook: The notebook.
        mode: The cassette's mode.
    """
    path = cassette(notebook).resolve()
    return {_VARIABLE: str(path), f"{_VARIABLE}_MODE": mode, f"{_VARIABLE}_SPEED": _SPEED}


@contextlib.contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """Set environment variables for the processes that start in this scope."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def without_network() -> Iterator[None]:
    """Start kernels without a network and without a user's IPython settings, in this scope."""
    with tempfile.TemporaryDirectory() as folder:
        startup = Path(folder) / "profile_default" / "startup"
        startup.mkdir(parents=True)
        source = Path(network.__file__).read_text(encoding="utf-8")
        (startup / "00-network.py").write_text(source, encoding="utf-8")
        with environment({"IPYTHONDIR": folder}):
            yield


def pytest_configure(config: pytest.Config) -> None:
    """Refuse the network to all kernels of this process."""
    stack = contextlib.ExitStack()
    stack.enter_context(without_network())
    config.add_cleanup(stack.close)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Give a notebook's kernel its cassette; nbval starts the kernel before the first cell."""
    played = cassette(item.path).is_file()
    with environment(answering(item.path, "none") if played else {}):
        yield
