"""A run's place in a cell's output: live while its kernel lives, readable ever after.

Two displays, so that every host shows exactly one of them well:

1. the live one: our own MIME type for hosts with the renderer that comes in the wheel
   (JupyterLab, Notebook 7), a widget view for the others. When the run is over, the
   output's *metadata* receives the whole run, from which the renderer draws it when the
   kernel is gone, and the widget view goes: reopened without its kernel it would say
   "Loading widget…" for good.
2. the twin: static HTML and text, which the renderer hides and every other host shows.

The data of both never varies from run to run (what varies is in the metadata), and has the
same MIME types when it first appears as in the saved file: nbval compares just that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.display import display

from lg_notebook.render.mime_bundle import FALLBACK, LIVE_DATA, WIDGET, mimebundle, stored
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
        view: The widget's own MIME bundle entry, or None without a front end.
        plain: What hosts that show neither say.
        about: The widget's own metadata, for as long as its view is there: in Colab, where its
            manager comes from.
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

    def show(self) -> None:
        """Show it."""
        data, metadata = self._bundle((), widget=True)
        self._handle = display(data, metadata=metadata, raw=True, display_id=True)

    def store(self, runs: Sequence[Run], *, widget: bool = False) -> None:
        """Put the runs into the output.

        Args:
            runs: The runs to keep, oldest first.
            widget: Whether to leave the widget view there for hosts without the renderer.
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
        hidden: Whether a live display stands above it: then our renderer hides this one.
    """
    data: dict[str, Any] = dict(mimebundle(run, filters))
    if hidden:
        data.update(FALLBACK)
    display(data, raw=True)
