"""The widget of a single run, as the magics, `watch` and `awatch` make one for each."""

from __future__ import annotations

import ipywidgets
import traitlets

from lg_notebook.widget.graph_widget import GraphWidget

_layouts: list[ipywidgets.Layout] = []


class RunWidget(GraphWidget):
    """A `GraphWidget` that nobody but its session holds.

    ipywidgets gives every widget a second one, its layout, with a comm of its own, and keeps
    that open when the widget is closed. Nobody can set the layout of a pane, so one serves all.
    """

    @traitlets.default("layout")
    def _shared(self) -> ipywidgets.Layout:
        # Closed by `Widget.close_all()`, it has no comm any more.
        if not _layouts or _layouts[0].comm is None:
            _layouts[:] = [ipywidgets.Layout()]
        return _layouts[0]
