"""Lets the views be heard while a cell runs.

A kernel takes one message after the other, so what a view says (stop; what did I miss?) would
wait until the cell is over: in ipykernel before 7.4 always, later when the cell blocks. While a
run goes on, messages for our own widgets are taken out of that row and handled at once, and so
are those of the widget manager's control channel, by which a reloaded page finds its widgets.
Everything else keeps its place: nothing overtakes a cell or runs within one.

ipykernel offers no way to do so, hence private names. Where they are not what this module knows,
it does nothing, and the views are heard after the cell.
"""

from __future__ import annotations

import contextlib
import contextvars
import inspect
import threading
import weakref
from typing import TYPE_CHECKING, Any

from lg_notebook.kernel import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

audience: weakref.WeakValueDictionary[str, object] = weakref.WeakValueDictionary()
"""Comm id → the widget that is spoken to through it."""

_CONTROL = "jupyter.widget.control"
_COMMS = {"comm_open", "comm_msg", "comm_close"}
_POLLIN = 1  # zmq's

_NEEDED = ("session", "log", "shell_handlers", "set_parent", "get_parent", "_publish_status")


class CommPump:
    """Stands before a kernel's row of messages.

    Args:
        kernel: An ipykernel.
        stream: The `ZMQStream` by which the kernel's main thread gets its messages.
    """

    def __init__(self, kernel: Any, stream: Any) -> None:
        self._kernel = kernel
        self._stream = stream
        self._before: Callable[[Any], Any] | None = None
        self._users = 0
        self._controls: set[str] = set()

    def open(self) -> None:
        """Begin, or count one user more."""
        self._users += 1
        if self._users == 1:
            self._before = self._stream._recv_callback  # noqa: SLF001 - see above
            self._stream.on_recv(self._take, copy=False)

    def close(self) -> None:
        """Count one user less; with the last one all is as it was."""
        self._users -= 1
        if self._users == 0:
            # What somebody else has put over it since is theirs to take away.
            if self._stream._recv_callback == self._take:  # noqa: SLF001
                self._stream.on_recv(self._before, copy=False)
            self._controls.clear()

    def listen(self) -> None:
        """Take what has arrived, in a thread whose event loop cannot: a cell blocks it."""
        self._stream.flush(_POLLIN)

    def _take(self, frames: list[Any]) -> Any:
        """Handle a message that is for us, or leave it to the kernel."""
        # Between two cells nothing waits: then the kernel itself is as quick.
        if not (_is_busy(self._kernel) and self._is_ours(frames)):
            return self._before and self._before(frames)
        session = self._kernel.session
        idents, parts = session.feed_identities(frames, copy=False)
        message = session.deserialize(parts, content=True, copy=False)
        # Whatever handlers put into their context ends with it.
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
        except Exception:  # noqa: BLE001 - the kernel has its own words for what is malformed
            return False
        if kind == "comm_open":
            if content.get("target_name") != _CONTROL:
                return False
            self._controls.add(comm)
        return comm in audience or comm in self._controls

    def _handle(self, idents: list[bytes], message: dict[str, Any]) -> None:
        """Handle a message as the kernel does, and leave the cell as it was."""
        kernel = self._kernel
        cell = _running(kernel)
        kernel.set_parent(idents, message, channel="shell")
        kernel._publish_status("busy", "shell")  # noqa: SLF001
        try:
            kernel.shell_handlers[message["header"]["msg_type"]](None, idents, message)
        except Exception:
            kernel.log.exception("A message from a view could not be handled.")
        finally:
            # Views wait for this before they say more.
            kernel._publish_status("idle", "shell")  # noqa: SLF001
            kernel.set_parent(*cell, channel="shell")
            kernel._publish_status("busy", "shell")  # noqa: SLF001


def _is_busy(kernel: Any) -> bool:
    """Whether a cell, or something else that came by the same way, is being handled."""
    lock = getattr(kernel, "_main_asyncio_lock", None)
    if lock is not None:
        return bool(lock.locked())
    return not kernel.msg_queue._getters  # noqa: SLF001 - ipykernel 6: nobody waits for a message


def _running(kernel: Any) -> tuple[Any, Any]:
    """Who asked for what is being handled, and the request."""
    context = getattr(kernel, "_shell_context", None)
    if context is None:  # ipykernel 6
        return kernel._parent_ident["shell"], kernel.get_parent("shell")  # noqa: SLF001
    # A message's callback has a context of its own; this one is the cell's.
    return context[kernel._shell_parent_ident], context[kernel._shell_parent]  # noqa: SLF001


def _find(kernel: Any) -> CommPump | None:
    """The pump for a kernel, if everything is as this module knows it."""
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
    except Exception:  # noqa: BLE001 - whatever is different, it is not what we know
        return None
    return CommPump(kernel, stream) if known else None


_pumps: dict[int, CommPump | None] = {}


def _of(kernel: Any) -> CommPump | None:
    if id(kernel) not in _pumps:
        _pumps.clear()  # one process, one kernel
        _pumps[id(kernel)] = _find(kernel)
    return _pumps[id(kernel)]


def _hears_by_itself(kernel: Any) -> bool:
    """Whether it handles what views say while a cell is awaited, as ipykernel does from 7.4 on."""
    return "concurrent" in inspect.signature(kernel.dispatch_shell).parameters


@contextlib.contextmanager
def flowing(*, awaited: bool) -> Iterator[Callable[[], None]]:
    """Let the views be heard.

    Outside a kernel, or in another thread than its main one, it does nothing.

    Args:
        awaited: Whether the event loop goes on meanwhile; otherwise the caller has to call what
            is yielded, every now and then.

    Yields:
        A function that handles what has arrived.

    Example:
        >>> with flowing(awaited=False) as listen:
        ...     while not done.wait(0.1):
        ...         listen()
    """
    kernel = environment.kernel()
    main = threading.current_thread() is threading.main_thread()
    pump = _of(kernel) if kernel is not None and main else None
    if pump is None or (awaited and _hears_by_itself(kernel)):
        yield lambda: None
        return
    pump.open()
    try:
        yield pump.listen
    finally:
        pump.close()
