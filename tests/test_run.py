"""The fold: a log gives one state, whole or in parts, and keeps every event."""

import copy
import json

import pytest
from hypothesis import strategies as st

from lg_notebook import Run
from lg_notebook.model.run_writer import RunWriter
from tests.chance import given
from tests.decoder import replay
from tests.golden import NAMES, golden, placed

PLACE = {"ns": [], "task": None, "node": None, "step": None}


@pytest.mark.parametrize("name", NAMES)
def test_gives_the_golden_state(name):
    fixture = golden(name)

    assert Run.from_events(fixture["events"]).snapshot() == fixture["state"]


@pytest.mark.parametrize("name", NAMES)
def test_frames_give_the_golden_state_too(name):
    fixture = golden(name)
    events = replay(*fixture["frames"])

    assert Run.from_events(events).snapshot() == fixture["frames_state"]


@pytest.mark.parametrize("name", NAMES)
def test_keeps_every_event(name):
    events = golden(name)["events"]

    assert Run.from_events(events).events == placed(events)
    assert len(Run.from_events(events)) == len(events)


@pytest.mark.parametrize("name", NAMES)
def test_leaves_the_events_that_it_is_given_alone(name):
    events = golden(name)["events"]
    before = copy.deepcopy(events)

    Run.from_events(events).snapshot()

    assert events == before


@given(name=st.sampled_from(NAMES), data=st.data())
def test_any_prefix_is_a_state_from_which_the_rest_leads_to_the_same_end(name, data):
    fixture = golden(name)
    events = fixture["events"]
    cut = data.draw(st.integers(0, len(events)))

    run = Run.from_events(events[:cut])
    assert run.snapshot() == Run.from_events(events[:cut]).snapshot()
    assert run.events == placed(events[:cut])
    assert run.status == ("running" if cut < len(events) else fixture["state"]["status"])
    json.dumps(run.snapshot())

    writer = RunWriter(run)
    for event in events[cut:]:
        writer.apply(event)
    assert run.snapshot() == fixture["state"]


@given(name=st.sampled_from(NAMES), data=st.data())
def test_what_was_seen_already_is_dropped(name, data):
    fixture = golden(name)
    events = fixture["events"]
    run = Run()
    writer = RunWriter(run)
    at = 0
    while at < len(events):
        back = data.draw(st.integers(0, at))
        ahead = data.draw(st.integers(at + 1, len(events)))
        for event in events[back:ahead]:
            writer.apply(event)
        at = ahead

    assert run.snapshot() == fixture["state"]
    assert run.events == placed(events)


@given(name=st.sampled_from(NAMES), data=st.data())
def test_any_stretch_of_the_log(name, data):
    events = golden(name)["events"]
    run = Run.from_events(events)
    first = data.draw(st.integers(0, len(events)))
    last = data.draw(st.integers(first, len(events)))

    assert list(run.log(first, last)) == placed(events)[first:last]


def test_gaps_are_closed_up():
    events = [event for event in golden("agent")["events"] if event["type"] != "update"]

    run = Run.from_events(events)

    assert [event["seq"] for event in run.events] == list(range(len(events)))
    assert run.text() == "It is sunny in Oslo."


def test_unknown_events_are_kept_and_mean_nothing():
    run = Run.from_events([{"type": "hologram", "seq": 0, "t": 1, **PLACE, "beam": 3}])

    assert run.events == [{"type": "hologram", "seq": 0, "t": 1, **PLACE, "beam": 3}]
    assert (run.messages, run.tasks, run.status) == ([], [], "running")


def test_is_empty_before_anything_happens():
    run = Run()

    assert (run.status, run.text(), run.state, run.input, run.usage) == (
        "running", "", None, None, None,
    )  # fmt: skip
    assert (len(run), run.events, run.messages, run.interrupts) == (0, [], [], [])
    assert run
    assert "running" in repr(run)


def test_text_by_node_and_tag():
    run = Run.from_events(golden("parallel")["events"])

    assert run.text(node="write_joke") == "a joke about it"
    assert run.text(tag="poem") == "a poem about it"
    assert run.text(node="write_joke", tag="poem") == ""
    assert sorted(run.text().split("\n\n")) == ["a joke about it", "a poem about it"]


def test_text_is_what_models_wrote_not_what_they_were_given():
    run = Run.from_events(golden("agent")["events"])

    assert run.text() == "It is sunny in Oslo."


def test_usage_is_the_sum_over_messages():
    events = golden("joke")["events"]
    twice = [
        {**event, "message": 1} if event["type"] == "message-start" else event for event in events
    ]
    finish = next(event for event in events if event["type"] == "message-finish")
    start = next(event for event in twice if event["type"] == "message-start")
    end = events[-1]["seq"]
    run = Run.from_events(
        [*events, {**start, "seq": end + 1}, {**finish, "message": 1, "seq": end + 2}]
    )

    assert run.usage == {"input_tokens": 18, "output_tokens": 8, "total_tokens": 26}


def test_objects_stand_for_their_summaries_where_they_are():
    events = golden("custom")["events"]
    run = Run.from_events(events)
    first = next(event["seq"] for event in events if event["type"] == "custom")
    thing = object()

    writer = RunWriter(run)
    writer.attach(first, thing)
    writer.attach_state({"whole": thing})

    assert run.custom[0] is thing
    assert run.custom[1:] == [{"token": "model "}, {"token": "speaks"}]
    assert run.state == {"whole": thing}
    assert run.snapshot() == golden("custom")["state"]


def test_tasks_are_spans():
    run = Run.from_events(golden("agent")["events"])

    assert [task.node for task in run.tasks] == ["think", "tools", "think"]
    assert all(task.started <= task.finished for task in run.tasks)
    assert all(task.error is None for task in run.tasks)


def test_an_error_is_text():
    run = Run.from_events(golden("failing")["events"])

    assert run.status == "error"
    assert (run.error["type"], run.error["message"]) == ("ValueError", "the node broke")
    assert run.text() == "so far so good"
    assert run.tasks[0].error["message"] == "the node broke"


def test_a_final_text_replaces_the_streamed_one():
    (message,) = [m for m in Run.from_events(golden("revising")["events"]).messages if m.node]

    assert message.revised
    assert message.text == "a good word"
    assert "".join(token.text for token in message.tokens) == "a bad word"


def test_only_what_users_call_is_public():
    assert {name for name in dir(Run()) if not name.startswith("_")} == {
        # what it was
        "abandoned", "answers", "causes", "checkpoints", "custom", "diagnosis", "duration", "error", "events",
        "exception", "graph", "input", "interrupts", "log", "masked", "messages", "questions",
        "removals", "snapshot", "state", "status", "tasks", "text", "topology", "unreadable", "updates",
        "usage",
        # waiting for it, and stopping it
        "await_", "stop", "wait",
        # making, keeping and showing it
        "afrom_stream_events", "from_events", "from_stream_events", "load", "redact", "replay",
        "save", "to_html", "to_markdown", "to_messages", "to_pandas", "to_test", "to_trace",
    }  # fmt: skip
