"""Run the tutorials from top to bottom, and store their outputs.

Runs inside an environment that has the package: `python -m scripts.notebooks FILE …`.
The stored files contain nothing about the machine. The notebook's cassette answers for its
models (`scripts.offline`). For a new request the model itself is called, and its answer is
recorded.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from scripts import offline

_SECONDS_PER_CELL = 180
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def store(path: Path) -> None:
    """Run a notebook and save it with its outputs.

    Args:
        path: The notebook.

    Raises:
        nbclient.exceptions.CellExecutionError: A cell has failed; nothing is saved.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=_SECONDS_PER_CELL,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    # A scripted model gives the same answers everywhere: there is nothing to record.
    real = any("demo.chat_model(" in cell.source for cell in notebook.cells)
    offline.cassette(path).parent.mkdir(exist_ok=True)
    with offline.environment(offline.answering(path, "new") if real else {}):
        client.execute()
    notebook.metadata = nbformat.from_dict(_METADATA)
    for number, cell in enumerate(notebook.cells):
        # The ids that nbformat makes up change with every edit by a program.
        cell.id = f"cell-{number:02}"
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        store(Path(name))
        sys.stdout.write(f"{name}: stored\n")
