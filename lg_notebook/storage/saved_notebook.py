"""Runs that a saved notebook holds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lg_notebook._run import Run
from lg_notebook.wire.decoder import decode
from lg_notebook.wire.encoder import MIME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def runs(notebook: str | os.PathLike[str] | Mapping[str, Any]) -> list[Run]:
    """Get the runs back out of a saved notebook.

    They are what the notebook's outputs hold: events with their payloads as they were shown,
    the times of tokens to the millisecond. What the size limit had cut is missing. Nothing in
    the notebook is executed.

    Args:
        notebook: The file, or a notebook that was read already (nbformat's, or its JSON).

    Returns:
        The runs in the notebook's order; a run that several outputs hold comes once for each
        output that shows it.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not a notebook, or a run in it is broken.

    Example:
        >>> [run.text() for run in runs("01-quickstart.ipynb")]
    """
    if isinstance(notebook, (str, os.PathLike)):
        name = Path(notebook).name
        try:
            notebook = json.loads(Path(notebook).read_text(encoding="utf-8"))
        except ValueError:
            raise ValueError(f"{name} is not a notebook: it is not JSON.") from None
    else:
        name = "This"
    cells = notebook.get("cells") if hasattr(notebook, "get") else None
    if not isinstance(cells, list):
        raise ValueError(f"{name} is not a notebook of nbformat 4: it has no cells.")  # noqa: TRY004
    return [run for cell in cells for run in _in_cell(cell)]


def _in_cell(cell: Any) -> Iterator[Run]:
    for output in cell.get("outputs") or ():
        stored = (output.get("metadata") or {}).get(MIME)
        if not isinstance(stored, dict):
            continue
        frames: dict[Any, list[dict[str, Any]]] = {}
        for frame in stored.get("runs") or ():
            frames.setdefault(frame.get("run"), []).append(frame)
        for of_run in frames.values():
            yield Run.from_events(decode(of_run))
