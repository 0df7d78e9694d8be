"""A way to a server that can be cut."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading


class Proxy:
    """Passes TCP connections on to a port of loopback, until they are cut.

    Args:
        port: The port.

    Attributes:
        url: Its own address.
        cuts: How often it has cut.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.cuts = 0
        self._lengths: list[int] = []
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, *lengths: int) -> None:
        """Cut the next connections that bring so many bytes, one after the other."""
        self._lengths = list(lengths)

    def cut(self) -> None:
        """Cut every connection: not with an orderly end, but as a lost network does."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        self.cuts += 1
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def close(self) -> None:
        """Cut, and take no more."""
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._pairs.append((near, far))
            for source, sink, down in ((near, far, False), (far, near, True)):
                threading.Thread(target=self._pass, args=(source, sink, down), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, down: bool) -> None:  # noqa: FBT001
        length = 0
        with contextlib.suppress(OSError):
            while data := source.recv(512):
                sink.sendall(data)
                length += len(data)
                if down and self._lengths and length >= self._lengths[0]:
                    self._lengths.pop(0)
                    self.cut()
                    return
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
