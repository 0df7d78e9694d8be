"""Handle widget messages while a cell is running.

A kernel handles one message after the other. A message from a view, such as stop, would
wait until the cell ends: always in ipykernel before 7.4, in later versions if the cell blocks.
During a run, this module handles the messages for our own widgets immediately. It does the same
for the widget manager's control channel, by which a reloaded page finds its widgets.
All other messages keep their order: nothing overtakes a cell or runs within one.

ipykernel has no public way to do so, hence the private names. If they differ from the known
ones, this module does nothing, and the messages are handled after the cell.
"""

from __future__ import annotations

import contextlib
import contextvars
import inspect
import logging
import threading
import weakref
from typing import TYPE_CHECKING, Any

from lg_notebook.kernel import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOG = logging.getLogger(__name__)

widgets: weakref.WeakValueDictionary[str, object] = weakref.WeakValueDictionary()
"""Comm id → the widget that receives its messages."""

_CONTROL = "jupyter.widget.control"
_COMMS = {"comm_open", "comm_msg", "comm_close"}
_POLLIN = 1  # zmq's

_NEEDED = ("session", "log", "shell_handlers", "set_parent", "get_parent", "_publish_status")


class CommPump:
    """Handles some of a kernel's messages before the kernel does.

    Args:
        kernel: An ipykernel.
        stream: The `ZMQStream` from which the kernel's main thread receives its messages.
    """

    def __init__(self, kernel: Any, stream: Any) -> None:
        self._kernel = kernel
        self._stream = stream
        self._before: Callable[[Any], Any] | None = None
        self._users = 0
        self._controls: set[str] = set()

    def open(self) -> None:
        """Start, or count one more user."""
        self._users += 1
        if self._users == 1:
            self._before = self._stream._recv_callback  # noqa: SLF001 - see above
            self._stream.on_recv(self._take, copy=False)

    def close(self) -> None:
        """Count one user less; after the last one, restore the kernel's own callback."""
        self._users -= 1
        if self._users == 0:
            # Another callback that was set meanwhile is not ours to remove.
            if self._stream._recv_callback == self._take:  # noqa: SLF001
                self._stream.on_recv(self._before, copy=False)
            self._controls.clear()

    def handle_arrived(self) -> None:
        """Handle the messages that have arrived, if a cell blocks the event loop."""
        self._stream.flush(_POLLIN)

    def _take(self, frames: list[Any]) -> Any:
        """Handle a message for our widgets, or leave it to the kernel."""
        # Between two cells no message waits, and the kernel itself is as quick.
        if not (_is_busy(self._kernel) and self._is_ours(frames)):
            return self._before and self._before(frames)
        session = self._kernel.session
        idents, parts = session.feed_identities(frames, copy=False)
        message = session.deserialize(parts, content=True, copy=False)
        # Changes that handlers make to their context end with it.
        contextvars.copy_context().run(self._handle, idents, message)
        return None

    def _is_ours(self, frames: list[Any]) -> bool:
        session = self._kernel.session
        try:
            _, parts = session.feed_identities(frames, copy=False)
            message = session.deserialize(parts, content=False, copy=False)
            kind = message["header"]["msg_type"]
            if kind not in _COMMS:
                return False
            content = session.unpack(message["content"])
            comm = str(content["comm_id"])
        except Exception:  # noqa: BLE001 - the kernel reports a malformed message itself
            _LOG.debug("a message was left to the kernel", exc_info=True)
            return False
        if kind == "comm_open":
            if content.get("target_name") != _CONTROL:
                return False
            self._controls.add(comm)
        return comm in widgets or comm in self._controls

    def _handle(self, idents: list[bytes], message: dict[str, Any]) -> None:
        """Handle a message as the kernel does, and restore the cell's context."""
        kernel = self._kernel
        cell = _running(kernel)
        kernel.set_parent(idents, message, channel="shell")
        kernel._publish_status("busy", "shell")  # noqa: SLF001
        try:
            kernel.shell_handlers[message["header"]["msg_type"]](None, idents, message)
        except Exception:
            kernel.log.exception("A message from a view could not be handled.")
        finally:
            # Views wait for this status before they send more.
            kernel._publish_status("idle", "shell")  # noqa: SLF001
            kernel.set_parent(*cell, channel="shell")
            kernel._publish_status("busy", "shell")  # noqa: SLF001


def _is_busy(kernel: Any) -> bool:
    """Whether the kernel is handling a cell or another message of the shell channel."""
    lock = getattr(kernel, "_main_asyncio_lock", None)
    if lock is not None:
        return bool(lock.locked())
    return not kernel.msg_queue._getters  # noqa: SLF001 - ipykernel 6: waits for no message


def _running(kernel: Any) -> tuple[Any, Any]:
    """Return the sender and the request that the kernel is handling."""
    context = getattr(kernel, "_shell_context", None)
    if context is None:  # ipykernel 6
        return kernel._parent_ident["shell"], kernel.get_parent("shell")  # noqa: SLF001
    # A message's callback has its own context; this one is the cell's.
    return context[kernel._shell_parent_ident], context[kernel._shell_parent]  # noqa: SLF001


def _find(kernel: Any) -> CommPump | None:
    """Make the pump for a kernel, or None if its private names are not the known ones."""
    try:
        thread = getattr(kernel, "shell_channel_thread", None)
        if thread is None:
            stream = kernel.shell_stream
        else:
            stream = thread.manager._shell_channel_to_main.to_stream  # noqa: SLF001
        known = (
            all(hasattr(kernel, name) for name in _NEEDED)
            and set(kernel.shell_handlers) >= _COMMS
            and callable(stream._recv_callback)  # noqa: SLF001
            and stream._recv_copy is False  # noqa: SLF001
            and callable(stream.on_recv)
            and callable(stream.flush)
        )
        _is_busy(kernel)
        _running(kernel)
    except Exception:  # noqa: BLE001 - an unknown kernel may raise anything
        _LOG.debug("widget messages wait until the cell ends", exc_info=True)
        return None
    return CommPump(kernel, stream) if known else None


_pumps: dict[int, CommPump | None] = {}


def _of(kernel: Any) -> CommPump | None:
    if id(kernel) not in _pumps:
        _pumps.clear()  # one process, one kernel
        _pumps[id(kernel)] = _find(kernel)
    return _pumps[id(kernel)]


def _handles_widget_messages(kernel: Any) -> bool:
    """Whether it handles widget messages while a cell awaits, as ipykernel does from 7.4 on."""
    return "concurrent" in inspect.signature(kernel.dispatch_shell).parameters


@contextlib.contextmanager
def open_pump(*, awaited: bool) -> Iterator[Callable[[], None]]:
    """Handle widget messages in this scope, while a cell is running.

    Outside a kernel, or in another thread than its main one, it does nothing.

    Args:
        awaited: Whether the event loop still runs in this scope. Otherwise the caller has to
            call the yielded function regularly.

    Yields:
        A function that handles the messages that have arrived.

    Example:
        >>> with open_pump(awaited=False) as handle_arrived:
        ...     while not done.wait(0.1):
        ...         handle_arrived()
    """
    kernel = environment.kernel()
    main = threading.current_thread() is threading.main_thread()
    pump = _of(kernel) if kernel is not None and main else None
    if pump is None or (awaited and _handles_widget_messages(kernel)):
        yield lambda: None
        return
    pump.open()
    try:
        yield pump.handle_arrived
    finally:
        pump.close()
