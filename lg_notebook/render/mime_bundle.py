"""Make MIME bundles of runs: the stored view and the static faces."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from lg_notebook.core.json_size import json_size, shorten
from lg_notebook.core.limits import limits
from lg_notebook.model.filters import Filters
from lg_notebook.model.run_state import data_of
from lg_notebook.render.static_html import to_html
from lg_notebook.render.static_text import ALL, to_text
from lg_notebook.wire.encoder import MIME, encode, encode_log, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lg_notebook.events import AnyEvent
    from lg_notebook.model.event_log import Log
    from lg_notebook.model.run_state import RunState

WIDGET = "application/vnd.jupyter.widget-view+json"

FALLBACK: dict[str, Any] = {MIME: {"v": 1, "kind": "fallback"}}
"""Makes our renderer hide a display, which only serves hosts that cannot show the live one."""

LIVE_DATA = {"v": 1, "kind": "live"}


class _Shortened:
    """A run's events, shortened to a limit: first without media, then without its last texts.

    Args:
        log: The run.
        room: Characters that the events may have.

    Attributes:
        events: The events that are kept.
        cut: A few words that name what is missing.
    """

    def __init__(self, log: Log, room: int) -> None:
        self.events: list[AnyEvent] = []
        self._dropped = 0
        self._stubs = 0
        space = room - log.characters()
        for event in log.events():
            shown = event
            if event["type"] == "delta":
                room -= len(event["text"])
                if room < 0:
                    self._dropped += len(event["text"])
                    continue
                if "data" in event:
                    space -= json_size(event["data"])
                    if space < 0:
                        space += json_size(event["data"])
                        shown = {**event, "data": shorten(event["data"])}
                        self._stubs += shown["data"] != event["data"]
            self.events.append(shown)

    @property
    def cut(self) -> str:
        parts = []
        if self._dropped or not self._stubs:
            parts.append(f"{self._dropped:,} characters are left out")
        if self._stubs:
            verb = "is" if self._stubs == 1 else "are"
            parts.append(f"{self._stubs} of its pictures and files {verb} left out")
        return " and ".join(parts)


def stored(
    runs: Sequence[RunState], view: dict[str, Any], limit: int | None = None
) -> dict[str, Any]:
    """Encode runs as the metadata of an output, from which the renderer draws them.

    Args:
        runs: The runs, oldest first.
        view: The view's `uid`, `graph`, `filters` and `form`.
        limit: Bytes of text and media at most; `settings.stored_bytes` by default. Older runs
            are dropped first, then the media of the newest run, then its end.

    Returns:
        `{"v": 1, …view, "runs": [frame with its buffer in base64, …], "cut": str | None}`.
    """
    limit = limits.stored_bytes if limit is None else limit
    frames: list[dict[str, Any]] = []
    cut: str | None = None
    room = limit
    for number in range(len(runs) - 1, -1, -1):
        log = data_of(runs[number]).log
        size = log.characters() + log.media()
        if size > room and frames:
            cut = f"The first {number + 1} runs are left out: the limit is {limit:,} bytes."
            break
        if size > room:
            short = _Shortened(log, room)
            cut = f"{short.cut}: the limit is {limit:,} bytes."
            frames.append(to_json(*encode(short.events, run=number, first=0, kind="stored")))
        else:
            frames.append(to_json(*encode_log(log, run=number, kind="stored")))
        room -= size
    return {"v": 1, **view, "runs": frames[::-1], "cut": cut}


def identity(run: RunState) -> dict[str, Any]:
    """Make the view's `uid`, `graph`, `filters` and `form` for a run without a widget."""
    return {
        "uid": "",
        "graph": {"name": run.graph or "", "input": {"kind": "json", "template": {}, "fields": []}},
        "filters": dataclasses.asdict(Filters()),
        "form": False,
    }


def run_bundle(run: RunState) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make the MIME bundle for `display(run)`: the stored view and the static faces."""
    return {MIME: LIVE_DATA, **static_faces(run)}, {MIME: stored([run], identity(run))}


def static_faces(run: RunState, filters: Filters = ALL) -> dict[str, Any]:
    """Render the static faces, by MIME type."""
    return {"text/html": to_html(run, filters), "text/plain": to_text(run, filters)}
