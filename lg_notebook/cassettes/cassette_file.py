r"""The file of a cassette: requests to chat models and their responses, as JSON Lines.

The format, version 1. UTF-8; every line is one JSON object and ends with a line feed.

```text
{"format": "lg_notebook.cassette", "version": 1}
{"ask": {"model": …, "messages": […], "options": {…}}, "answer": [[12, {…chunk…}], …], "needs": […]}
```

`ask` is the request without what varies from run to run (ids, usage and other metadata of
the messages). `answer` has the response's chunks, each with the milliseconds since the one
before it; a response that was not streamed is one chunk. `needs` names the environment variables
that the model reads its keys from: names, never values. Only names that keys of model clients have
count. Secrets are masked.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lg_notebook.cassettes.interactions import Interactions
from lg_notebook.cassettes.model_facts import is_key_variable
from lg_notebook.cassettes.response import to_chunk
from lg_notebook.exceptions import CassetteFileError, RecordingError
from lg_notebook.storage import whole_file

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
        OSError: The file cannot be written; it is as it was.
    """
    row = line({"ask": request, "answer": rows, **({"needs": needs} if needs else {})})
    if begin:
        whole_file.write(path, [HEADER, row])
    else:
        whole_file.append(path, row)


def mend(path: Path) -> None:
    """Drop a last line that was cut when its process was killed, so that others can follow.

    Args:
        path: The file.

    Raises:
        OSError: The file cannot be written; it is as it was.
    """
    rows = list(whole_file.lines(path))
    if _parsed(rows[-1]) is None:
        del rows[-1]
    whole_file.write(path, [row.rstrip(b"\n") + b"\n" for row in rows])


def read(path: Path) -> Interactions:
    """Read a file.

    Args:
        path: The file.

    Raises:
        OSError: It cannot be read.
        CassetteFileError: It is not a cassette, or a newer version of the format, or broken.
    """
    interactions = Interactions()
    number, raw = 0, b"\n"
    try:
        for number, raw in enumerate(whole_file.lines(path), 1):
            row = _parsed(raw)
            if number == 1:
                _check(row, path)
            elif raw.strip() and (row is not None or raw.endswith(b"\n")):
                _add(interactions, row, f"{path.name} is broken in line {number}.")
    except RecordingError as error:
        raise CassetteFileError(str(error)) from error
    if not number:
        _check(None, path)
    interactions.torn = not raw.endswith(b"\n")
    return interactions


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _add(interactions: Interactions, row: Any, problem: str) -> None:
    try:
        response = [(int(gap), to_chunk(chunk)) for gap, chunk in row["answer"]]
        needs = [name for name in row.get("needs", ()) if is_key_variable(name)]
        interactions.add(row["ask"], response)
    except Exception as error:
        raise CassetteFileError(problem) from error
    if any(gap < 0 for gap, _ in response):
        raise CassetteFileError(problem)
    interactions.needs += [name for name in needs if name not in interactions.needs]


def _check(row: Any, path: Path) -> None:
    version = row.get("version") if isinstance(row, dict) and row.get("format") == FORMAT else None
    if type(version) is not int or version < 1:
        raise CassetteFileError(f"{path.name} is not a cassette of lg_notebook: give another file.")
    if version > VERSION:
        raise CassetteFileError(
            f"{path.name} was written by a newer lg_notebook (version {version} of the format;"
            f" this one reads up to {VERSION}): update lg_notebook to play it back."
        )
