"""A run's output in a cell: live while its kernel runs, readable without it.

There are two displays, so that every host shows exactly one of them well:

1. The live output: our own MIME type for hosts with the renderer from the wheel (JupyterLab,
   Notebook 7), and a widget view for the others. When the run ends, the output's *metadata*
   receives the whole run. From it the renderer draws the run when the kernel is gone. The
   widget view is removed: without its kernel it would show "Loading widget…" forever.
2. The static faces: HTML and text, which the renderer hides and every other host shows.

nbval compares an output when it first appears with the saved one. So the data of both displays
is the same for every run, and has the same MIME types from the beginning. Whatever varies is in
the metadata.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.display import display

from lg_notebook.kernel import environment
from lg_notebook.render.mime_bundle import FALLBACK, LIVE_DATA, WIDGET, static_faces, stored
from lg_notebook.wire.encoder import MIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from IPython.display import DisplayHandle

    from lg_notebook._run import Run
    from lg_notebook.model.filters import Filters


class LiveOutput:
    """One live display of a widget.

    Args:
        identity: The view's `uid`, `graph`, `filters` and `form`.
        view: The widget's own entry of the MIME bundle, or None without a front end.
        plain: MIME bundle for hosts that show neither the renderer nor widgets.
        about: The widget's own metadata, kept while its view is in the output. In Colab it
            says where the widget manager is loaded from.

    Attributes:
        cell: Id of the execution of the cell that shows it; empty without a kernel.
    """

    def __init__(
        self,
        identity: dict[str, Any],
        view: dict[str, Any] | None,
        plain: dict[str, Any],
        about: dict[str, Any] | None = None,
    ) -> None:
        self._identity = identity
        self._view = view
        self._plain = plain
        self._about = about or {}
        self._handle: DisplayHandle | None = None
        self.cell = environment.cell()[1]

    def show(self) -> None:
        """Display it, still without runs."""
        data, metadata = self._bundle((), widget=True)
        self._handle = display(data, metadata=metadata, raw=True, display_id=True)

    def show_statically(self, run: Run, filters: Filters) -> None:
        """From the next `store` on, show a run's static faces instead of the plain bundle.

        Args:
            run: The run, ended.
            filters: Which messages to show.
        """
        self._plain = static_faces(run, filters)

    def store(self, runs: Sequence[Run], *, widget: bool = False) -> None:
        """Store the runs in the output's metadata.

        Args:
            runs: The runs, oldest first.
            widget: Whether to leave the widget view in the output, for hosts without the
                renderer.
        """
        if self._handle is not None:
            data, metadata = self._bundle(runs, widget=widget)
            self._handle.update(data, metadata=metadata, raw=True)

    def _bundle(
        self, runs: Sequence[Run], *, widget: bool
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {MIME: LIVE_DATA, **self._plain}
        metadata = {MIME: stored(runs, self._identity)}
        if widget and self._view is not None:
            data[WIDGET] = self._view
            metadata.update(self._about)
        return data, metadata


def show_static_faces(run: Run, filters: Filters, *, hidden: bool) -> None:
    """Display a run's static faces.

    Args:
        run: The run, ended.
        filters: Which messages to show.
        hidden: Whether there is a live output above, so that the renderer hides this one.
    """
    data: dict[str, Any] = dict(static_faces(run, filters))
    if hidden:
        data.update(FALLBACK)
    display(data, raw=True)
