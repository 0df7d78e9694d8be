"""Runs as MIME bundles: what is stored, and what is cut."""

import json

import pytest
from IPython.core.formatters import DisplayFormatter

from lg_notebook import Run
from lg_notebook.render.mime_bundle import run_bundle, stored
from lg_notebook.wire.encoder import MIME
from tests.decoder import replay
from tests.golden import NAMES, golden

IDENTITY = {"uid": "u", "graph": {}, "filters": {}, "form": False}


def run_of(name):
    return Run.from_events(golden(name)["events"])


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


@pytest.mark.parametrize("name", NAMES)
def test_a_run_displays_itself(name):
    data, metadata = run_bundle(run_of(name))

    assert set(data) == {MIME, "text/html", "text/plain"}
    assert len(metadata[MIME]["runs"]) == 1
    json.dumps([data, metadata])


def test_ipython_finds_the_bundle():
    data, metadata = DisplayFormatter().format(run_of("joke"))

    assert "Why did the cone cry?" in data["text/plain"]
    assert metadata[MIME]["v"] == 1
