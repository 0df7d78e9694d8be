"""A process without a network: no network socket is made, no name is looked up.

IPython runs it when a kernel starts (`scripts.offline` sees to that), so that whatever a
notebook does afterwards is refused. What the kernel itself speaks over, ZeroMQ, is no socket
of Python's. It holds for all of Python's code and cannot be undone; a native model server,
which has sockets of its own, is kept out by refusing its import.
"""

from __future__ import annotations

import socket
import sys

_NETWORKS = {socket.AF_INET, socket.AF_INET6}
_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname"}
_SERVERS = {"xllamacpp"}


def forbid() -> None:
    """Refuse the network from here on, for as long as the process lives."""
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
