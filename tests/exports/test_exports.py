"""Exports: tables, traces and LangChain's own objects say what the run says."""

import itertools
import json

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from lg_notebook import Run
from tests.golden import NAMES, golden


def run_of(name):
    return Run.from_events(golden(name)["events"])


# ---- tables ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_tables_have_every_token_message_and_task(name):
    pandas = pytest.importorskip("pandas")
    run = run_of(name)

    tokens, messages, tasks = run.to_pandas()

    assert len(tokens) == sum(len(message.tokens) for message in run.messages)
    assert list(messages.text) == [message.text for message in run.messages]
    assert list(tasks.node) == [task.node for task in run.tasks]
    for message in run.messages:
        mine = tokens[tokens.message == message.key]
        assert list(mine.text) == [token.text for token in message.tokens]
        assert list(mine.t) == [pandas.Timedelta(token.t, "ns") for token in message.tokens]
        assert messages.tokens[message.key] == len(mine)
    assert tokens.t.is_monotonic_increasing


def test_columns_have_their_units():
    pytest.importorskip("pandas")
    tokens, messages, tasks = run_of("joke").to_pandas()

    for column in [tokens.t, tokens.gap, messages.first_token, tasks.started, tasks.duration]:
        assert str(column.dtype) == "timedelta64[ns]"
    assert tokens.gap.isna().sum() == (messages.tokens > 0).sum()
    assert (tasks.duration == tasks.finished - tasks.started).all()


def test_an_empty_run_has_empty_tables_of_the_same_form():
    pytest.importorskip("pandas")
    empty, full = Run().to_pandas(), run_of("joke").to_pandas()

    for one, other in zip(empty, full, strict=True):
        assert len(one) == 0
        assert list(one.columns) == list(other.columns)


# ---- traces ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_spans_on_one_track_never_cross(name):
    trace = run_of(name).to_trace()
    json.dumps(trace, allow_nan=False)

    tracks = {}
    for event in trace["traceEvents"]:
        if event["ph"] == "X" and event["cat"] == "task":
            assert event["dur"] >= 0
            tracks.setdefault((event["pid"], event["tid"]), []).append(event)
    for spans in tracks.values():
        spans.sort(key=lambda span: span["ts"])
        for one, other in itertools.pairwise(spans):
            assert one["ts"] + one["dur"] <= other["ts"] + 1e-6


def test_a_trace_has_tasks_messages_and_tokens_in_microseconds(tmp_path):
    run = run_of("joke")

    trace = run.to_trace(tmp_path / "run.json")

    events = trace["traceEvents"]
    [task] = [e for e in events if e.get("cat") == "task"]
    assert (task["ts"], task["name"]) == (run.tasks[0].started / 1000, run.tasks[0].node)
    tokens = [e for e in events if e.get("cat") == "token"]
    assert "".join(e["args"]["text"] for e in tokens) == run.text()
    assert [e["ts"] for e in tokens] == [t.t / 1000 for m in run.messages for t in m.tokens
                                         if m.origin != "input"]  # fmt: skip
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8")) == trace


def test_a_trace_of_a_run_that_was_cut_off_ends_where_the_run_did():
    events = [e for e in golden("joke")["events"] if e["type"] not in {"run-end", "task-finish"}]

    [task] = [
        e for e in Run.from_events(events).to_trace()["traceEvents"] if e.get("cat") == "task"
    ]

    assert task["ts"] + task["dur"] == pytest.approx(events[-1]["t"] / 1000)


# ---- LangChain's objects -----------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_messages_become_langchains_objects(name):
    run = run_of(name)

    for message, converted in zip(run.messages, run.to_messages(), strict=True):
        assert (converted.type, converted.id) == (message.role, message.id)
        assert converted.name == message.name
        words = converted.content
        if not isinstance(words, str):
            words = "".join(b["text"] for b in words if b["type"] == "text")
        assert words == message.text


def test_tool_calls_results_and_usage_come_along():
    run = run_of("agent")
    messages = run.to_messages()

    asked = [m for m in messages if isinstance(m, AIMessage) and m.tool_calls]
    answers = {m.tool_call_id for m in messages if isinstance(m, ToolMessage)}
    assert isinstance(messages[0], HumanMessage)
    assert {call["id"] for m in asked for call in m.tool_calls} == answers != set()
    for message, converted in zip(run.messages, messages, strict=True):
        if message.usage is not None:
            assert converted.usage_metadata == message.usage


PLACE = {"ns": [], "task": None, "node": None, "step": None}


def said(role, **fields):
    start = {"type": "message-start", "seq": 0, "t": 0, **PLACE, "message": 0, "id": None,
             "role": role, "name": None, "origin": "streamed", "of": None, "tool_call_id": None,
             "metadata": {}}  # fmt: skip
    delta = {"type": "delta", "seq": 1, "t": 0, **PLACE, "message": 0, "block": 0, "kind": "text",
             "text": "x", **fields}  # fmt: skip
    return Run.from_events([start, delta])


def test_a_role_that_langchain_does_not_know_stays_what_it_is():
    [message] = said("critic").to_messages()

    assert (message.type, message.role, message.content) == ("chat", "critic", "x")


def test_broken_arguments_of_a_call_stay_readable():
    run = said("ai", kind="tool_call", text='{"a": ', call_id="1", name="f")
    [message] = run.to_messages()

    assert message.tool_calls == []
    assert [(c["name"], c["args"]) for c in message.invalid_tool_calls] == [("f", '{"a": ')]
