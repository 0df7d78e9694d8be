"""The static faces of a run that goes on when its cell has ended."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython
from IPython.display import display

from lg_notebook.render.mime_bundle import FALLBACK, mimebundle
from lg_notebook.render.static_text import printable

if TYPE_CHECKING:
    from lg_notebook._run import Run
    from lg_notebook.model.filters import Filters


class BackgroundOutput:
    """Static faces whose place is taken while the cell runs, and filled when the run is over.

    The message that fills it belongs to no cell: hosts find the place by its id, while nbclient
    and nbval, which read a cell's messages only until it ends, never see the one or the other
    half by chance.

    Args:
        name: Name of the graph.
        hidden: Whether a live display stands above it: then our renderer hides this one.
    """

    def __init__(self, name: str, *, hidden: bool) -> None:
        self._extra: dict[str, Any] = FALLBACK if hidden else {}
        words = f"{name} runs in the background: `await _run` waits for it."
        data = {"text/html": f"<p>{html.escape(words)}</p>", "text/plain": printable(words)}
        self._handle = display({**data, **self._extra}, raw=True, display_id=True)

    def fill(self, run: Run, filters: Filters) -> None:
        """Put the run there.

        Args:
            run: The run, ended.
            filters: Which messages to show.
        """
        data = {**mimebundle(run, filters), **self._extra}
        publisher: Any = getattr(get_ipython(), "display_pub", None)
        session, socket = (getattr(publisher, name, None) for name in ("session", "pub_socket"))
        if session is None or socket is None:
            self._handle.update(data, raw=True)
            return
        place = {"display_id": self._handle.display_id}
        content = {"data": data, "metadata": {}, "transient": place}
        session.send(socket, "update_display_data", content, ident=publisher.topic)
