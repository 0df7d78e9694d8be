"""A real kernel: runs cells, and collects their outputs."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

ROOT = Path(__file__).parent.parent
PATIENCE = 120.0
"""Seconds that a cell may take."""


@dataclass
class Outcome:
    """What a cell gave.

    Attributes:
        streams: Text by stream.
        displays: The MIME bundles that were displayed, with their metadata, as they ended up.
        first: The same as they first appeared.
        error: Name of the exception, or None.
        value: The message of the exception.
        traceback: The traceback, as text.
        comms: What was sent to the front end: `(message type, data)`.
        views: Comm ids of the widgets of ours that the cell has made.
        received: Every message of that time, whatever it answers: `(message type, content)`.
    """

    streams: dict[str, str] = field(default_factory=lambda: {"stdout": "", "stderr": ""})
    displays: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    first: list[dict[str, Any]] = field(default_factory=list)
    error: str | None = None
    value: str = ""
    traceback: str = ""
    comms: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    received: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    result: str = ""
    _places: dict[str, int] = field(default_factory=dict)

    @property
    def out(self) -> str:
        """Standard output."""
        return self.streams["stdout"]

    @property
    def err(self) -> str:
        """Standard error."""
        return self.streams["stderr"]

    def take(self, kind: str, content: dict[str, Any]) -> None:
        """Take a message from the kernel."""
        if kind == "stream":
            self.streams[content["name"]] += content["text"]
        elif kind in {"display_data", "update_display_data"}:
            name = content.get("transient", {}).get("display_id", str(len(self.displays)))
            shown = content["data"], content["metadata"]
            if kind == "display_data":
                self._places[name] = len(self.displays)
                self.displays.append(shown)
                self.first.append(content["data"])
            elif name in self._places:
                self.displays[self._places[name]] = shown
        elif kind == "error":
            self.error, self.value = content["ename"], content["evalue"]
            self.traceback = "\n".join(content["traceback"])
        elif kind == "execute_result":
            self.result = content["data"]["text/plain"]
        elif kind.startswith("comm_"):
            self.comms.append((kind, content.get("data", {})))
            if kind == "comm_open" and "uid" in content["data"].get("state", {}):
                self.views.append(content["comm_id"])


Step = tuple[Callable[[Outcome], bool], Callable[[Outcome], object]]
"""A condition on a cell's outputs, and what to do when it first holds."""


class Kernel:
    """A kernel and its client.

    Args:
        cells: Cells that it runs first.

    Attributes:
        complaints: What went to standard error after its cell, or without one.
    """

    def __init__(self, *cells: str) -> None:
        self._cells = cells
        self._given_away = False
        self._start()

    def _start(self) -> None:
        self.complaints = ""
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the kernel
        self.manager = KernelManager(kernel_name="python3")
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "NO_COLOR": "1"}
        self.manager.start_kernel(env=env, stderr=self._errors)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)
        self._outcomes: dict[str, Outcome] = {}
        try:
            for cell in self._cells:
                outcome = self.run(cell)
                assert outcome.error is None, outcome.traceback
        except BaseException:
            self.close()
            raise

    def give_away(self) -> None:
        """Have the next cell run in a new kernel.

        For after a failed test, when this one may be busy for good: one failure stays one.
        """
        self._given_away = True

    def close(self) -> None:
        """Shut it down."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self._errors.close()

    @property
    def errors(self) -> str:
        """What went to the process's standard error, and the complaints."""
        self._errors.seek(0)
        return self._errors.read() + self.complaints

    def interrupt(self) -> None:
        """Interrupt it, as the front end's button does."""
        self.manager.interrupt_kernel()

    def send(self, kind: str, content: dict[str, Any], **metadata: object) -> None:
        """Send a message as a front end does, on the shell channel."""
        message = self.client.session.msg(kind, content, metadata=metadata)
        self.client.shell_channel.send(message)

    def say(self, view: str, content: dict[str, Any]) -> None:
        """Say something as a view does.

        Args:
            view: Its comm id.
            content: What it says.
        """
        self.send("comm_msg", {"comm_id": view, "data": {"method": "custom", "content": content}})

    def run(
        self,
        source: str,
        *,
        interrupt_when: Callable[[Outcome], bool] | None = None,
        when: Callable[[Outcome], bool] | None = None,
        then: Callable[[Outcome], object] | None = None,
        later: Sequence[Step] = (),
        cell_id: str | None = None,
    ) -> Outcome:
        """Run a cell.

        Args:
            source: The cell.
            interrupt_when: Interrupt the kernel, once, when this first holds.
            when: Do something, once, when this first holds.
            then: What to do.
            later: What else to do, each once its condition holds and all before it is done.
            cell_id: The cell's id, which some front ends tell.

        Returns:
            What it gave until it ended; what it gives later is added while other cells run.
        """
        if self._given_away:
            self._given_away = False
            self.close()
            self._start()
        if interrupt_when is not None:
            when, then = interrupt_when, lambda _: self.interrupt()
        content = {"code": source, "silent": False, "store_history": True,
                   "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}  # fmt: skip
        message = self.client.session.msg("execute_request", content)
        message["metadata"] = {} if cell_id is None else {"cellId": cell_id}
        self.client.shell_channel.send(message)
        request = message["header"]["msg_id"]
        outcome = self._outcomes[request] = Outcome()
        first = [] if when is None or then is None else [(when, then)]
        self._follow(request, source, [*first, *later])
        # ipykernel 7.3 may miss a request that comes while it sends a reply.
        while self.client.get_shell_msg(timeout=PATIENCE)["parent_header"]["msg_id"] != request:
            pass
        return outcome

    def _follow(
        self,
        request: str,
        source: str,
        steps: list[Step],
    ) -> None:
        outcome = self._outcomes[request]
        end = time.monotonic() + PATIENCE
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=max(end - time.monotonic(), 0.01))
            except queue.Empty:
                raise TimeoutError(f"The cell did not end: {source}") from None
            kind, content = message["msg_type"], message["content"]
            outcome.received.append((kind, content))
            parent = message["parent_header"].get("msg_id")
            if kind == "update_display_data":  # hosts find its place by its id alone
                for each in self._outcomes.values():
                    each.take(kind, content)
            elif parent in self._outcomes:
                self._outcomes[parent].take(kind, content)
            if parent != request:
                if kind == "stream" and content["name"] == "stderr":
                    self.complaints += content["text"]
                continue
            if kind == "status" and content["execution_state"] == "idle":
                return
            if steps and steps[0][0](outcome):
                steps.pop(0)[1](outcome)

    def value(self, expression: str) -> str:
        """The repr of an expression."""
        outcome = self.run(expression)
        assert outcome.error is None, outcome.traceback
        return outcome.result


@contextlib.contextmanager
def kernel(*cells: str) -> Iterator[Kernel]:
    """A kernel that has run some cells."""
    made = Kernel(*cells)
    try:
        yield made
    finally:
        made.close()


PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
