"""Write a run to a file while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lg_notebook.model.run_state import data_of
from lg_notebook.runtime.throttle import Pacer
from lg_notebook.storage import whole_file
from lg_notebook.storage.recording import HEADER, line

if TYPE_CHECKING:
    import os

    from lg_notebook.runtime.run_builder import RunBuilder

INTERVAL = 500_000_000
"""Nanoseconds between two writes at least: a killed kernel loses less than a second."""


class Recorder:
    """Writes a run to a file while it runs.

    What a full disk does not take is written later: with the next events, or when the recorder
    is closed.

    Args:
        builder: Builds the run.
        path: The file. One that exists stays until `open`.

    Attributes:
        loss: One sentence that says why the recording is not whole; None if it is.

    Raises:
        OSError: The file cannot be written. Nothing has run yet.

    Example:
        >>> recorder = Recorder(builder, "joke.jsonl")
        >>> recorder.open()
        >>> builder.changed()  # after every event
        >>> recorder.close()
        >>> recorder.loss is None
        True
    """

    def __init__(self, builder: RunBuilder, path: str | os.PathLike[str]) -> None:
        self.loss: str | None = None
        self._run = builder.run
        self._opened = False
        self._taken = 0
        self._file = whole_file.NewFile(path)
        self._unwritten = whole_file.packed(self._file.path, HEADER)
        if self._file.is_plain:
            try:
                self._drain()
            except OSError:
                self._file.close()
                raise
        self._publisher = builder.publish(self._write, Pacer(INTERVAL))

    def open(self) -> None:
        """Start: the file replaces an older one."""
        try:
            self._file.keep()
        except OSError as error:
            self._note(error)
            return
        self._opened = True
        self._publisher.open()

    def close(self) -> None:
        """Write the rest and close the file; if it was never opened, leave nothing behind.

        If the recording is not whole, `loss` and the run's diagnosis say so.
        """
        if self._opened:
            self._publisher.close()
            self._write(self._taken, len(self._run))  # the last try for what a full disk refused
        try:
            self._file.close()
        except OSError as error:
            self._note(error)
        if self.loss is not None:
            data_of(self._run).losses.append(self.loss)

    def _write(self, first: int, last: int) -> None:  # noqa: ARG002 - it knows what it has written
        try:
            self._drain()
            if last > self._taken:
                rows = b"".join(map(line, self._run.log(self._taken, last)))
                self._unwritten = whole_file.packed(self._file.path, rows)
                self._taken = last
                self._drain()
        except Exception as error:  # noqa: BLE001 - a run continues without its recording, and says so
            self._note(error)
        else:
            self.loss = None

    def _drain(self) -> None:
        """Write what is unwritten: to the system, not to the disk, so it outlives this process."""
        while self._unwritten:
            self._unwritten = self._unwritten[self._file.raw.write(self._unwritten) :]

    def _note(self, error: Exception) -> None:
        why = getattr(error, "strerror", None) or str(error)
        self.loss = f"The recording {self._file.path} is not whole: {why}."
