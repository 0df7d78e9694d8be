"""The state before and after a task."""

from lg_notebook import Run, stream
from lg_notebook.model.state_history import StateHistory
from tests.golden import golden
from tests.graphs.zoo import failing, parallel


def run_of(name):
    return Run.from_events(golden(name)["events"])


def test_before_and_after_a_node():
    [task] = run_of("joke").tasks

    assert task.before == {"topic": "ice cream"}
    assert task.after == {"topic": "ice cream", "joke": "Why did the cone cry?"}


def test_tasks_of_one_superstep_share_its_states():
    one, two = Run.from_events(stream(parallel(), {"topic": "x", "texts": []})).tasks

    assert one.before == two.before == {"topic": "x", "texts": []}
    assert one.after == two.after
    assert sorted(one.after["texts"]) == ["a joke about it", "a poem about it"]


def test_each_superstep_begins_where_the_last_one_ended():
    first, second, third = run_of("agent").tasks

    assert first.after == second.before
    assert second.after == third.before
    assert [len(task.after["messages"]) for task in (first, second, third)] == [2, 3, 4]


def test_a_subgraph_has_states_of_its_own():
    outer, inner = run_of("nested").tasks

    assert inner.namespace
    assert len(inner.before["messages"]) == 1
    assert outer.after["messages"][-1]["name"] == "expert"
    assert inner.after["messages"][-1].get("name") is None


def test_a_task_that_fails_has_no_state_after():
    events = []
    try:
        for event in stream(failing(), {"topic": "x"}):
            events.append(event)  # noqa: PERF402 - all but the error
    except ValueError:
        pass
    [task] = Run.from_events(events).tasks

    assert task.before == {"topic": "x"}
    assert task.after is None


def change(**channels):
    return {"ns": [], "set": channels, "append": {}, "removed": []}


def test_a_superstep_that_says_nothing_changes_nothing():
    states = StateHistory()
    states.note(change(a=1))
    first = states.begin(())
    states.end(first)
    second = states.begin(())
    states.note(change(a=2))  # the second one's superstep, not the first's

    assert first.after == {"a": 1}
    assert second.after is None


def test_what_is_done_without_a_word_changed_nothing():
    states = StateHistory()
    states.note(change(a=1))
    last = states.begin(())
    states.end(last)
    assert last.after is None

    states.close()
    assert last.after == {"a": 1}


def test_a_graph_that_tells_no_state():
    span = StateHistory().begin(("x:1",))

    assert span.before is None
    assert span.after is None


def test_a_state_is_ones_own():
    [task] = run_of("joke").tasks
    task.before["topic"] = "changed"

    assert task.before == {"topic": "ice cream"}
