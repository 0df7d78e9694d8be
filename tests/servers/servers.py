"""LangGraph's own servers, on loopback: the Python one and the JavaScript one."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.kernels import ROOT

HERE = Path(__file__).parent
PATIENCE = 90.0
"""Seconds that a server may take to start, or to do what it is waited for."""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(check: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + PATIENCE
    while not check():
        assert time.monotonic() < end
        time.sleep(0.02)


class Server:
    """A server of the graphs in `python` or `javascript`.

    Args:
        name: Which of the two.
        command: How to start it, without the port.
        folder: An empty folder for it to run in.

    Attributes:
        name: Which of the two.
        url: Its address.
        notes: What its graphs have noted (`note` in them) goes here.
    """

    def __init__(self, name: str, command: list[str], folder: Path) -> None:
        self.name = name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.notes = folder / "notes.txt"
        self._command = [*command, "--port", str(self.port)]
        self._folder = folder / name
        shutil.copytree(HERE / name, self._folder, ignore=shutil.ignore_patterns("node_modules"))
        for file in (ROOT / "notebooks" / "remote" / name).glob("joke.*"):  # the tutorial's
            shutil.copy(file, self._folder)
        modules = Path(command[0]).parent.parent
        if modules.name == "node_modules":
            (self._folder / "node_modules").symlink_to(modules)
        self._process: Any = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        places = [str(Path(self._command[0]).parent), os.environ.get("LANGGRAPHJS_PATH")]
        path = os.pathsep.join([*filter(None, places), os.environ["PATH"]])
        env = {
            **os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "LG_NOTES": str(self.notes),
            "LANGSMITH_TRACING": "false", "LANGGRAPH_CLI_NO_ANALYTICS": "1",
        }  # fmt: skip
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, env=env, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self._process.poll() is None, self.log()
            try:
                if httpx.get(f"{self.url}/ok", timeout=1).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(self.log())

    def log(self) -> str:
        """What it printed."""
        return (self._folder / "server.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def kill(self) -> None:
        """End it immediately, with all that it started."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def noted(self) -> list[str]:
        """What its graphs have noted."""
        return self.notes.read_text(encoding="utf-8").split("\n") if self.notes.exists() else []

    def let_go_on(self, name: str) -> None:
        """Let a count that waits half-way continue."""
        with self.notes.open("a", encoding="utf-8") as file:
            file.write(f"{name} may continue\n")

    def runs(self, thread: str) -> list[str]:
        """The statuses of a thread's runs."""
        found = httpx.get(f"{self.url}/threads/{thread}/runs").json()
        return [each["status"] for each in found]

    def threads(self) -> list[dict[str, Any]]:
        """Its threads."""
        found: list[dict[str, Any]] = httpx.post(f"{self.url}/threads/search", json={}).json()
        return found
