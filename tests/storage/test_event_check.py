"""A log with any wrong value in it is refused with its place, or it can be shown."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import strategies as st

from lg_notebook import Run, read_notebook
from lg_notebook.storage import event_check, recording
from lg_notebook.wire.encoder import MIME, encode, to_json
from tests.chance import given
from tests.golden import NAMES, golden

LOGS = ["joke", "agent", "edges"]
ODD = st.sampled_from(
    [None, True, 0, 1, -1, 2**70, 1.5, float("inf"), "", "x", [], [1], ["a"], [None], [[]], {},
     {"a": 1}, {"type": "remove", "id": 3}, {"tags": 3, "lc_agent_name": [], "ls_provider": {}}]
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_with_events_of_ours(name):
    assert [event_check.problem(event) for event in golden(name)["events"]] == [None] * len(
        golden(name)["events"]
    )


def look(run):
    """Make everything that shows a run."""
    run._repr_mimebundle_()
    run.to_markdown()
    run.to_messages()
    run.to_trace()
    run.snapshot()
    assert run.diagnosis is None or run.diagnosis


@given(name=st.sampled_from(LOGS), data=st.data())
def test_any_wrong_value_is_refused_or_can_be_shown(name, data):
    events = [dict(event) for event in golden(name)["events"]]
    event = events[data.draw(st.integers(0, len(events) - 1))]
    event[data.draw(st.sampled_from(sorted(event)))] = data.draw(ODD)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "odd.jsonl"
        path.write_bytes(b"".join(recording.lines(events)))
        try:
            run = Run.load(path)
        except ValueError as error:
            assert "odd.jsonl is broken in line" in str(error)  # noqa: PT017 - both ends are right
        else:
            look(run)


@given(data=st.data())
def test_so_is_one_in_a_notebook(data):
    frame = json.loads(json.dumps(to_json(*encode(golden("joke")["events"], first=0))))
    place = frame
    if data.draw(st.booleans()):
        place = frame["items"][data.draw(st.integers(0, len(frame["items"]) - 1))]
    keys = range(len(place)) if isinstance(place, list) else sorted(place)
    place[data.draw(st.sampled_from(keys))] = data.draw(ODD)
    outputs = [{"metadata": {MIME: {"v": 1, "runs": [frame]}}}]
    try:
        runs = read_notebook({"cells": [{"outputs": outputs}]})
    except ValueError as error:
        assert "The notebook, cell 1, output 1: " in str(error)  # noqa: PT017
    else:
        for run in runs:
            look(run)


def test_frames_of_a_run_leave_no_gap():
    events = golden("joke")["events"]
    frames = [to_json(*encode(events[:4], first=0)), to_json(*encode(events[6:], first=6))]
    outputs = [{"metadata": {MIME: {"v": 1, "runs": frames}}}]

    with pytest.raises(ValueError, match=r"output 1: .*events from 4 to 6 are missing"):
        read_notebook({"cells": [{"outputs": outputs}]})


def test_a_payload_that_is_too_deep_is_refused(tmp_path):
    data = 1
    for _ in range(200):
        data = [data]
    event = {"type": "custom", "seq": 0, "t": 0, "ns": [], "task": None, "node": None,
             "step": None, "data": data}  # fmt: skip

    assert event_check.problem(event) == "event 0 cannot be understood: its `data` is a list"
