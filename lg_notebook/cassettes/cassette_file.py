r"""The file of a cassette: requests to chat models and their responses, as JSON Lines.

The format, version 1. UTF-8; every line is one JSON object and ends with a line feed.

```text
{"format": "lg_notebook.cassette", "version": 1}
{"ask": {"model": …, "messages": […], "options": {…}}, "answer": [[12, {…chunk…}], …], "needs": […]}
```

`ask` is the request without what varies from run to run (ids, usage and other metadata of
the messages). `answer` has the response's chunks, each with the milliseconds since the one
before it; a response that was not streamed is one chunk. `needs` names the environment variables
that the model reads its keys from: names, never values. Secrets are masked.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lg_notebook.cassettes.interactions import Interactions
from lg_notebook.cassettes.response import to_chunk
from lg_notebook.exceptions import CassetteFileError

if TYPE_CHECKING:
    from pathlib import Path

    from lg_notebook.cassettes.request import Request
    from lg_notebook.cassettes.response import Row

FORMAT = "lg_notebook.cassette"
VERSION = 1


def line(row: object) -> bytes:
    """Write a row of the file."""
    return json.dumps(row, separators=(",", ":")).encode() + b"\n"


HEADER = line({"format": FORMAT, "version": VERSION})


def append(path: Path, request: Request, rows: list[Row], needs: list[str], *, begin: bool) -> None:
    """Write an interaction at the end of a file.

    Args:
        path: The file.
        request: The request.
        rows: The response, masked.
        needs: Names of the environment variables that the model reads its keys from.
        begin: Whether to begin the file, instead of an older one.

    Raises:
        OSError: The file cannot be written.
    """
    row = {"ask": request, "answer": rows, **({"needs": needs} if needs else {})}
    with path.open("wb" if begin else "ab") as file:
        if begin:
            file.write(HEADER)
        file.write(line(row))


def read(path: Path) -> Interactions:
    """Read a file.

    Args:
        path: The file.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not a cassette, or a newer version of the format, or broken.
    """
    interactions = Interactions()
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            try:
                row = json.loads(raw)
            except ValueError:
                row = None
            if number == 1:
                _check(row, path)
            elif row is None and not raw.endswith(b"\n"):
                break  # the process that wrote it was killed
            elif raw.strip():
                try:
                    response = [(int(gap), to_chunk(chunk)) for gap, chunk in row["answer"]]
                    interactions.add(row["ask"], response)
                    needs = interactions.needs
                    needs += [name for name in row.get("needs", ()) if name not in needs]
                except Exception as error:
                    raise CassetteFileError(f"{path.name} is broken in line {number}.") from error
    if not path.stat().st_size:
        _check(None, path)
    return interactions


def _check(row: Any, path: Path) -> None:
    version = row.get("version") if isinstance(row, dict) and row.get("format") == FORMAT else None
    if not isinstance(version, int):
        raise CassetteFileError(f"{path.name} is not a cassette of lg_notebook: give another file.")
    if version > VERSION:
        raise CassetteFileError(
            f"{path.name} was written by a newer lg_notebook (version {version} of the format;"
            f" this one reads up to {VERSION}): update lg_notebook to play it back."
        )
