"""Read runs from a saved notebook."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from lg_notebook.exceptions import RecordingError
from lg_notebook.storage import event_check, whole_file
from lg_notebook.wire.decoder import decode
from lg_notebook.wire.encoder import MIME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lg_notebook.events import AnyEvent


def stored_runs(notebook: str | os.PathLike[str] | Mapping[str, Any]) -> list[list[AnyEvent]]:
    """Read the runs of a saved notebook, each as its events (see `read_notebook`).

    Args:
        notebook: The file, or a notebook that was read already (nbformat's, or its JSON).

    Returns:
        The events of each run.

    Raises:
        OSError: The file cannot be read.
        RecordingError: It is not a notebook, or a run in it is broken; the message says where.
    """
    name = "This"
    if isinstance(notebook, (str, os.PathLike)):
        name = whole_file.located(notebook).name
        try:
            notebook = json.loads(whole_file.read(notebook))
        except (ValueError, RecursionError):
            raise RecordingError(f"{name} is not a notebook: it is not JSON.") from None
    cells = notebook.get("cells") if hasattr(notebook, "get") else None
    if not isinstance(cells, list):
        raise RecordingError(f"{name} is not a notebook of nbformat 4: it has no cells.")
    runs: list[list[AnyEvent]] = []
    for number, cell in enumerate(cells, 1):
        place = f"{'The notebook' if name == 'This' else name}, cell {number}"
        try:
            for at, output in enumerate(cell.get("outputs") or (), 1):
                place = f"{place.partition(', output')[0]}, output {at}"
                runs += _in_output(output)
        except RecordingError as error:
            raise RecordingError(f"{place}: {error}") from error
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise RecordingError(f"{place}: It has another form than nbformat's.") from error
    return runs


def _in_output(output: Any) -> Iterator[list[AnyEvent]]:
    stored = (output.get("metadata") or {}).get(MIME)
    if not isinstance(stored, dict):
        return
    frames: dict[Any, list[dict[str, Any]]] = {}
    for frame in stored.get("runs") or ():
        frames.setdefault(frame.get("run"), []).append(frame)
    for of_run in frames.values():
        events = list(decode(of_run))
        for event in events:
            problem = event_check.problem(event)
            if problem is not None:
                raise RecordingError(f"The stored run is broken: {problem}.")
        yield events
