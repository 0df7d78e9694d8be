"""Files that are written whole or not at all, and are compressed if their name ends in `.gz`.

A new file grows under another name beside the file, and replaces it when it is complete. A
link stays a link: the file that it names is replaced. Devices and pipes cannot be replaced. They
are written to directly.
"""

from __future__ import annotations

import gzip
import io
import os
import secrets
import stat
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from lg_notebook.exceptions import FolderError, MissingFileError, ReadOnlyFileError, RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_GZIP = b"\x1f\x8b"
_SUFFIX = ".gz"
_OPEN_FILES = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/")
"""Where the names of files that a process has open are. It continues to write to them."""

_NAMED = 40
"""Characters of the file's name that the name of the growing file has."""


def located(path: str | os.PathLike[str]) -> Path:
    """Read a path, whose first part may be `~`, the home folder.

    Args:
        path: The path.

    Example:
        >>> located("~/joke.jsonl")
        PosixPath('/home/ada/joke.jsonl')
    """
    given = Path(path)
    try:
        return given.expanduser()
    except RuntimeError:  # there is no such user: a file may have that name
        return given


def packed(path: Path, data: bytes) -> bytes:
    """Compress bytes if the file's name says so; else return them as they are.

    Compressed parts one after the other are a compressed file, too.

    Args:
        path: The file.
        data: The bytes.
    """
    # Without the time, so that the same run is the same file.
    return gzip.compress(data, mtime=0) if path.suffix == _SUFFIX else data


class NewFile:
    """A file that grows beside an older one, and replaces it when `keep` is called.

    Args:
        path: The file.

    Attributes:
        path: The file, with its home folder.
        raw: The growing file, without a buffer.

    Raises:
        OSError: It cannot be written.

    Example:
        >>> file = NewFile("joke.jsonl")
        >>> file.raw.write(b"…")
        >>> file.keep()
        >>> file.close()
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = located(path)
        self._target = Path(os.path.realpath(self.path))
        self._mode: int | None = None
        self._growing: Path | None = None
        if self.path.exists():
            if self.path.is_dir():
                raise FolderError(f"{self.path} is a folder: give a file.")
            if not self.path.is_file() or str(self.path).startswith(_OPEN_FILES):
                self.raw = self.path.open("wb", buffering=0)
                return
            if not os.access(self.path, os.W_OK):
                raise ReadOnlyFileError(
                    f"{self.path} is read-only: make it writable, or give another file."
                )
            self._mode = stat.S_IMODE(self.path.stat().st_mode)
        elif not self._target.parent.is_dir():
            raise MissingFileError(f"There is no folder {self._target.parent}: make it first.")
        name = f".{self._target.name[:_NAMED]}.{secrets.token_hex(8)}"
        self._growing = self._target.with_name(name)
        self.raw = self._growing.open("xb", buffering=0)

    @property
    def is_plain(self) -> bool:
        """Whether it grows beside the file. Otherwise it is a device, and the file itself."""
        return self._growing is not None

    def keep(self) -> None:
        """Replace the older file; this one can still be written.

        Raises:
            OSError: It cannot be put there.
        """
        if self._growing is not None:
            if self._mode is not None:
                self._growing.chmod(self._mode)
            self._growing.replace(self._target)
            self._growing = None

    def close(self) -> None:
        """Close the file. If it was not kept, the older one stays.

        Raises:
            OSError: The rest could not be written.
        """
        try:
            self.raw.close()
        finally:
            if self._growing is not None:
                self._growing.unlink(missing_ok=True)
                self._growing = None


def write(path: str | os.PathLike[str], pieces: Iterable[bytes]) -> None:
    """Write a file, whole or not at all.

    Args:
        path: The file, compressed if its name ends in `.gz`. An older one is replaced.
        pieces: What is in it.

    Raises:
        OSError: It cannot be written; an older file is as it was.

    Example:
        >>> write("page.html", [b"<!DOCTYPE html>"])
    """
    file = NewFile(path)
    try:
        buffered = io.BufferedWriter(file.raw)
        if file.path.suffix == _SUFFIX:
            with gzip.GzipFile("", "wb", fileobj=buffered, mtime=0) as compressed:
                compressed.writelines(pieces)
        else:
            buffered.writelines(pieces)
        buffered.flush()
        if file.is_plain:
            os.fsync(file.raw.fileno())  # some disks say only now that they are full
        file.keep()
    finally:
        file.close()


def append(path: str | os.PathLike[str], data: bytes) -> None:
    """Write to the end of a file, all of it or nothing.

    Args:
        path: The file, compressed or not. It exists.
        data: The bytes.

    Raises:
        OSError: They cannot be written; the file is as it was.
    """
    with located(path).open("a+b", buffering=0) as file:
        file.seek(0)
        if file.read(len(_GZIP)) == _GZIP:
            data = gzip.compress(data, mtime=0)
        end = file.seek(0, os.SEEK_END)
        try:
            while data:
                data = data[file.write(data) :]
        except BaseException:
            file.truncate(end)
            raise


def lines(path: str | os.PathLike[str]) -> Iterator[bytes]:
    """Read a file line by line, compressed or not.

    Args:
        path: The file.

    Yields:
        The lines with their line feeds. Only the last line may have none: it may have been cut.
        It is empty if the file's compressed form was cut.

    Raises:
        OSError: It cannot be read.
        RecordingError: Its compressed form is broken.
    """
    path = located(path)
    with path.open("rb") as raw:
        if raw.peek(len(_GZIP))[: len(_GZIP)] != _GZIP:
            yield from raw
            return
        try:
            yield from gzip.GzipFile(fileobj=raw)
        except EOFError:
            yield b""
        except (zlib.error, gzip.BadGzipFile) as error:
            raise RecordingError(
                f"{path.name} is broken: its compressed form is not whole."
            ) from error


def read(path: str | os.PathLike[str]) -> bytes:
    """Read a whole file, compressed or not.

    Args:
        path: The file.

    Raises:
        OSError: It cannot be read.
        RecordingError: Its compressed form is broken.
    """
    return b"".join(lines(path))
