"""Changes of a state: few data are sent, and none is missing."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage

from lg_notebook.model.state_history import StateHistory
from lg_notebook.normalize.state_diff import MESSAGE_BUDGET, StateDiff
from lg_notebook.privacy.redactor import MASK, Redactor


def changes():
    return StateDiff(Redactor({"api_key": "sk-12345678"}, environ={}))


def follow(*given, ns=()):
    """List the changes from each state to the next."""
    compare = changes()
    return [compare(ns, each) for each in given]


def test_only_what_changed():
    first, second, third = follow({"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 1, "b": "y"})

    assert first == ({"a": 1, "b": "x"}, {}, [])
    assert second == ({"b": "y"}, {}, [])
    assert not any(third)


def test_a_state_is_shown_only_if_it_is_not_the_last_one():
    compare = changes()
    first = {"a": 1, "list": ["x"], "api_key": "sk-12345678"}
    assert compare.if_changed((), first) == {"a": 1, "list": ["x"], "api_key": MASK}
    compare((), first)

    assert compare.if_changed((), dict(first)) is None
    assert compare.if_changed((), {**first, "list": ["x", "y"]})["list"] == ["x", "y"]
    assert compare.if_changed((), {"a": 1}) == {"a": 1}
    assert compare.if_changed(("sub:1",), {"a": 1}) == {"a": 1}
    assert compare.if_changed(("sub:1",), {}) is None
    # And none of them is taken for new.
    assert not any(compare((), dict(first)))


def test_what_is_added_to_a_list():
    message = HumanMessage("hi", id="1")
    _, change = follow({"m": [message]}, {"m": [message, AIMessage("yo", id="2")]})

    assert (change.set, change.removed) == ({}, [])
    assert [each["content"] for each in change.append["m"]] == ["yo"]


def test_a_list_that_begins_otherwise_is_another_one():
    _, change = follow({"m": ["a", "b"]}, {"m": ["b", "c", "d"]})

    assert change == ({"m": ["b", "c", "d"]}, {}, [])


def test_a_list_to_which_a_node_appends_in_place():
    texts = ["a"]
    compare = changes()
    compare((), {"texts": texts})
    texts.append("b")

    assert compare((), {"texts": texts}).append == {"texts": ["b"]}


def test_a_dict_that_a_node_changes_in_place():
    files = {"a": 1}
    compare = changes()
    compare((), {"files": files})
    files["b"] = 2

    assert compare((), {"files": files}).set == {"files": {"a": 1, "b": 2}}
    assert not any(compare((), {"files": dict(files)}))


def test_kinds_of_values_are_told_apart():
    _, change = follow({"a": 1, "b": None}, {"a": True, "b": 0})

    assert change.set == {"a": True, "b": 0}


def test_what_is_gone():
    assert follow({"a": 1, "b": 2}, {"a": 1})[1] == ({}, {}, ["b"])


def test_states_from_a_server_are_new_objects_each_time():
    said = {"type": "human", "content": "hi", "id": "1"}
    more = {"type": "ai", "content": "yo", "id": "2"}
    _, change = follow({"m": [dict(said)]}, {"m": [dict(said), more]})

    assert [each["content"] for each in change.append["m"]] == ["yo"]


def test_what_cannot_be_compared_is_not():
    class Array:
        def __eq__(self, other):
            raise ValueError("the truth of an array is ambiguous")

        __hash__ = None

        def __repr__(self):
            return "Array"

    same = Array()
    first, second, third = follow({"x": same, "l": [{"a": same}]}, {"x": same, "l": [{"a": same}]},
                                  {"x": Array(), "l": [{"a": Array()}]})  # fmt: skip

    assert first.set == {"x": "Array", "l": [{"a": "Array"}]}
    assert "x" not in second.set
    assert third.set == {"x": "Array", "l": [{"a": "Array"}]}


def test_objects_with_fields():
    @dataclasses.dataclass
    class Plan:
        steps: list

    plan = Plan([1])
    compare = changes()
    compare((), {"plan": plan})
    plan.steps.append(2)

    assert compare((), {"plan": plan}).set == {"plan": {"steps": [1, 2]}}


def test_a_state_without_channels():
    assert follow("text")[0].set == {"__root__": "text"}


def test_interrupts_are_no_channel():
    _, change = follow({"a": 1}, {"a": 1, "__interrupt__": ("?",)})

    assert not any(change)


def test_each_graph_has_a_state_of_its_own():
    compare = changes()
    compare((), {"a": 1})

    assert not compare.knows(("x:1",))
    assert compare(("x:1",), {"a": 1}).set == {"a": 1}
    assert compare.knows(("x:1",))


def test_secrets_and_sizes():
    long = AIMessage("word " * 10_000, id="1")
    change = follow({"api_key": "whatever", "said": "sk-12345678", "m": [long]})[0]

    assert change.set["api_key"] == change.set["said"] == MASK
    assert len(str(change.set["m"])) < 2 * MESSAGE_BUDGET


_values = st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=3)
_lists = st.lists(_values, max_size=4)
_states = st.dictionaries(
    st.sampled_from("abc"), _values | _lists | st.dictionaries(st.sampled_from("xy"), _values)
)


@given(st.lists(_states, min_size=1, max_size=6))
def test_the_changes_add_up_to_the_state(given):
    states, compare = StateHistory(), changes()
    counts = []
    for each in given:
        change = compare((), each)
        if any(change):
            states.note({"ns": [], **change._asdict()})
        counts.append(states.count(()))

    for each, count in zip(given, counts, strict=True):
        assert (states.at((), count) or {}) == each
