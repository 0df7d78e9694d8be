"""The machine alone: what it says to do next, with no server and no client."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from langgraph_sdk.schema import StreamPart

from lg_notebook.remote.actions import Cancel, Delete, Join, Open, Pause, ReadInfo, ReadStatus
from lg_notebook.remote.run_machine import PAUSES, RunMachine

NUMBERED = pytest.mark.skipif(
    "id" not in StreamPart._fields, reason="this client of LangGraph reports no ids"
)
GIVEN = {"thread_id": "thread", "stream_mode": ["messages", "tasks", "values"]}
CUT = httpx.ReadError("cut")


def refusal(status: int, body: str = "") -> httpx.HTTPStatusError:
    request = httpx.Request("POST", "http://127.0.0.1:1")
    return httpx.HTTPStatusError("no", request=request, response=httpx.Response(status, text=body))


def part(number: int, event: str = "messages") -> Any:
    return StreamPart(event, f"part {number}", f"{number}-0")


def begun(**given: Any) -> RunMachine:
    machine = RunMachine()
    machine.begin({**GIVEN, **given}, javascript=False)
    machine.created({"run_id": "run"})
    return machine


def test_a_run_that_ends_well():
    machine = RunMachine()
    assert machine.begin(GIVEN, javascript=False) == Open(GIVEN)
    machine.created({"run_id": "run"})
    last = StreamPart("end", None)
    assert machine.take(last) == [last]
    assert machine.rest() == []
    assert machine.ended() is None
    assert list(machine.leave()) == []


def test_what_makes_it_resumable_is_added():
    machine = RunMachine()
    action = machine.begin(GIVEN, javascript=False, resumable={"stream_resumable": True})
    assert action == Open({**GIVEN, "stream_resumable": True})


@pytest.mark.parametrize(
    ("javascript", "modes"),
    [(None, GIVEN["stream_mode"]), (False, GIVEN["stream_mode"]),
     (True, [*GIVEN["stream_mode"], "checkpoints"])],
)  # fmt: skip
def test_an_unknown_server_is_asked_first(javascript, modes):
    machine = RunMachine()
    assert machine.begin(GIVEN, javascript=None) == ReadInfo()
    assert machine.informed(javascript=javascript) == Open({**GIVEN, "stream_mode": modes})


@pytest.mark.parametrize("error", [refusal(500), ValueError("not JSON"), CUT])
def test_a_server_that_does_not_say_what_it_is(error: Exception):
    machine = RunMachine()
    machine.begin(GIVEN, javascript=None)
    assert machine.failed(error) == Open(GIVEN)


def test_a_server_that_cannot_be_reached_is_asked_once():
    machine = RunMachine()
    machine.begin(GIVEN, javascript=None)
    with pytest.raises(httpx.ConnectError):
        machine.failed(httpx.ConnectError("refused"))


def test_a_thread_of_its_own_is_deleted():
    machine = RunMachine()
    action = machine.begin({**GIVEN, "thread_id": None}, javascript=False)
    assert isinstance(action, Open)
    thread = action.arguments["thread_id"]
    assert list(machine.leave()) == []  # nothing was created yet
    machine.created({"run_id": "run"})
    assert list(machine.leave()) == [Cancel(thread, "run"), Delete(thread)]
    assert list(machine.leave()) == [Delete(thread)]


def test_a_run_is_cancelled_once():
    machine = begun()
    assert machine.cancel() == Cancel("thread", "run")
    assert machine.cancel() is None
    assert list(machine.leave()) == []


def test_an_interrupt_needs_its_thread():
    machine = RunMachine()
    with pytest.raises(ValueError, match="is answered on the thread that waits for it"):
        machine.begin({"command": {"resume": "yes"}}, javascript=False)


@NUMBERED
def test_after_a_cut_it_joins_before_the_last_id_and_drops_what_is_known():
    machine = begun()
    parts = [part(1), part(2)]
    assert [machine.take(each) for each in parts] == [[parts[0]], [parts[1]]]
    assert machine.failed(CUT) == Pause(PAUSES[0])
    assert machine.paused(stopped=False) == Join("thread", "run", "1-0")
    assert machine.take(parts[1]) == []
    assert machine.take(part(3)) == [part(3)]


@NUMBERED
def test_it_has_patience_until_something_new_comes():
    machine = begun()
    machine.take(part(1))
    for seconds in PAUSES:
        assert machine.failed(CUT) == Pause(seconds)
        machine.paused(stopped=False)
    with pytest.raises(httpx.ReadError):
        machine.failed(CUT)
    machine.take(part(2))
    assert machine.failed(CUT) == Pause(PAUSES[0])


@NUMBERED
@pytest.mark.parametrize(("status", "again"), [(429, True), (503, True), (404, False)])
def test_which_answers_are_tried_again(status, again):
    machine = begun()
    machine.take(part(1))
    if again:
        assert machine.failed(refusal(status)) == Pause(PAUSES[0])
    else:
        with pytest.raises(httpx.HTTPStatusError):
            machine.failed(refusal(status))


@NUMBERED
@pytest.mark.parametrize(
    ("status", "action"), [("running", Pause(PAUSES[0])), ("pending", Pause(PAUSES[0])),
                           ("success", None)],
)  # fmt: skip
def test_a_stream_that_ends_without_an_end_asks_for_the_status(status: str, action: Any):
    machine = begun()
    machine.take(part(1))
    assert machine.ended() == ReadStatus("thread", "run")
    assert machine.found(status) == action
    assert (machine.cancel() is None) == (action is None)


@NUMBERED
def test_a_stop_ends_the_waiting():
    machine = begun()
    machine.take(part(1))
    machine.failed(CUT)
    assert machine.paused(stopped=True) is None


def test_before_anything_came_nothing_is_joined():
    machine = begun()
    with pytest.raises(httpx.ReadError):
        machine.failed(CUT)
    assert machine.ended() is None


def test_a_cut_after_the_end_is_no_loss():
    machine = begun()
    machine.take(StreamPart("error", {"error": "ValueError"}))
    assert machine.failed(CUT) is None


def test_modes_that_the_server_refuses_are_left_out_once():
    machine = RunMachine()
    machine.begin(GIVEN, javascript=False)
    refused = refusal(422, "bad stream_mode")
    assert machine.failed(refused) == Open({**GIVEN, "stream_mode": ["messages", "values"]})
    with pytest.raises(httpx.HTTPStatusError):
        machine.failed(refused)


def test_other_errors_are_not_its_own():
    with pytest.raises(KeyError):
        begun().failed(KeyError("status"))
