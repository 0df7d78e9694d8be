"""Folding soon gives the same run as folding at once."""

from __future__ import annotations

import pytest

from lg_notebook.privacy.redactor import Redactor
from lg_notebook.runtime.run_builder import RunBuilder
from lg_notebook.streams.subscribe import subscribe
from tests.graphs.zoo import THREAD, ZOO


def items_of(name):
    build, value = ZOO[name]
    items = []
    try:
        for item in subscribe(build(), value, THREAD):
            items.append(item)  # noqa: PERF402 - what came before the failure counts
    except ValueError:
        pass
    return items


def timeless(events):
    return [{key: value for key, value in event.items() if key != "t"} for event in events]


def log(items, secrets, take):
    folder = RunBuilder(Redactor(environ=secrets))
    folder.begin("graph", {})
    for item in items:
        take(folder, item)
    folder.end("done")
    return [e for e in timeless(folder.run.events) if e["type"] not in {"run-start", "run-end"}]


@pytest.mark.parametrize("secrets", [{}, {"API_KEY": "the cone "}], ids=["open", "secret"])
@pytest.mark.parametrize("name", ZOO)
def test_soon_is_the_same_as_at_once(name, secrets):
    items = items_of(name)

    at_once = log(items, secrets, lambda folder, item: folder.take(item))
    soon = log(items, secrets, lambda folder, item: folder.note(item))

    assert soon == at_once
    assert all("the cone " not in str(event.get("text")) for event in soon) or not secrets


@pytest.mark.parametrize("every", [1, 2, 3, 5])
def test_it_does_not_matter_when_somebody_looks(every):
    items = items_of("joke")
    seen = []

    def take(folder, item):
        folder.note(item)
        seen.append(1)
        if len(seen) % every == 0:
            folder.settle()

    assert log(items, {}, take) == log(items, {}, lambda folder, item: folder.take(item))


def test_times_are_those_of_arrival_not_of_folding():
    folder = RunBuilder(Redactor(environ={}))
    folder.begin("graph", {})
    for item in items_of("joke"):
        folder.note(item)
    folder.settle()

    times = [token.t for token in folder.run.messages[0].tokens]

    assert len(set(times)) == len(times)


def test_what_comes_after_the_end_is_not_part_of_the_run():
    items = items_of("joke")
    folder = RunBuilder(Redactor(environ={}))
    folder.begin("graph", {})
    for item in items[:5]:
        folder.note(item)
    folder.end("stopped")
    length = len(folder.run)

    for item in items[5:]:
        folder.note(item)
    folder.settle()

    assert len(folder.run) == length
    assert folder.run.events[-1]["type"] == "run-end"


def test_a_failure_to_fold_reaches_the_thread_that_runs_the_graph():
    folder = RunBuilder(Redactor(environ={}))
    folder.begin("graph", {})

    with pytest.raises(TypeError):
        folder.note(((), "tasks", 5))


def test_a_failure_in_the_last_stretch_is_an_error_of_the_run():
    folder = RunBuilder(Redactor(environ={}))
    folder.begin("graph", {})
    items = items_of("joke")
    for item in items[:5]:
        folder.note(item)
    folder._waiting.append((((), "messages", 5), 1))

    folder.end("done")

    assert folder.run.status == "error"
    assert folder.run.text()
