"""Settings: checked when they are made, and kept to afterwards."""

import json

import pytest

import lg_notebook
from lg_notebook import Run, settings, stream
from lg_notebook.display import stored
from lg_notebook.setting import KINDS
from lg_notebook.twin import to_html, to_text
from tests.golden import golden
from tests.graphs.zoo import TOPIC, ZOO


@pytest.fixture(autouse=True)
def _defaults():
    yield
    settings.reset()


def run_of(name, value=None):
    graph, default = ZOO[name]
    return Run.from_events(stream(graph(), value or default, {"configurable": {"thread_id": "1"}}))


def test_there_is_one_of_them():
    assert lg_notebook.settings is settings
    assert repr(settings) == (
        "Settings(stored_bytes=4_000_000, twin_characters=200_000, withhold=[])"
    )


@pytest.mark.parametrize(
    ("name", "value", "error", "words"),
    [
        ("stored_bytes", "1 MB", TypeError, "stored_bytes is a whole number"),
        ("stored_bytes", True, TypeError, "whole number"),
        ("twin_characters", -1, ValueError, "0 or more"),
        ("withhold", {"inputs"}, ValueError, "withhold knows no inputs: it takes any of custom"),
        ("widhold", {"input"}, AttributeError, "no setting 'widhold'"),
    ],
)
def test_nonsense_is_refused(name, value, error, words):
    with pytest.raises(error, match=words):
        setattr(settings, name, value)


def test_one_word_will_do():
    settings.withhold = "input"

    assert settings.withhold == {"input"}


def test_the_twins_size():
    run = Run.from_events(golden("joke")["events"])
    settings.twin_characters = 5

    for face in (to_text(run), to_html(run)):
        assert run.text() not in face
        assert "more characters are not shown here" in face


def test_the_stored_runs_size():
    run = Run.from_events(golden("joke")["events"])
    settings.stored_bytes = 5

    assert "characters are left out: the limit is 5 bytes" in stored([run], {})["cut"]


def everything(run):
    return json.dumps(run.events)


def test_what_is_withheld_leaves_no_trace_and_stays_in_python():
    settings.withhold = {"input", "state", "updates", "results"}

    run = run_of("joke")

    assert TOPIC["topic"] not in everything(run).replace(run.text(), "")
    assert run.input == "[withheld]"
    assert run.text()
    assert run.state is None or run.state == "[withheld]"


def test_the_inputs_messages_are_withheld_with_it():
    plain = run_of("chat")
    [asked] = [m.text for m in plain.messages if m.origin == "input"]
    settings.withhold = {"input", "state"}

    run = run_of("chat")

    assert asked not in everything(run)
    assert [m.text for m in run.messages if m.origin == "input"] == ["[withheld]"]
    assert run.text() == plain.text()


def test_a_withheld_state_tells_only_what_changes():
    settings.withhold = {"state"}

    task = run_of("joke").tasks[0]

    assert task.before == {"topic": "[withheld]"}
    assert task.after == {"topic": "[withheld]", "joke": "[withheld]"}


def test_a_withheld_input_is_not_in_the_first_state():
    settings.withhold = {"input"}

    run = run_of("joke")

    assert run.tasks[0].before == {"topic": "[withheld]"}
    assert run.tasks[0].after == {"topic": "[withheld]", "joke": run.text()}


def test_custom_payloads_are_withheld_but_not_from_python():
    run = run_of("custom")
    assert run.custom
    settings.withhold = {"custom"}

    hidden = run_of("custom")

    assert len(hidden.custom) == len(run.custom)
    assert set(map(str, hidden.custom)) == {"[withheld]"}


def test_metadata_keeps_what_says_where_a_token_comes_from():
    settings.withhold = {"metadata"}
    graph, value = ZOO["chat"]
    config = {"metadata": {"customer": "4711"}, "configurable": {"thread_id": "1"}}

    run = Run.from_events(stream(graph(), value, config))

    assert "4711" not in everything(run)
    assert run.messages[-1].metadata["langgraph_node"] == run.messages[-1].node


def test_all_of_it_can_be_withheld():
    settings.withhold = KINDS

    for name in ZOO:
        try:
            run = run_of(name)
        except (ValueError, ConnectionError):
            continue
        assert run.status in {"done", "interrupted"}
