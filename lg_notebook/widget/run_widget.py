"""The widget of a single run, which the magics, `watch` and `awatch` make for each run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from lg_notebook.widget.graph_widget import GraphWidget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lg_notebook.runtime.execution import Execution
    from lg_notebook.runtime.publisher import Publisher
    from lg_notebook.runtime.run_setup import RunSetup
    from lg_notebook.widget.live_output import LiveOutput

_layouts: list[ipywidgets.Layout] = []


class RunWidget(GraphWidget):
    """A `GraphWidget` that only its session uses.

    Args:
        setup: The graph or recording.
        config: LangChain's config.
        name: The name to show.

    ipywidgets gives every widget a layout, which is a widget with its own comm, and leaves it
    open when the widget is closed. No user can set the layout of a run's widget, so all of them
    share one.
    """

    def __init__(self, setup: RunSetup, *, config: Mapping[str, Any] | None, name: str) -> None:
        self._show(setup, config=config, name=name, form=False)

    @traitlets.default("layout")
    def _shared_layout(self) -> ipywidgets.Layout:
        # `Widget.close_all()` closes it, and takes its comm.
        if not _layouts or _layouts[0].comm is None:
            _layouts[:] = [ipywidgets.Layout()]
        return _layouts[0]

    def begin(self, input: object) -> tuple[Execution, Publisher]:  # noqa: A002 - LangGraph's own name
        """Make the run's execution and its publisher, and start neither.

        The caller runs the execution, and calls `finish` afterwards.

        Args:
            input: The graph's input.

        Raises:
            RunningError: The run has begun and has not ended.
            GraphTypeError: LangGraph cannot run the graph's parts together.
        """
        return self._runs.begin(input)

    def finish(self, *, keep_widget: bool = False) -> None:
        """Send the rest of the run, show its status, and store the run in every output.

        Args:
            keep_widget: Also leave the live widget in the outputs.
        """
        self._runs.finish(keep_widget=keep_widget)

    def live_output(self, plain: dict[str, Any]) -> LiveOutput:
        """Make a live output of the run, to be shown by the caller.

        Args:
            plain: MIME bundle for hosts that show neither the renderer nor widgets.
        """
        return self._live_output(plain)

    def store(self) -> None:
        """Store the run in every output."""
        self._runs.store()
