"""What is shown and yielded; what is recorded stays whole."""

import pytest

from lg_notebook import Run
from lg_notebook.filters import EventFilter, Filters
from tests.golden import NAMES, golden


def shown(name, **wanted):
    filters = Filters.of(**wanted)
    return [m.node or m.origin for m in Run.from_events(golden(name)["events"]).messages
            if filters.shows(m)]  # fmt: skip


def test_everything_by_default():
    assert shown("agent") == ["input", "think", "tools", "think"]
    assert not Filters()
    assert Filters.of(node="a")


@pytest.mark.parametrize(
    ("wanted", "nodes"),
    [
        ({"node": "think"}, ["think", "think"]),
        ({"node": ["think", "tools"]}, ["think", "tools", "think"]),
        ({"node": "!think"}, ["input", "tools"]),
        ({"node": ["!think", "!tools"]}, ["input"]),
        ({"node": ["think", "!think"]}, []),
        ({"node": ()}, ["input", "think", "tools", "think"]),
    ],
)
def test_by_node(wanted, nodes):
    assert shown("agent", **wanted) == nodes


def test_by_tag():
    assert shown("parallel", tag="joke") == ["write_joke"]
    assert shown("parallel", tag="!joke") == ["write_poem"]
    assert shown("parallel", tag="joke", node="write_poem") == []


def test_names_that_no_node_has():
    nodes = ["write", "review", "publish"]

    Filters.of(node=["write", "!review"]).check(nodes)
    Filters.of(node="anything").check(None)
    with pytest.raises(ValueError, match=r"no node 'wirte'; did you mean 'write'\?"):
        Filters.of(node="wirte").check(nodes)
    with pytest.raises(ValueError, match=r"no node 'reviews'; did you mean 'review'"):
        Filters.of(node="!reviews").check(nodes)
    with pytest.raises(ValueError, match="'write', 'review', 'publish'"):
        Filters.of(node="zzz").check(nodes)


def test_a_graph_without_nodes_has_no_name_to_suggest():
    with pytest.raises(ValueError, match="no node 'x'"):
        Filters.of(node="x").check([])


@pytest.mark.parametrize("name", NAMES)
def test_no_filter_passes_every_event(name):
    chosen = EventFilter(Filters())

    assert all(chosen.passes(event) for event in golden(name)["events"])


@pytest.mark.parametrize("name", NAMES)
def test_events_of_the_messages_that_are_shown(name):
    events = golden(name)["events"]
    run = Run.from_events(events)
    for node in {task.node for task in run.tasks}:
        for pattern in (node, f"!{node}"):
            filters = Filters.of(node=pattern)
            chosen = EventFilter(filters)
            kept = Run.from_events([event for event in events if chosen.passes(event)])

            expected = [m.text for m in run.messages if filters.shows(m)]
            assert [message.text for message in kept.messages] == expected
            assert kept.status == run.status
            assert all(task.node != node or pattern == node for task in kept.tasks)
