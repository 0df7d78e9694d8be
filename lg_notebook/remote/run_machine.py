"""What to do next in a run on a server: a state machine without I/O.

`Remote` drives it, in a sync and in an async form: it performs an action, reports how that
ended, and gets the next action.
"""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any

import httpx

from lg_notebook.exceptions import AnswerError
from lg_notebook.remote.actions import Cancel, Delete, Join, Open, Pause, ReadInfo, ReadStatus
from lg_notebook.remote.errors import refuses_modes
from lg_notebook.remote.stream_position import Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lg_notebook.remote.actions import Action

PAUSES = (0.1, 0.5, 2.0, 4.0)
"""Seconds before each attempt to join a run again. If the server is down, LangGraph's client
itself tries for some seconds each time: together about half a minute, enough for a restart."""

_UNDER_WAY = ("pending", "running")
_OVER = ("end", "error")
_OPTIONAL_MODES = frozenset({"tasks", "checkpoints"})
_BUSY = 429
_BROKEN = 500


class RunMachine:
    """The state of one run on a server.

    If the config has no thread, the run gets one of its own, which is deleted at the run's end.
    Without a thread, not every server can join a run again or cancel it.

    Attributes:
        run_id: The run's id; None until the server has created the run.

    Example:
        >>> machine = RunMachine()
        >>> machine.begin({"stream_mode": ["messages"], "thread_id": None}, javascript=False)
        Open(arguments={'stream_mode': ['messages'], 'thread_id': '0b5c…'})
        >>> machine.created({"run_id": "1ef8…"})
        >>> machine.take(part)
        [StreamPart(id='1795389020758-0', …)]
        >>> machine.failed(httpx.ReadError("cut"))
        Pause(seconds=0.1)
        >>> machine.paused(stopped=False)
        Join(thread_id='0b5c…', run_id='1ef8…', last_event_id='-1')
    """

    def __init__(self) -> None:
        self.run_id: str | None = None
        self._arguments: dict[str, Any] = {}
        self._action: Action = None
        self._thread = ""
        self._own_thread = False
        self._position = Position()
        self._tries = 0
        self._over = False
        self._cancelled = False
        self._lock = threading.Lock()

    # ---- what the driver reports ----------------------------------------------------

    def begin(
        self,
        arguments: Mapping[str, Any],
        *,
        javascript: bool | None,
        resumable: Mapping[str, Any] | None = None,
    ) -> Action:
        """Begin a run.

        Args:
            arguments: Those for `runs.stream`.
            javascript: Whether the server is the one for JavaScript; None if that is not known.
            resumable: More arguments, which make the run one to join again and to cancel.

        Raises:
            ValueError: An interrupt is answered without naming its thread.
        """
        self._arguments = {**arguments, **(resumable or {})}
        return self._next(ReadInfo()) if javascript is None else self._open(javascript=javascript)

    def informed(self, *, javascript: bool | None) -> Action:
        """Report the kind of the server; None if it did not say."""
        return self._open(javascript=bool(javascript))

    def created(self, metadata: Mapping[str, Any]) -> None:
        """Report the run that the server created."""
        self.run_id = str(metadata["run_id"])

    def take(self, part: Any) -> list[Any]:
        """Report a part of the stream.

        Args:
            part: LangGraph's `StreamPart`.

        Returns:
            The parts that are new, mostly this one.
        """
        new = self._position.take(part) if hasattr(part, "id") else [part]
        if new:
            self._tries = 0
            self._over = self._over or part.event in _OVER
        return new

    def rest(self) -> list[Any]:
        """Report that a stream's last part was taken; return the parts held back until now."""
        return self._position.rest()

    def ended(self) -> Action:
        """Report the end of a stream, which may be that of the connection only."""
        if self._over or not self._can_rejoin():
            return self._next(None)
        return self._next(ReadStatus(self._thread, str(self.run_id)))

    def found(self, status: str) -> Action:
        """Report the run's status."""
        if status in _UNDER_WAY:
            return self._next(Pause(PAUSES[0]))
        self._over = True
        return self._next(None)

    def paused(self, *, stopped: bool) -> Action:
        """Report that a pause is over, and whether the run was stopped by then."""
        if stopped:
            return self._next(None)
        return self._next(Join(self._thread, str(self.run_id), self._position.rejoin()))

    def failed(self, error: Exception) -> Action:
        """Report that the last action failed.

        Raises:
            Exception: The same error, if there is nothing to be done about it.
        """
        if isinstance(self._action, ReadInfo):
            return self._uninformed(error)
        if not isinstance(error, httpx.HTTPError):
            raise error
        if self._over:  # nothing more was to come
            return self._next(None)
        if self._simplify(error):
            return self._next(Open(self._arguments))
        return self._next(Pause(self._pause(error)))

    # ---- the end --------------------------------------------------------------------

    def cancel(self) -> Cancel | None:
        """Say how to cancel the run, once, and only if it is under way; from any thread."""
        with self._lock:
            if self._over or self.run_id is None or self._cancelled:
                return None
            self._cancelled = True
            return Cancel(self._thread, self.run_id)

    def leave(self) -> Iterable[Cancel | Delete]:
        """Say what to do so that nothing of the run stays on the server."""
        cancel = self.cancel()
        if cancel is not None:
            yield cancel
        if self._own_thread and self.run_id is not None:
            yield Delete(self._thread)

    # ---- decisions ------------------------------------------------------------------

    def _next(self, action: Action) -> Action:
        self._action = action
        return action

    def _open(self, *, javascript: bool) -> Action:
        arguments = self._arguments
        if arguments.get("thread_id") is None:
            if (arguments.get("command") or {}).get("resume") is not None:
                msg = (
                    "An interrupt is answered on the thread that waits for it: give its id in"
                    ' the config, as `{"configurable": {"thread_id": …}}` or by --thread.'
                )
                raise AnswerError(msg)
            self._own_thread = True
            arguments["thread_id"] = str(uuid.uuid4())
        self._thread = arguments["thread_id"]
        modes = arguments.get("stream_mode")
        if javascript and isinstance(modes, list) and "values" in modes:
            # The JavaScript server fails on `values` of subgraphs if it does not stream
            # checkpoints as well (langgraph-api 2.0, `preprocessDebugCheckpoint`).
            arguments["stream_mode"] = [*modes, "checkpoints"]
        return self._next(Open(arguments))

    def _uninformed(self, error: Exception) -> Action:
        """Begin the run although the server did not say what it is: the run's own errors matter.

        If the server cannot be reached, LangGraph's client has already tried for seconds.
        """
        if isinstance(error, httpx.ConnectError):
            raise error
        return self.informed(javascript=None)

    def _can_rejoin(self) -> bool:
        return self.run_id is not None and self._position.known

    def _pause(self, error: httpx.HTTPError) -> float:
        """Choose how long to wait before joining the run again, or raise the error."""
        lost = isinstance(error, httpx.TransportError)
        if isinstance(error, httpx.HTTPStatusError):
            status = error.response.status_code
            lost = status == _BUSY or status >= _BROKEN
        if not lost or not self._can_rejoin() or self._tries >= len(PAUSES):
            raise error
        self._tries += 1
        return PAUSES[self._tries - 1]

    def _simplify(self, error: httpx.HTTPError) -> bool:
        """Leave out the optional modes if the server refused the run because of them."""
        if self.run_id is not None or not isinstance(error, httpx.HTTPStatusError):
            return False
        given = self._arguments.get("stream_mode", ())
        modes = [mode for mode in given if mode not in _OPTIONAL_MODES]
        if modes == given or not refuses_modes(error):
            return False
        self._arguments["stream_mode"] = modes
        return True
