"""The static faces of a run in the background, which ends after its cell."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython
from IPython.display import display

from lg_notebook.render.mime_bundle import FALLBACK, static_faces
from lg_notebook.render.static_text import printable

if TYPE_CHECKING:
    from lg_notebook._run import Run
    from lg_notebook.model.filters import Filters


class BackgroundOutput:
    """An output that the cell creates, and that receives the static faces when the run ends.

    The message with the static faces belongs to no cell: hosts find the output by its id.
    nbclient and nbval read a cell's messages only until it ends. So they never receive that
    message, whether the run is quick or slow.

    Args:
        name: Name of the graph.
        hidden: Whether there is a live output above, so that the renderer hides this one.
    """

    def __init__(self, name: str, *, hidden: bool) -> None:
        self._extra: dict[str, Any] = FALLBACK if hidden else {}
        words = f"{name} runs in the background: `await _run` waits for it."
        data = {"text/html": f"<p>{html.escape(words)}</p>", "text/plain": printable(words)}
        self._handle = display({**data, **self._extra}, raw=True, display_id=True)

    def fill(self, run: Run, filters: Filters) -> None:
        """Show the run's static faces in the output.

        Args:
            run: The run, ended.
            filters: Which messages to show.
        """
        data = {**static_faces(run, filters), **self._extra}
        publisher: Any = getattr(get_ipython(), "display_pub", None)
        session, socket = (getattr(publisher, name, None) for name in ("session", "pub_socket"))
        if session is None or socket is None:
            self._handle.update(data, raw=True)
            return
        place = {"display_id": self._handle.display_id}
        content = {"data": data, "metadata": {}, "transient": place}
        session.send(socket, "update_display_data", content, ident=publisher.topic)
