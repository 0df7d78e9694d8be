"""The outputs in a notebook: the run in the metadata, and static faces for every host."""

import pytest

from lg_notebook import Run
from lg_notebook.model.filters import Filters
from lg_notebook.render.mime_bundle import WIDGET
from lg_notebook.widget import live_output
from lg_notebook.widget.live_output import LiveOutput, show_static_faces
from lg_notebook.wire.encoder import MIME
from tests.golden import golden

IDENTITY = {"uid": "u", "graph": {}, "filters": {}, "form": False}


def run_of(name):
    return Run.from_events(golden(name)["events"])


class Screen:
    """A fake notebook: the displays, with their updates."""

    def __init__(self):
        self.shown = []

    def display(self, data, metadata=None, *, raw, display_id=None):
        assert raw
        self.shown.append((data, metadata))
        return self

    def update(self, data, metadata=None, *, raw):
        self.shown[-1] = (data, metadata)


@pytest.fixture
def screen(monkeypatch):
    screen = Screen()
    monkeypatch.setattr(live_output, "display", screen.display)
    return screen


def test_the_live_display_keeps_its_types(screen):
    output = LiveOutput(IDENTITY, {"model_id": "m"}, {"text/plain": ""})
    output.show()
    (opened, metadata), *_ = screen.shown
    assert list(opened) == [MIME, "text/plain", WIDGET]
    assert metadata[MIME]["runs"] == []
    assert opened[MIME] == {"v": 1, "kind": "live"}

    output.store([run_of("joke")])
    ((kept, metadata),) = screen.shown
    assert kept == {key: value for key, value in opened.items() if key != WIDGET}
    assert len(metadata[MIME]["runs"]) == 1

    output.store([run_of("joke")], widget=True)
    assert screen.shown[0][0] == opened


def test_what_a_host_must_know_of_the_widget_stays_as_long_as_its_view(screen):
    about = {WIDGET: {"colab": {}}}
    output = LiveOutput(IDENTITY, {"model_id": "m"}, {"text/plain": ""}, about)

    output.show()
    assert screen.shown[0][1].keys() == {MIME, WIDGET}
    output.store([run_of("joke")])
    assert screen.shown[0][1].keys() == {MIME}
    output.store([run_of("joke")], widget=True)
    assert screen.shown[0][1].keys() == {MIME, WIDGET}


def test_without_a_front_end_there_is_no_widget_view(screen):
    LiveOutput(IDENTITY, None, {"text/plain": "x"}).show()

    assert list(screen.shown[0][0]) == [MIME, "text/plain"]


def test_a_display_that_was_not_opened_keeps_nothing(screen):
    LiveOutput(IDENTITY, None, {}).store([run_of("joke")])

    assert screen.shown == []


def test_the_static_faces_have_the_types_of_the_saved_file(screen):
    show_static_faces(run_of("joke"), Filters(), hidden=True)
    show_static_faces(run_of("joke"), Filters(), hidden=False)

    assert set(screen.shown[0][0]) == {MIME, "text/html", "text/plain"}
    assert screen.shown[0][0][MIME] == {"v": 1, "kind": "fallback"}
    assert set(screen.shown[1][0]) == {"text/html", "text/plain"}


# ---- a terminal -------------------------------------------------------------------------
