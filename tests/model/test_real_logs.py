"""Logs of usual agents: every message of the final state is in the run, once."""

from collections import Counter

import pytest

from lg_notebook import Run, stream
from tests.golden import golden
from tests.graphs.real import REAL
from tests.graphs.zoo import THREAD


def within(run, message):
    """Whether a message is from a graph inside a tool call."""
    children = [tuple(child) for tool in run.snapshot()["tools"] for child in tool["children"]]
    return any(message.namespace[: len(child)] == child for child in children)


def shown_messages(run):
    """Count the messages outside of tool calls: roles, texts, ids of calls."""
    return Counter(
        (m.role, m.text, tuple(call.id for call in m.tool_calls), m.tool_call_id)
        for m in run.messages
        if not within(run, m)
    )


def state_messages(state):
    """Count the messages of a final state."""
    messages = state if isinstance(state, list) else state["messages"]
    rows = []
    for each in messages:
        if {"role"} & each.keys():
            continue  # the input in the caller's form
        calls = tuple(call["id"] for call in each.get("tool_calls", ()))
        rows.append((each["type"], each["content"], calls, each.get("tool_call_id")))
    return Counter(rows)


@pytest.fixture(params=sorted(REAL))
def run(request):
    """Return the recorded log, or the same run today if its packages are installed."""
    return request.param, Run.from_events(golden(request.param)["events"])


def check(name, run):
    if name == "approval":
        assert run.status == "interrupted"
        return
    assert run.status == "done"
    if name == "approved":  # the state has what was said before the run, too
        assert shown_messages(run) <= state_messages(run.snapshot()["state"])
    else:
        assert shown_messages(run) == state_messages(run.snapshot()["state"])
    calls = {call.id for message in run.messages for call in message.tool_calls}
    for tool in run.snapshot()["tools"]:
        assert tool["phase"] in {"finished", "failed"}
        assert tool["task"] in {task.id for task in run.tasks}
        assert name == "approved" or tool["call_id"] in calls
    for task in run.tasks:
        assert task.finished is None or task.after is not None or name == "tasked_agent"


def test_nothing_is_missing_and_nothing_comes_twice(run):
    check(*run)


@pytest.mark.parametrize("name", sorted(REAL))
def test_today_as_when_it_was_recorded(name):
    build, value = REAL[name]
    try:
        graph = build()
    except ImportError as error:
        pytest.skip(f"{error.name} is not installed, or too old")
    live = Run.from_events(stream(graph, value, THREAD))
    before = Run.from_events(golden(name)["events"])

    assert Counter(row[:2] for row in shown_messages(live)) == Counter(
        row[:2] for row in shown_messages(before)
    )
    assert Counter(m.agent for m in live.messages) == Counter(m.agent for m in before.messages)
    check(name, Run.from_events(live.events))


def of(name):
    return Run.from_events(golden(name)["events"])


def test_tools_tell_how_they_fare():
    one, two, three = of("tooled_agent").snapshot()["tools"]

    assert (one["name"], one["phase"], one["input"]) == ("weather", "finished", {"city": "Oslo"})
    assert two["progress"] == [0, 1]
    assert two["data"] == "2 counted"
    assert (three["phase"], three["data"]) == ("failed", "it broke: rust")


def test_sub_agents_are_found_from_the_calls_that_started_them():
    run = of("sub_agent")
    tools = run.snapshot()["tools"]

    assert [len(tool["children"]) for tool in tools] == [1, 1]
    for tool in tools:
        [child] = tool["children"]
        [inner] = [m for m in run.messages if m.namespace == tuple(child)]
        assert (inner.agent, inner.text) == ("researcher", tool["data"])
        assert child == [*tool["ns"], f"{tool['node']}:{tool['task']}"]
    [task] = [tool for tool in of("deep_agent").snapshot()["tools"] if tool["name"] == "task"]
    assert len(task["children"]) == 1


def test_agents_have_names():
    assert {m.agent for m in of("supervisor").messages} >= {"adder", "poet"}
    assert {m.agent for m in of("swarm").messages} >= {"alice", "bob"}


def test_what_an_expert_said_is_not_said_again():
    texts = [m.text for m in of("supervisor").messages]

    assert texts.count("2 plus 2 is 4.") == texts.count("Four is a fine number.") == 1
