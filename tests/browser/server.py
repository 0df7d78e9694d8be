"""A Jupyter server of the tests' own: nothing of the user's is read or left behind."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

_STARTUP_SECONDS = 120

# Nothing may ask, move or save by itself while a test looks on.
_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "doNotDisturbMode": True,
        "fetchNews": "false",
    },
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}

_OPTIONS = (
    "--no-browser",
    "--ServerApp.allow_root=True",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port_retries=0",
    "--LabApp.expose_app_in_browser=True",
    "--LabApp.extension_manager=readonly",
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class JupyterServer:
    """JupyterLab, or Notebook 7, on a free port with a token and folders of its own.

    Attributes:
        files: The folder that it serves.
        token: What opens it.
        url: Its address, without a slash at the end.
        data: The folder of Jupyter's data, where more kernels may be put.
    """

    def __init__(self, program: str, folder: Path):
        self.program = program
        self.files = folder / "files"
        self.token = secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{_free_port()}"
        self.data = folder / "data"
        self._log = folder / "server.log"
        self._folder = folder
        self._process: subprocess.Popen | None = None

    def _environment(self) -> dict[str, str]:
        homes = {
            "IPYTHONDIR": "ipython",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
        }
        variables = {name: str(self._folder / home) for name, home in homes.items()}
        for home in variables.values():
            Path(home).mkdir(parents=True, exist_ok=True)
        overrides = Path(variables["JUPYTER_CONFIG_DIR"]) / "labconfig"
        overrides.mkdir(exist_ok=True)
        (overrides / "default_setting_overrides.json").write_text(json.dumps(_SETTINGS))
        return {**os.environ, **variables, "JUPYTER_PLATFORM_DIRS": "1"}

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.files.mkdir(parents=True, exist_ok=True)
        port = self.url.rpartition(":")[2]
        command = [
            *(sys.executable, "-m", "jupyter", self.program, *_OPTIONS),
            f"--ServerApp.port={port}",
            f"--ServerApp.root_dir={self.files}",
            f"--IdentityProvider.token={self.token}",
        ]
        if self.program == "notebook":
            command.append("--JupyterNotebookApp.expose_app_in_browser=True")
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                command, env=self._environment(), stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + _STARTUP_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Jupyter did not start:\n{self._log.read_text()}")
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            self.request("GET", "/api/status")
        except (urllib.error.URLError, OSError):
            return False
        return True

    def request(self, method: str, path: str) -> bytes:
        """Call the server's REST interface.

        Args:
            method: The HTTP method.
            path: From `/api` on.

        Returns:
            The answer's body.
        """
        request = urllib.request.Request(
            self.url + path, method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def sessions(self) -> list[dict]:
        """Tell which notebooks have a kernel."""
        return json.loads(self.request("GET", "/api/sessions"))

    def shut_down_kernels(self) -> None:
        """End every kernel, as a user does from the list of running ones."""
        for session in self.sessions():
            self.request("DELETE", f"/api/sessions/{session['id']}")

    def stop(self) -> None:
        """Stop it and its kernels."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
