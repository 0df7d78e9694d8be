"""Run a real kernel, and count its traffic."""

from __future__ import annotations

import json
import queue
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_client.manager import start_new_kernel

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

_STUCK = 600.0
"""Seconds that a cell may take."""


@dataclass
class Traffic:
    """The messages that a front end received.

    Attributes:
        messages: Number of comm messages.
        payload: Their size in bytes: JSON content and binary buffers.
        frames: Number of frames among them.
        sizes: Size of each frame in bytes.
    """

    messages: int = 0
    payload: int = 0
    frames: int = 0
    sizes: list[int] = field(default_factory=list)


class Kernel:
    """A kernel, and a client that reads all its messages as a front end does."""

    def __enter__(self) -> Self:
        self._manager, self._client = start_new_kernel(kernel_name="python3")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def run(self, code: str) -> tuple[Any, Traffic]:
        """Run a cell.

        Args:
            code: Python that prints one line of JSON, or nothing.

        Returns:
            The printed value, or None; and the comm traffic of the cell.

        Raises:
            RuntimeError: The cell failed.
        """
        traffic = Traffic()
        printed: list[str] = []
        done = threading.Event()
        reader = threading.Thread(target=self._read, args=(traffic, printed, done))
        reader.start()
        reply = self._client.execute(code, reply=True, timeout=_STUCK)
        done.set()
        reader.join()
        if reply["content"]["status"] != "ok":
            raise RuntimeError("\n".join(reply["content"]["traceback"]))
        text = "".join(printed).strip()
        return json.loads(text.splitlines()[-1]) if text else None, traffic

    def _read(self, traffic: Traffic, printed: list[str], done: threading.Event) -> None:
        while True:
            try:
                message = self._client.get_iopub_msg(timeout=0.5)
            except queue.Empty:
                if done.is_set():
                    return
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream" and content["name"] == "stdout":
                printed.append(content["text"])
            elif kind == "comm_msg":
                size = len(json.dumps(content, ensure_ascii=False).encode())
                size += sum(len(buffer) for buffer in message["buffers"])
                traffic.messages += 1
                traffic.payload += size
                if content["data"].get("method") == "custom":
                    traffic.frames += 1
                    traffic.sizes.append(size)
