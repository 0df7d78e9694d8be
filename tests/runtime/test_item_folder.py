"""Folding soon gives the same run as folding immediately."""

from __future__ import annotations

import pytest

from lg_notebook.privacy.redactor import Redactor
from lg_notebook.runtime.item_folder import ItemFolder
from lg_notebook.runtime.run_builder import RunBuilder
from lg_notebook.streams.subscribe import subscribe
from tests.graphs.zoo import THREAD, ZOO


def items_of(name):
    build, value = ZOO[name]
    items = []
    try:
        for item in subscribe(build(), value, THREAD):
            items.append(item)  # noqa: PERF402 - items before the failure count
    except ValueError:
        pass
    return items


def timeless(events):
    return [{key: value for key, value in event.items() if key != "t"} for event in events]


def log(items, secrets, take):
    folder = ItemFolder(RunBuilder(), Redactor(environ=secrets))
    folder.start("graph", {})
    for item in items:
        take(folder, item)
    folder.finish("done")
    return [e for e in timeless(folder._run.events) if e["type"] not in {"run-start", "run-end"}]


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
            folder.update()

    assert log(items, {}, take) == log(items, {}, lambda folder, item: folder.take(item))


def test_times_are_those_of_arrival_not_of_folding():
    folder = ItemFolder(RunBuilder(), Redactor(environ={}))
    folder.start("graph", {})
    for item in items_of("joke"):
        folder.note(item)
    folder.update()

    times = [token.t for token in folder._run.messages[0].tokens]

    assert len(set(times)) == len(times)


def test_what_comes_after_the_end_is_not_part_of_the_run():
    items = items_of("joke")
    folder = ItemFolder(RunBuilder(), Redactor(environ={}))
    folder.start("graph", {})
    for item in items[:5]:
        folder.note(item)
    folder.finish("stopped")
    length = len(folder._run)

    for item in items[5:]:
        folder.note(item)
    folder.update()

    assert len(folder._run) == length
    assert folder._run.events[-1]["type"] == "run-end"


BROKEN = {"tasks": "A task of a node", "messages": "A message of a node"}


@pytest.mark.parametrize("way", ["note", "take"])
@pytest.mark.parametrize("mode", ["tasks", "messages"])
def test_an_item_that_cannot_be_read_is_named_and_passed_by(mode, way):
    folder = ItemFolder(RunBuilder(), Redactor(environ={}))
    folder.start("graph", {})
    fold = getattr(folder, way)
    items = items_of("joke")
    for item in items[:5]:
        fold(item)
    fold(((), mode, 5))
    for item in items[5:]:
        fold(item)
    folder.finish("done")

    run = folder._run
    assert run.status == "done"
    assert run.unreadable == [f"{BROKEN[mode]} could not be read: TypeError."]
    unbroken = log(items, {}, lambda folder, item: folder.take(item))
    assert [e["type"] for e in run.events if e["type"] != "unreadable"][1:-1] == [
        e["type"] for e in unbroken
    ]


def test_an_item_that_cannot_be_read_among_waiting_ones_is_named():
    folder = ItemFolder(RunBuilder(), Redactor(environ={}))
    folder.start("graph", {})
    for item in items_of("joke")[:5]:
        folder.note(item)
    folder._waiting.append((((), "messages", 5), 1))

    folder.finish("done")

    assert folder._run.status == "done"
    assert folder._run.text()
    assert folder._run.unreadable == ["A message of a node could not be read: TypeError."]
