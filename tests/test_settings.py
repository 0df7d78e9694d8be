"""Settings: checked when they are made, and kept to afterwards."""

import contextlib
import json
from typing import TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph

import lg_notebook
from lg_notebook import Run, settings, stream
from lg_notebook.core.limits import KINDS
from lg_notebook.render.mime_bundle import stored
from lg_notebook.render.static_html import to_html
from lg_notebook.render.static_text import to_text
from tests.golden import golden
from tests.graphs.zoo import THREAD, TOPIC, ZOO, nested


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
        "Settings(stored_bytes=4_000_000, media_bytes=256_000, static_characters=200_000, mask=True,"
        " withhold=[])"
    )


@pytest.mark.parametrize(
    ("name", "value", "error", "words"),
    [
        ("stored_bytes", "1 MB", TypeError, "stored_bytes is a whole number"),
        ("stored_bytes", True, TypeError, "whole number"),
        ("media_bytes", 2.5, TypeError, "media_bytes is a whole number"),
        ("static_characters", -1, ValueError, "0 or more"),
        ("mask", "no", TypeError, "mask is True or False"),
        ("mask", 0, TypeError, "mask is True or False"),
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


def test_the_size_of_static_faces():
    run = Run.from_events(golden("joke")["events"])
    settings.static_characters = 5

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


@pytest.mark.parametrize("kind", ["state", "input"])
def test_what_a_checkpoint_saves_is_withheld(kind):
    """Also of the thread's history, which is only in the checkpoint."""
    graph = nested(InMemorySaver())
    lg_notebook.watch(graph, {"messages": "a secret word"}, THREAD, view="quiet")
    settings.withhold = {kind}
    run = lg_notebook.watch(
        graph, {"messages": "another one"}, THREAD, view="quiet", stream_mode="checkpoints"
    )
    saved = run.snapshot()["checkpoints"]

    assert saved[0]["state"] == {"messages": "[withheld]"}
    assert len(saved) == 6
    told = json.dumps(saved if kind == "state" else saved[:2])
    assert "secret" not in told
    assert "another" not in told


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


MARK = "a thing that nobody is to know"


@pytest.mark.parametrize("name", ZOO)
def test_a_withheld_input_comes_nowhere_again(name):
    """Not by the final state, not by a subgraph that it is passed on to."""
    settings.withhold = {"input"}
    build, value = ZOO[name]
    fields = {"topic": MARK} if isinstance(value, dict) and "topic" in value else None
    given = fields or {"messages": [("user", MARK)]} if name != "functional" else MARK

    events = []
    with contextlib.suppress(ValueError, ConnectionError):
        config = {"configurable": {"thread_id": "1"}}
        events.extend(stream(build(), given, config))

    assert name in {"failing", "broken"} or len(events) > 3
    assert MARK not in json.dumps(events)


class Case(TypedDict, total=False):
    number: int
    count: int
    told: str
    papers: list


def passing(change=lambda state: {"told": "nothing"}):
    return StateGraph(Case).add_node("look", change).add_edge(START, "look").compile()


def test_nor_does_any_part_of_it():
    settings.withhold = {"input"}
    long = "page one\n" * 10_000
    given = {"number": 4711_0815, "count": 3, "papers": [{"text": long, "by": "Ada"}, "last"]}

    run = Run.from_events(
        stream(passing(lambda s: {"papers": s["papers"], "told": s["papers"][0]["by"]}), given)
    )

    text = json.dumps(run.events)
    for part in ("page one", "Ada", "last", "47110815"):
        assert part not in text
    assert run.state["count"] == 3
    assert run.state["told"] == "[withheld]"


def test_what_a_node_makes_of_it_is_of_another_kind():
    settings.withhold = {"input"}
    given = {"told": "Ada"}
    graph = passing(lambda state: {"told": f"{state['told']} was here"})
    assert "Ada was here" in everything(Run.from_events(stream(graph, given)))

    settings.withhold = {"input", "state", "updates", "results"}
    assert "Ada" not in everything(Run.from_events(stream(graph, given)))
