"""Properties of any log of events, with any content and any end."""

import tempfile
from pathlib import Path

from hypothesis import strategies as st

from lg_notebook import Run, read_notebook
from lg_notebook.render.mime_bundle import static_faces, stored
from lg_notebook.render.static_html import to_html
from lg_notebook.render.static_text import printable, to_text
from lg_notebook.wire.encoder import MIME
from tests.chance import given
from tests.golden import NAMES, golden
from tests.logs import logs
from tests.render.test_static_html import ELEMENTS, Elements


def saved_and_loaded(run):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.jsonl"
        run.save(path)
        return Run.load(path)


@given(log=logs())
def test_a_saved_run_loads_as_the_same_run(log):
    run = Run.from_events(log)

    loaded = saved_and_loaded(run)

    assert loaded.events == run.events
    assert loaded.snapshot() == run.snapshot()


def check_replay(log):
    begun = Run.from_events(log)

    again = begun.replay(speed=None, view="quiet")

    assert again.events[: len(begun.events)] == begun.events
    if begun.status == "running":
        assert again.status == "stopped"
        assert len(again.events) == len(begun.events) + 1
    else:
        assert len(again.events) == len(begun.events)
    assert again.snapshot() == Run.from_events(again.events).snapshot()
    assert [m.text for m in again.messages] == [m.text for m in begun.messages]


@given(name=st.sampled_from(NAMES), data=st.data())
def test_the_replay_of_any_prefix_is_that_prefix(name, data):
    events = golden(name)["events"]
    check_replay(events[: data.draw(st.integers(1, len(events)))])


@given(log=logs())
def test_any_log_is_replayed_as_it_was(log):
    check_replay(log)


@given(log=logs())
def test_the_static_faces_are_the_same_for_the_same_events(log):
    run = Run.from_events(log)
    faces = static_faces(run)

    assert static_faces(saved_and_loaded(run)) == faces
    slower = Run.from_events({**event, "t": event["t"] * 3 + 7} for event in log)
    assert static_faces(slower) == faces


@given(log=logs())
def test_both_static_faces_tell_the_same(log):
    run = Run.from_events(log)
    text, html = to_text(run), printable(Elements(to_html(run)).text)

    for message in run.messages:
        said = printable(message.text)
        assert said in text
        assert "".join(said.split()) in "".join(html.split())


@given(log=logs(), limit=st.none() | st.integers(0, 50))
def test_no_log_makes_an_active_element(log, limit):
    elements = Elements(to_html(Run.from_events(log), limit=limit))

    assert elements.names <= ELEMENTS
    assert elements.attributes <= {"style"}


@given(log=logs())
def test_a_notebook_gives_back_any_run(log):
    run = Run.from_events(log)
    output = {"metadata": {MIME: stored([run], {"uid": "", "graph": {}})}}

    [again] = read_notebook({"cells": [{"outputs": [output]}]})

    assert again.status == run.status
    assert [(m.role, m.text, m.node) for m in again.messages] == [
        (m.role, m.text, m.node) for m in run.messages
    ]
    assert again.custom == run.custom
