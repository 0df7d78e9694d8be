"""Read runs from a saved notebook."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lg_notebook.exceptions import RecordingError
from lg_notebook.wire.decoder import decode
from lg_notebook.wire.encoder import MIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lg_notebook.events import AnyEvent


def stored_runs(
    notebook: str | os.PathLike[str] | Mapping[str, Any],
) -> Iterator[Iterable[AnyEvent]]:
    """Read the runs of a saved notebook, each as its events (see `read_notebook`).

    Args:
        notebook: The file, or a notebook that was read already (nbformat's, or its JSON).

    Yields:
        The events of one run.

    Raises:
        OSError: The file cannot be read.
        RecordingError: It is not a notebook, or a run in it is broken.
    """
    if isinstance(notebook, (str, os.PathLike)):
        name = Path(notebook).name
        try:
            notebook = json.loads(Path(notebook).read_text(encoding="utf-8"))
        except ValueError:
            raise RecordingError(f"{name} is not a notebook: it is not JSON.") from None
    else:
        name = "This"
    cells = notebook.get("cells") if hasattr(notebook, "get") else None
    if not isinstance(cells, list):
        raise RecordingError(f"{name} is not a notebook of nbformat 4: it has no cells.")
    for cell in cells:
        yield from _in_cell(cell)


def _in_cell(cell: Any) -> Iterator[Iterable[AnyEvent]]:
    for output in cell.get("outputs") or ():
        stored = (output.get("metadata") or {}).get(MIME)
        if not isinstance(stored, dict):
            continue
        frames: dict[Any, list[dict[str, Any]]] = {}
        for frame in stored.get("runs") or ():
            frames.setdefault(frame.get("run"), []).append(frame)
        for of_run in frames.values():
            yield decode(of_run)
