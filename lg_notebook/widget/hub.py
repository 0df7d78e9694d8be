"""The hub: one widget per kernel that holds the code of the views for all other widgets.

Each widget's state is sent to every page and may be saved with the notebook, so only one
widget has the code. If a page cannot find the hub, it requests the code from its own widget.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import ipywidgets
import traitlets

from lg_notebook.kernel import comm_pump, environment
from lg_notebook.widget import assets


class Hub(ipywidgets.Widget):  # type: ignore[misc]  # ipywidgets has no types
    """A widget without a view, whose state is the code of the views.

    Attributes:
        code: The code, as text; a JavaScript module that anywidget could load.
    """

    code = traitlets.Unicode().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(code=assets.front_end())

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore what a page writes: the code goes from the kernel to the page only."""

    def close(self) -> None:
        """Close it, also if a page has closed its comm: ipywidgets fails then."""
        with contextlib.suppress(KeyError):
            super().close()
        self.comm: Any = None

    @property
    def is_open(self) -> bool:
        """Whether pages can still find it: its comm is open on both ends."""
        return self.comm is not None and self.comm.comm_id in _comms()


def _comms() -> Any:
    import comm  # noqa: PLC0415 - the kernel sets its manager when it starts

    return comm.get_comm_manager().comms


_hubs: list[Hub] = []
_lock = threading.Lock()


def current_hub() -> Hub:
    """Return the kernel's hub, or a new one if none is open."""
    with _lock:
        if not _hubs or not _hubs[0].is_open:
            for each in _hubs:
                each.close()
            _hubs[:] = [Hub()]
            # A page that is loaded while a cell runs may request its state.
            comm_pump.widgets[_hubs[0].model_id] = _hubs[0]
        return _hubs[0]


def code_traits() -> dict[str, Any]:
    """Choose how a new widget brings its code into a page.

    Returns:
        Traits: the hub, with the name of the code; or the code itself, for hosts whose
        widgets cannot find each other.
    """
    if environment.in_marimo():
        return {"_esm": assets.front_end()}
    return {"hub": current_hub(), "build": assets.build()}


def reference(hub: Hub | None, _: object = None) -> str | None:
    """Write a hub as ipywidgets writes a widget in another's state; None if it was closed."""
    return f"IPY_MODEL_{hub.model_id}" if hub is not None and hub.comm is not None else None
