"""What is left in a notebook: the run in the output's metadata, and faces for every host."""

import json

import pytest
from IPython.core.formatters import DisplayFormatter

from lg_notebook import Run
from lg_notebook.model.filters import Filters
from lg_notebook.widget import live_output
from lg_notebook.widget.live_output import MIME, WIDGET, Stage, bundle, show_twin, stored, texts
from tests.decoder import replay
from tests.golden import NAMES, golden

IDENTITY = {"uid": "u", "graph": {}, "filters": {}, "form": False}


def run_of(name):
    return Run.from_events(golden(name)["events"])


class Screen:
    """Stands for the notebook: what was displayed, and what became of it."""

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


@pytest.mark.parametrize("name", NAMES)
def test_the_stored_run_is_the_run(name):
    (frame,) = stored([run_of(name)], IDENTITY)["runs"]
    events = replay(frame)

    assert Run.from_events(events).snapshot() == golden(name)["frames_state"]
    assert (frame["kind"], frame["first"], frame["last"]) == ("stored", 0, len(events))
    json.dumps(frame)


def test_stored_runs_are_numbered_from_the_oldest():
    kept = stored([run_of("joke"), run_of("chat")], IDENTITY)

    assert [frame["run"] for frame in kept["runs"]] == [0, 1]
    assert kept == {"v": 1, **IDENTITY, "runs": kept["runs"], "cut": None}


def test_nothing_to_store():
    assert stored([], IDENTITY) == {"v": 1, **IDENTITY, "runs": [], "cut": None}


def test_older_runs_go_first():
    runs = [run_of("chat"), run_of("joke")]
    kept = stored(runs, IDENTITY, limit=30)

    assert [frame["run"] for frame in kept["runs"]] == [1]
    assert kept["cut"] == "The first 1 runs are left out: the limit is 30 bytes."


def test_then_the_end_of_the_newest():
    kept = stored([run_of("joke")], IDENTITY, limit=10)
    (frame,) = kept["runs"]

    said = "".join(item[3] for item in frame["items"] if isinstance(item, list))
    assert said == "Why did "
    assert "13 characters are left out" in kept["cut"]
    assert frame["items"][-1]["type"] == "run-end"


def test_the_live_display_keeps_its_types(screen):
    stage = Stage(IDENTITY, {"model_id": "m"}, {"text/plain": ""})
    stage.open()
    (opened, metadata), *_ = screen.shown
    assert list(opened) == [MIME, "text/plain", WIDGET]
    assert metadata[MIME]["runs"] == []
    assert opened[MIME] == {"v": 1, "kind": "live"}

    stage.keep([run_of("joke")])
    ((kept, metadata),) = screen.shown
    assert kept == {key: value for key, value in opened.items() if key != WIDGET}
    assert len(metadata[MIME]["runs"]) == 1

    stage.keep([run_of("joke")], widget=True)
    assert screen.shown[0][0] == opened


def test_what_a_host_must_know_of_the_widget_stays_as_long_as_its_view(screen):
    about = {WIDGET: {"colab": {}}}
    stage = Stage(IDENTITY, {"model_id": "m"}, {"text/plain": ""}, about)

    stage.open()
    assert screen.shown[0][1].keys() == {MIME, WIDGET}
    stage.keep([run_of("joke")])
    assert screen.shown[0][1].keys() == {MIME}
    stage.keep([run_of("joke")], widget=True)
    assert screen.shown[0][1].keys() == {MIME, WIDGET}


def test_without_a_front_end_there_is_no_widget_view(screen):
    Stage(IDENTITY, None, {"text/plain": "x"}).open()

    assert list(screen.shown[0][0]) == [MIME, "text/plain"]


def test_a_display_that_was_not_opened_keeps_nothing(screen):
    Stage(IDENTITY, None, {}).keep([run_of("joke")])

    assert screen.shown == []


def test_the_twin_has_the_types_of_the_saved_file(screen):
    show_twin(run_of("joke"), Filters(), hidden=True)
    show_twin(run_of("joke"), Filters(), hidden=False)

    assert set(screen.shown[0][0]) == {MIME, "text/html", "text/plain"}
    assert screen.shown[0][0][MIME] == {"v": 1, "kind": "fallback"}
    assert set(screen.shown[1][0]) == {"text/html", "text/plain"}


@pytest.mark.parametrize("name", NAMES)
def test_a_run_displays_itself(name):
    data, metadata = bundle(run_of(name))

    assert set(data) == {MIME, "text/html", "text/plain"}
    assert len(metadata[MIME]["runs"]) == 1
    json.dumps([data, metadata])


def test_ipython_finds_the_bundle():
    data, metadata = DisplayFormatter().format(run_of("joke"))

    assert "Why did the cone cry?" in data["text/plain"]
    assert metadata[MIME]["v"] == 1


# ---- a terminal -------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_text_for_a_terminal(size):
    run = run_of("agent")
    state = []
    out = ""
    for first in range(0, len(run), size):
        last = min(first + size, len(run))
        out += "".join(texts(run, Filters(), first, last, state))

    assert out == (
        '[input]\nhello\n\n[think]\n(tool_call) weather {"city": "Oslo"}\n\n'
        "[tools]\nsunny in Oslo\n\n[think]\nIt is sunny in Oslo.\n"
    )


def test_text_of_some_nodes_only():
    run = run_of("agent")

    out = "".join(texts(run, Filters.of(node="think"), 0, len(run), []))
    assert "[tools]" not in out
    assert out.endswith("[think]\nIt is sunny in Oslo.\n")


def test_a_subgraphs_path_heads_its_text():
    run = run_of("nested")

    assert "[expert › reply]\nAn expert speaks." in "".join(texts(run, Filters(), 0, len(run), []))


def test_an_end_before_the_end_is_told():
    run = run_of("asking")

    assert "".join(texts(run, Filters(), 0, len(run), [])).endswith("\n[interrupted]\n")


def test_escape_sequences_do_not_reach_the_terminal():
    place = {"ns": [], "task": None, "node": "n", "step": None}
    start = {
        "type": "message-start", "seq": 0, "t": 0, "message": 0, "id": None, "role": "ai",
        "name": None, "origin": "streamed", "of": None, "tool_call_id": None, "metadata": {},
        **place,
    }  # fmt: skip
    said = "\x1b[2J\x1b]0;title\x07red\x1b[31m\x9b31m\ttab\r\nline"
    delta = {
        "type": "delta", "seq": 1, "t": 0, "message": 0, "block": 0, "kind": "text", "text": said,
        **place,
    }  # fmt: skip
    out = "".join(texts(Run.from_events([start, delta]), Filters(), 0, 2, []))

    assert not {"\x1b", "\x07", "\x9b"} & set(out)
    assert "red" in out
    assert "\ttab" in out
