r"""Recordings: a run as JSON Lines, one event a line.

The format, version 1. UTF-8; every line is one JSON object and ends with a line feed.

```text
{"format": "lg_notebook.run", "version": 1}
{"seq": 0, "type": "run-start", "t": 0, …}
{"seq": 1, "type": "task-start", …}
```

The first line says what the file is. Every other line is an event of
`lg_notebook.events`, in order of `seq`, with its times in nanoseconds since the run began.
Events may gain fields, and new types of events may come, within one version; readers ignore
what they do not know. A last line that was cut off while it was written is left out. Secrets were masked before an event was made, so the file has none.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lg_notebook.exceptions import FolderError, RecordingError
from lg_notebook.model.run_writer import RunWriter
from lg_notebook.runtime.throttle import Pacer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from lg_notebook.events import AnyEvent
    from lg_notebook.model.run_state import RunState
    from lg_notebook.runtime.run_builder import RunBuilder

FORMAT = "lg_notebook.run"
VERSION = 1

INTERVAL = 500_000_000
"""Nanoseconds between two writes at least: a killed kernel loses less than a second."""

_HEADER = {"format": FORMAT, "version": VERSION}

_REQUIRED: dict[str, frozenset[str]] = {
    "run-start": frozenset({"graph", "input", "started_at"}),
    "drawing": frozenset({"topology"}),
    "run-end": frozenset({"status", "error", "duration", "state"}),
    "task-start": frozenset({"triggers", "attempt"}),
    "task-finish": frozenset({"error", "result", "interrupts"}),
    "message-start": frozenset(
        {"message", "id", "role", "name", "origin", "of", "tool_call_id", "metadata"}
    ),
    "delta": frozenset({"message", "block", "kind", "text"}),
    "message-finish": frozenset({"message", "usage", "finish_reason", "revised", "text"}),
    "tool": frozenset({"call_id", "name", "phase", "data"}),
    "custom": frozenset({"data"}),
    "update": frozenset({"data"}),
    "values": frozenset({"set", "append", "removed"}),
    "checkpoint": frozenset({"id", "parent", "source", "next"}),
    "interrupt": frozenset({"id", "value"}),
    "unreadable": frozenset({"what", "reason"}),
}
"""What an event of version 1 has, by type: the fields that a fold cannot do without."""

_COMMON = frozenset({"seq", "t", "ns", "task", "node", "step", "type"})


def _line(row: object) -> bytes:
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # half of a surrogate pair, which a model may well stream
        return json.dumps(row, separators=(",", ":")).encode() + b"\n"


def lines(events: Iterable[AnyEvent]) -> Iterator[bytes]:
    """A recording's lines, the first one included.

    Args:
        events: A run's events, in order.

    Yields:
        UTF-8, each line with its line feed.
    """
    yield _line(_HEADER)
    for event in events:
        yield _line(event)


def save(run: RunState, path: str | os.PathLike[str]) -> None:
    """Write a run to a file, whole or not at all.

    Args:
        run: The run.
        path: The file; replaced if it exists.

    Raises:
        OSError: It cannot be written.
    """
    target = Path(path)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(lines(run.log()))
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def read(path: str | os.PathLike[str]) -> Iterator[AnyEvent]:
    """Read a recording.

    Args:
        path: The file.

    Yields:
        Its events, in order.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not a recording, a later version of the format, or broken in its
            middle; the message says which line.
    """
    target = Path(path)
    with target.open("rb") as file:
        first = file.readline()
        _check_header(_object(first, target, 1, "it has no first line that says so"), target)
        for number, line in enumerate(file, 2):
            if not line.endswith(b"\n") and not _is_whole(line):
                return  # it was being written when its kernel went away
            if line.strip():
                yield _event(_object(line, target, number, "this line is not JSON"), target, number)


def _is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _object(line: bytes, path: Path, number: int, problem: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        what = "is not a recording of lg_notebook" if number == 1 else f"is broken in line {number}"
        raise RecordingError(f"{path.name} {what}: {problem}.")
    return row


def _check_header(row: dict[str, Any], path: Path) -> None:
    version = row.get("version")
    if row.get("format") != FORMAT or not isinstance(version, int) or version < 1:
        raise RecordingError(
            f"{path.name} is not a recording of lg_notebook: its first line does not say so."
        )
    if version > VERSION:
        raise RecordingError(
            f"{path.name} was written by a newer lg_notebook (version {version} of the format;"
            f" this one reads up to {VERSION}): update lg_notebook to load it."
        )


def _event(row: dict[str, Any], path: Path, number: int) -> Any:
    kind = row.get("type")
    missing = sorted((_COMMON | _REQUIRED.get(str(kind), frozenset())) - set(row))
    if missing:
        name = f"a `{kind}` event" if isinstance(kind, str) else "an event"
        raise RecordingError(
            f"{path.name} is broken in line {number}: {name} without {', '.join(missing)}."
        )
    return row


def load(run: RunState, path: str | os.PathLike[str]) -> None:
    """Fold a recording into a run.

    Args:
        run: A new run; its status stays `running` if the recording ends before the run did.
        path: The file.

    Raises:
        OSError: It cannot be read.
        ValueError: As `read`.
    """
    seq: object = None
    writer = RunWriter(run)
    try:
        for event in read(path):
            seq = event["seq"]
            writer.apply(event)
    except (ValueError, OSError):
        raise
    except Exception as error:  # whatever a field of the wrong type leads to
        name = Path(path).name
        raise RecordingError(f"{name} is broken: event {seq!r} cannot be understood.") from error


class Recorder:
    """Writes a run to a file while it goes on.

    Args:
        builder: Builds the run.
        path: The file. One that exists stays until `open`.

    Raises:
        OSError: The file cannot be written. Nothing has run yet.

    Example:
        >>> recorder = Recorder(builder, "joke.jsonl")
        >>> recorder.open()
        >>> builder.changed()  # after every event
        >>> recorder.close()
    """

    def __init__(self, builder: RunBuilder, path: str | os.PathLike[str]) -> None:
        self._run = builder.run
        self._path = Path(path)
        if self._path.is_dir():
            raise FolderError(f"{self._path} is a folder: give a file.")
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        self._begun: Path | None = Path(name)
        self._file: BinaryIO = os.fdopen(handle, "wb")
        self._file.write(_line(_HEADER))
        self._publisher = builder.publish(self._write, Pacer(INTERVAL))

    def open(self) -> None:
        """Start: now the file is there, in the place of an older one."""
        self._file.flush()
        if self._begun is not None:
            self._begun.chmod(0o666 & ~_umask())
            self._begun.replace(self._path)
            self._begun = None
        self._publisher.open()

    def close(self) -> None:
        """Write the rest and close the file; if it was never opened, leave nothing behind."""
        if self._begun is None:
            self._publisher.close()
        self._file.close()
        if self._begun is not None:
            self._begun.unlink(missing_ok=True)
            self._begun = None

    def _write(self, first: int, last: int) -> None:
        self._file.writelines(map(_line, self._run.log(first, last)))
        # To the system, not to the disk: it outlives this process, which is what may die.
        self._file.flush()
