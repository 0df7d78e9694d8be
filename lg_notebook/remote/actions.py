"""What a run on a server needs done: requests, streams and pauses, as plain data."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias


class ReadInfo(NamedTuple):
    """Read the server's `/info`."""


class Open(NamedTuple):
    """Begin the run and read its stream.

    Attributes:
        arguments: The arguments for `runs.stream`.
    """

    arguments: dict[str, Any]


class Join(NamedTuple):
    """Join the run again and read its stream: the arguments for `runs.join_stream`."""

    thread_id: str
    run_id: str
    last_event_id: str


class ReadStatus(NamedTuple):
    """Read the run's status: the arguments for `runs.get`."""

    thread_id: str
    run_id: str


class Pause(NamedTuple):
    """Wait, unless the run is stopped meanwhile.

    Attributes:
        seconds: How long.
    """

    seconds: float


class Cancel(NamedTuple):
    """Cancel the run: the arguments for `runs.cancel`."""

    thread_id: str
    run_id: str


class Delete(NamedTuple):
    """Delete the run's thread: the arguments for `threads.delete`."""

    thread_id: str


Action: TypeAlias = "ReadInfo | Open | Join | ReadStatus | Pause | None"
"""What to do next; None: nothing, the stream is over."""
