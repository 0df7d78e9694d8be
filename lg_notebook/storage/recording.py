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
what they do not know. If the last line was cut off while it was written, readers leave it out.
Secrets are masked before an event is made, so the file has none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from lg_notebook.exceptions import RecordingError
from lg_notebook.model.run_writer import RunWriter
from lg_notebook.storage import event_check, whole_file

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from lg_notebook.events import AnyEvent
    from lg_notebook.model.run_state import RunState

FORMAT = "lg_notebook.run"
VERSION = 1


def line(row: object) -> bytes:
    """Write a row of the file, with its line feed."""
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # half of a surrogate pair, which a model may well stream
        return json.dumps(row, separators=(",", ":")).encode() + b"\n"


HEADER = line({"format": FORMAT, "version": VERSION})
"""The first line."""


def lines(events: Iterable[AnyEvent]) -> Iterator[bytes]:
    r"""Write events as the lines of a recording, the first one included.

    Args:
        events: A run's events, in order.

    Yields:
        Each line in UTF-8, with its line feed.

    Example:
        >>> next(lines([]))
        b'{"format":"lg_notebook.run","version":1}\n'
    """
    yield HEADER
    for event in events:
        yield line(event)


def save(run: RunState, path: str | os.PathLike[str]) -> None:
    """Write a run to a file, whole or not at all.

    Args:
        run: The run.
        path: The file; replaced if it exists, and compressed if its name ends in `.gz`.

    Raises:
        OSError: The file cannot be written.

    Example:
        >>> save(run, "joke.jsonl")
    """
    whole_file.write(path, lines(run.log()))


def read(path: str | os.PathLike[str]) -> Iterator[AnyEvent]:
    """Read a recording, compressed or not.

    Args:
        path: The file.

    Yields:
        Its events, in order and without gaps.

    Raises:
        OSError: It cannot be read.
        RecordingError: It is not a recording, a later version of the format, or broken in its
            middle; the message says which line.
    """
    name = whole_file.located(path).name
    number = 0
    expected = 0
    for number, text in enumerate(whole_file.lines(path), 1):
        if not text.strip() and number > 1:
            continue
        row = _object(text)
        if number == 1:
            _check_header(row, name)
            continue
        if row is None:
            if not text.endswith(b"\n"):
                return  # it was being written when its kernel went away
            problem: str | None = "this line is not JSON"
        else:
            problem = event_check.problem(row) or _order(row, expected)
        if problem is not None:
            raise RecordingError(f"{name} is broken in line {number}: {problem}.")
        event = cast("AnyEvent", row)
        expected = event["seq"] + 1
        yield event
    if not number:
        _check_header(None, name)


def _object(text: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _check_header(row: dict[str, Any] | None, name: str) -> None:
    if row is None:
        raise RecordingError(
            f"{name} is not a recording of lg_notebook: it has no first line that says so."
        )
    version = row.get("version")
    if row.get("format") != FORMAT or type(version) is not int or version < 1:
        raise RecordingError(
            f"{name} is not a recording of lg_notebook: its first line does not say so."
        )
    if version > VERSION:
        raise RecordingError(
            f"{name} was written by a newer lg_notebook (version {version} of the format;"
            f" this one reads up to {VERSION}): update lg_notebook to load it."
        )


def _order(event: dict[str, Any], expected: int) -> str | None:
    """Say what is wrong with an event's number; a later version's events may have any higher one."""
    seq = event["seq"]
    if seq < expected:
        return f"event {seq} is there again"
    if seq > expected and event["type"] in event_check.REQUIRED:
        return f"event {expected} is missing"
    return None


def load(run: RunState, path: str | os.PathLike[str]) -> None:
    """Fold a recording into a run.

    Args:
        run: A new run; its status stays `running` if the recording ends before the run did.
        path: The file.

    Raises:
        OSError: It cannot be read.
        RecordingError: As `read`.
    """
    writer = RunWriter(run)
    for event in read(path):
        writer.apply(event)
