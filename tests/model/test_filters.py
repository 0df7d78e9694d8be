"""Filters choose what is shown and yielded; recordings stay complete."""

import pytest

from lg_notebook import Run
from lg_notebook.exports.markdown import to_markdown
from lg_notebook.model.filters import EventFilter, Filters
from lg_notebook.model.message import Message
from lg_notebook.render.static_html import to_html
from lg_notebook.render.static_text import to_text
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


@pytest.mark.parametrize(
    ("kind", "nodes"),
    [
        ("text", ["input", "think"]),
        ("tool", ["think", "tools"]),
        ("text, tool", ["input", "think", "tools", "think"]),
        ("!text", ["think", "tools"]),
        ("!tool,!reasoning", ["input", "think"]),
        (["reasoning"], []),
    ],
)
def test_by_kind(kind, nodes):
    assert shown("agent", kind=kind) == nodes


def test_by_agent():
    def message(agent):
        start = {
            **golden("joke")["events"][0], "type": "message-start", "message": 0, "id": None,
            "role": "ai", "name": None, "origin": "streamed", "of": None, "tool_call_id": None,
            "metadata": {"lc_agent_name": agent} if agent else {},
        }  # fmt: skip
        return Message.start(start)

    def kept(agent):
        filters = Filters.of(agent=agent)
        return [name for name in ("boss", "critic", None) if filters.shows(message(name))]

    assert kept("boss") == ["boss"]
    assert kept("!boss") == ["critic", None]
    assert kept(["boss", "critic"]) == ["boss", "critic"]


def test_the_parts_of_a_kind():
    only = Filters.of(kind="text")

    assert only.shows_part("ai", "image")
    assert not only.shows_part("ai", "reasoning")
    assert not only.shows_part("tool", "text")
    assert Filters.of(kind="tool").shows_part("tool", "text")


def test_a_kind_that_is_none():
    with pytest.raises(ValueError, match=r"no kind 'txet': take text, tool or reasoning"):
        Filters.of(kind="tool,!txet")


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

    assert all(chosen.take(event) == event for event in golden(name)["events"])


@pytest.mark.parametrize("name", NAMES)
def test_events_of_the_messages_that_are_shown(name):
    events = golden(name)["events"]
    run = Run.from_events(events)
    for node in {task.node for task in run.tasks}:
        for pattern in (node, f"!{node}"):
            filters = Filters.of(node=pattern)
            chosen = EventFilter(filters)
            kept = Run.from_events([kept for event in events if (kept := chosen.take(event))])

            expected = [m.text for m in run.messages if filters.shows(m)]
            assert [message.text for message in kept.messages] == expected
            assert kept.status == run.status
            assert all(task.node != node or pattern == node for task in kept.tasks)


@pytest.mark.parametrize("kind", ["text", "tool", "reasoning", "!text", "!tool", "!reasoning"])
@pytest.mark.parametrize("name", NAMES)
def test_events_of_the_kinds_that_are_shown(name, kind):
    events = golden(name)["events"]
    run, filters = Run.from_events(events), Filters.of(kind=kind)
    chosen = EventFilter(filters)
    kept = Run.from_events([event for each in events if (event := chosen.take(each))])

    def said(run):
        return {m.key: [b.text for b in m.blocks if filters.shows_part(m.role, b.kind)]
                for m in run.messages if filters.shows(m)}  # fmt: skip

    assert said(kept) == said(run)
    assert all(filters.shows_part(m.role, b.kind) for m in kept.messages for b in m.blocks)
    assert bool(kept.snapshot()["tools"]) <= filters.shows_part("tool", "text")


@pytest.mark.parametrize("face", [to_text, to_html, to_markdown])
def test_the_static_faces_show_the_kinds_that_are_chosen(face):
    run = Run.from_events(golden("agent")["events"])

    def has(kind):
        shown = face(run, Filters.of(kind=kind))
        return [part in shown for part in ("sunny in Oslo.", "weather", "hello")]

    assert has("text") == [True, False, True]
    assert has("tool") == [False, True, False]
    thought = Run.from_events(golden("thinking")["events"])
    assert "Let me see." not in face(thought, Filters.of(kind="!reasoning"))
    assert "Let me see." in face(thought, Filters.of(kind="reasoning"))
