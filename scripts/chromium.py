"""Find Chromium for the browser tests, or install Debian's."""

from __future__ import annotations

import os
import shutil

from scripts.installer import ROOT, logged

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_LOG = ROOT / "test-results" / "chromium.log"


class NoChromiumError(RuntimeError):
    """There is no Chromium, and it could not be installed."""

    def __init__(self) -> None:
        super().__init__(
            "The browser tests need Chromium: install it (on Debian `apt-get install chromium`), "
            "or put the path of a Chromium or Chrome into the environment variable CHROMIUM."
        )


def find() -> str | None:
    """Find a Chromium: the variable CHROMIUM, else one on PATH.

    Returns:
        Its path, or None.
    """
    named = os.environ.get("CHROMIUM")
    candidates = (named,) if named else _NAMES
    return next(filter(None, map(shutil.which, candidates)), None)


def require() -> str:
    """Find a Chromium; as root on Debian, install it where it is missing.

    Returns:
        Its path.

    Raises:
        NoChromiumError: It is missing, and cannot be installed from here.
    """
    found = find()
    if found:
        return found
    apt = shutil.which("apt-get")
    if apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise NoChromiumError
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _LOG.parent.mkdir(exist_ok=True)
    print(f"Installing Chromium: usually a minute or two. Details: {_LOG}", flush=True)
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        logged([apt, *arguments], _LOG, environment)
    found = find()
    if not found:
        raise NoChromiumError
    return found
