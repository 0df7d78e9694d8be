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

import dataclasses
from typing import TYPE_CHECKING, Any

from IPython.display import display

from lg_notebook._settings import settings
from lg_notebook.model.filters import Filters
from lg_notebook.normalize.missing_tokens import notes
from lg_notebook.privacy.media_budget import stub, weight
from lg_notebook.render.static_html import left_behind, mimebundle, printable
from lg_notebook.wire.encoder import encode, encode_log, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from IPython.display import DisplayHandle

    from lg_notebook._run import Run
    from lg_notebook.events import AnyEvent
    from lg_notebook.model.event_log import Log

MIME = "application/vnd.lg-notebook.run+json"
WIDGET = "application/vnd.jupyter.widget-view+json"

FALLBACK: dict[str, Any] = {MIME: {"v": 1, "kind": "fallback"}}
"""What tells our renderer to hide a display: it stands in for the live one above it."""
_LIVE_DATA = {"v": 1, "kind": "live"}


class _Shortened:
    """A run's events, without what finds no room: media first, then the end of what is said.

    Args:
        log: The run.
        room: Characters that there is room for.

    Attributes:
        events: The events that are left.
        cut: What is missing, in a few words.
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
                    space -= weight(event["data"])
                    if space < 0:
                        space += weight(event["data"])
                        shown = {**event, "data": stub(event["data"])}
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


def stored(runs: Sequence[Run], view: dict[str, Any], limit: int | None = None) -> dict[str, Any]:
    """Runs as the metadata of an output, from which the renderer draws them.

    Args:
        runs: The runs, oldest first.
        view: What else the view needs: `uid`, `graph`, `filters`, `form`.
        limit: Bytes of text and media at most, `settings.stored_bytes` by default; older runs
            go first, then the media of the newest, then its end.

    Returns:
        `{"v": 1, …view, "runs": [frame with its buffer in base64, …], "cut": str | None}`.
    """
    limit = settings.stored_bytes if limit is None else limit
    frames: list[dict[str, Any]] = []
    cut: str | None = None
    room = limit
    for number in range(len(runs) - 1, -1, -1):
        log = runs[number].columns
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


class Stage:
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

    def open(self) -> None:
        """Show it."""
        data, metadata = self._bundle((), widget=True)
        self._handle = display(data, metadata=metadata, raw=True, display_id=True)

    def keep(self, runs: Sequence[Run], *, widget: bool = False) -> None:
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
        data = {MIME: _LIVE_DATA, **self._plain}
        metadata = {MIME: stored(runs, self._identity)}
        if widget and self._view is not None:
            data[WIDGET] = self._view
            metadata.update(self._about)
        return data, metadata


def show_twin(run: Run, filters: Filters, *, hidden: bool) -> None:
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


def identity(run: Run) -> dict[str, Any]:
    """What the view of a run needs besides the run, where no widget has run it."""
    return {
        "uid": "",
        "graph": {"name": run.graph or "", "input": {"kind": "json", "template": {}, "fields": []}},
        "filters": dataclasses.asdict(Filters()),
        "form": False,
    }


def bundle(run: Run) -> tuple[dict[str, Any], dict[str, Any]]:
    """A run's MIME bundle, for `display(run)`: the stored view, and the static faces."""
    return {MIME: _LIVE_DATA, **mimebundle(run)}, {MIME: stored([run], identity(run))}


def texts(run: Run, filters: Filters, first: int, last: int, state: list[int]) -> Iterator[str]:
    """A stretch of a run's log as text for a terminal.

    Args:
        run: The run.
        filters: Which messages to show.
        first: `seq` of the first event.
        last: `seq` after the last one.
        state: The key of the message that is being written, if any; kept between calls.

    Yields:
        Pieces to write, headed by the node whenever it changes.
    """
    for event in run.log(first, last):
        if event["type"] == "delta" and event["kind"] in {"text", "reasoning", "tool_call"}:
            key = event["message"]
            message = next((m for m in reversed(run.messages) if m.key == key), None)
            if message is None or not (
                filters.shows(message) and filters.shows_part(message.role, event["kind"])
            ):
                continue
            if state != [key]:
                if state:
                    yield "\n\n"
                state[:] = [key]
                path = [segment.partition(":")[0] for segment in message.namespace]
                yield printable(f"[{' › '.join([*path, message.node or message.origin])}]\n")
            name = event.get("name")
            if name:  # a tool call begins
                yield printable(f"(tool_call) {name} ")
            yield printable(event["text"])
        elif event["type"] == "run-start":
            yield from (printable(f"[answer] {answer}\n\n") for answer in run.answers)
        elif event["type"] == "run-end":
            yield from _last_words(run, filters, "\n" if state else "")


def _last_words(run: Run, filters: Filters, before: str) -> Iterator[str]:
    yield before
    for asked in run.questions:
        yield printable(f"[interrupt] {asked}\n")
    if run.status in {"stopped", "interrupted"}:
        words = left_behind(run.left)
        yield printable(" ".join(filter(None, [f"[{run.status}]", words]))) + "\n"
    for line in notes(run, filters):
        yield printable(f"[note] {line}\n")
