"""Refuse the network to a process: no network socket is made, and no name is looked up.

IPython runs this file when a kernel starts (see `scripts.offline`), so it affects everything
that the notebook does. The kernel's own ZeroMQ connections do not use Python's sockets. The
refusal applies to all Python code and cannot be undone. A native model server has its own
sockets, so its import is refused.
"""

from __future__ import annotations

import socket
import sys

_NETWORKS = {socket.AF_INET, socket.AF_INET6}
_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname"}
_SERVERS = {"xllamacpp"}


def forbid() -> None:
    """Refuse the network until the process ends."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    what: object = None
    if event == "socket.__new__" and arguments[1] in _NETWORKS:
        what = "a socket"
    elif event in _LOOKUPS or (event == "import" and arguments[0] in _SERVERS):
        what = arguments[0]
    if what is not None:
        raise PermissionError(f"There is no network here, and {what!s} would need one.")


if __name__ == "__main__":
    forbid()
