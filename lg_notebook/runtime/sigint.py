"""Ctrl-C, and a kernel's interrupt, while a run is awaited.

Most event loops turn an interrupt into a cancellation of the running task: ipykernel does, and
`asyncio.run` from Python 3.11 on. Then nothing is to do here. Two cases are left:

- The event loop does not (a terminal IPython, `asyncio.run` in 3.10): a KeyboardInterrupt raised somewhere
  in the loop would leave the runs suspended, and whatever is awaited next would continue them.
  So all runs are closed first. Then the code that awaits them is interrupted.
- A node blocks the loop, so that a cancellation has no effect until it returns. Then the node
  itself receives an `asyncio.CancelledError`. A KeyboardInterrupt there would end the loop, and the
  kernel with it.
"""

from __future__ import annotations

import _thread
import asyncio
import contextlib
import logging
import signal
import threading
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from typing_extensions import Self

_LOG = logging.getLogger(__name__)

inside: ContextVar[bool] = ContextVar("lg_notebook_awaited_graph", default=False)
"""Whether the code that runs in this context belongs to a graph that is awaited."""

STUCK = 0.5
"""Seconds without a sign of life after which the event loop counts as blocked."""


class Guard:
    """Watches over one awaited run: a context manager.

    In another thread than the main one, where signals do not arrive, it does nothing.

    Attributes:
        presses: How often there was an interrupt.
        unasked: Whether nobody else turned it into a cancellation.

    Example:
        >>> with Guard() as guard:
        ...     while not done.done():
        ...         await asyncio.wait({done}, timeout=0.1)
        ...         guard.beat()
    """

    def __init__(self) -> None:
        self.presses = 0
        self.unasked = False
        self.closed = False
        self._task: asyncio.Task[Any] | None = None
        self._turn: asyncio.Future[None] | None = None
        self._handler: _Handler | None = None
        self._alive = 0.0

    def __enter__(self) -> Self:
        """Begin."""
        self._task = asyncio.current_task()
        self.beat()
        if threading.current_thread() is threading.main_thread():
            current = _signal_handler()
            if callable(current):  # otherwise the system handles it, or nobody
                self._handler = current if isinstance(current, _Handler) else _Handler(current)
                self._handler.join(self)
        return self

    def __exit__(self, *_: object) -> None:
        """End, and leave the signal as it was."""
        if self._handler is not None:
            self._handler.leave(self)

    def beat(self) -> None:
        """Say that the event loop is alive; to be said every tenth of a second."""
        self._alive = time.monotonic()

    @property
    def stuck(self) -> bool:
        """Whether the event loop has not been alive for a while."""
        return time.monotonic() - self._alive > STUCK

    async def close(self) -> BaseException:
        """Say that the run is closed, after an interrupt that nobody else has handled.

        Returns:
            What to raise, once all runs that the interrupt ends are closed.
        """
        self.closed = True
        if self._handler is not None and not self._handler.settle():
            self._turn = asyncio.get_running_loop().create_future()
            with contextlib.suppress(asyncio.CancelledError):
                await self._turn
        cell = _cell()
        if cell is None or cell is asyncio.current_task():
            return KeyboardInterrupt()
        # Raised here it would end the loop, and leave the cell suspended.
        cell.cancel()
        return asyncio.CancelledError()

    def proceed(self) -> None:
        """Let `close` return."""
        if self._turn is not None and not self._turn.done():
            self._turn.set_result(None)

    def press(self, *, handled: bool) -> None:
        """Take note of an interrupt, in the signal's handler.

        Args:
            handled: Whether somebody else cancels what waits for the run.
        """
        self.presses += 1
        self.unasked = self.unasked or not handled
        # The second time there is no more patience.
        if self._task is not None and (not handled or self.presses > 1):
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)


def _cell() -> asyncio.Task[Any] | None:
    """The task of IPython's running cell, if there is one on this loop."""
    for task in asyncio.all_tasks():
        if getattr(task.get_coro(), "__name__", "") == "run_cell_async":
            return task
    return None


class _Handler:
    """The signal's handler, for all guards that have come since it was put in place."""

    def __init__(self, before: Callable[[int, FrameType | None], Any]) -> None:
        self._before = before
        self._guards: list[Guard] = []
        self._lock = threading.Lock()
        self._again = False
        self._timer: threading.Timer | None = None

    def join(self, guard: Guard) -> None:
        self._guards.append(guard)
        if len(self._guards) == 1:
            signal.signal(signal.SIGINT, self)

    def leave(self, guard: Guard) -> None:
        with self._lock:
            self._guards.remove(guard)
            if self._guards:
                self.settle()
                return
            if self._timer is not None:
                self._timer.cancel()
        # What somebody else has put over it since is theirs to take away.
        current: object = _signal_handler()
        if current is self:
            signal.signal(signal.SIGINT, self._before)

    def settle(self) -> bool:
        """Whether all runs are closed; then none waits for another any longer."""
        over = all(guard.closed for guard in self._guards)
        if over:
            for guard in self._guards:
                guard.proceed()
        return over

    def __call__(self, number: int, frame: FrameType | None) -> None:
        again, self._again = self._again, False
        guards = list(self._guards)
        if not again:
            handled = self._before is not signal.default_int_handler
            if not guards or (not handled and _is_stuck(guards) and not inside.get()):
                self._before(number, frame)
                return
            for guard in guards:
                guard.press(handled=handled)
            if handled:
                self._before(number, frame)
        if not _is_stuck(guards):
            self._look_again()
        elif inside.get() and _current_task() is not None and not _is_ours(frame):
            raise asyncio.CancelledError

    def _look_again(self) -> None:
        """See soon whether the loop has become stuck after all."""
        if self._timer is not None and self._timer.is_alive():
            return
        self._timer = threading.Timer(STUCK, self._press_again)
        self._timer.daemon = True
        self._timer.name = "lg_notebook-sigint"
        with contextlib.suppress(RuntimeError):  # no thread can start: nothing looks again
            self._timer.start()

    def _press_again(self) -> None:
        with self._lock:
            if not (self._guards and _is_stuck(self._guards)):
                return
            self._again = True
            if hasattr(signal, "pthread_kill"):
                # Also ends a system call, such as the one that `time.sleep` waits in.
                main = threading.main_thread().ident
                assert main is not None  # noqa: S101 - it has begun
                signal.pthread_kill(main, signal.SIGINT)
            else:
                _thread.interrupt_main()


def _is_stuck(guards: list[Guard]) -> bool:
    return any(guard.stuck for guard in guards)


def _current_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def _signal_handler() -> object:
    """Return the handler of SIGINT; None if there is none, or if Python cannot convert it.

    Python writes its repr. asyncio's handler holds a task, whose exception may have none.
    """
    try:
        return signal.getsignal(signal.SIGINT)
    except Exception:  # noqa: BLE001 - a user's exception may raise anything
        _LOG.debug("The handler of SIGINT cannot be read.", exc_info=True)
        return None


def _is_ours(frame: FrameType | None) -> bool:
    """Whether the code that was interrupted is our own, which nothing may break in the middle."""
    name = "" if frame is None else frame.f_globals.get("__name__", "")
    return str(name).partition(".")[0] == "lg_notebook"


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Put a KeyboardInterrupt off to the end of the block; a second one is not put off.

    Example:
        >>> with held():
        ...     feed.close()
    """
    if (
        threading.current_thread() is not threading.main_thread()
        or _signal_handler() is not signal.default_int_handler
    ):
        yield
        return
    pressed: list[int] = []

    def hold(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        if len(pressed) > 1:
            signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        if _signal_handler() is hold:
            signal.signal(signal.SIGINT, signal.default_int_handler)
    if pressed:
        raise KeyboardInterrupt
