"""Find out a graph's input, and read it from a form."""

from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.graph import START, StateGraph, add_messages
from pydantic import BaseModel, Field

from lg_notebook.graphs.input_schema import input_form, read_form, read_input, takes_text
from lg_notebook.streams.as_graph import as_graph
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import agent, chat, functional, joke


def graph_of(state):
    def node(state: Any):
        return None

    return StateGraph(state).add_node("node", node).add_edge(START, "node").compile()


def test_messages_are_given_as_text():
    assert input_form(chat()) == {"kind": "text", "into": "messages"}
    assert takes_text(agent())


def test_a_string_is_given_as_text():
    assert input_form(functional()) == {"kind": "text"}
    assert takes_text(functional())


def test_a_model_takes_text():
    assert takes_text(as_graph(Scripted(replies=[say("x")])))


def test_fields_are_given_as_json():
    form = input_form(joke())

    assert form["kind"] == "json"
    assert form["template"] == {"topic": ""}
    assert [(f["name"], f["type"], f["required"]) for f in form["fields"]] == [
        ("topic", "string", True), ("joke", "string", False),
    ]  # fmt: skip
    assert not takes_text(joke())


class Fields(TypedDict, total=False):
    text: str
    number: float
    count: int
    flag: bool
    items: list[str]
    mapping: dict[str, int]
    maybe: "int | None"


def test_templates_have_each_types_empty_value():
    assert input_form(graph_of(Fields))["template"] == {
        "text": "", "number": 0, "count": 0, "flag": False, "items": [], "mapping": {}, "maybe": 0,
    }  # fmt: skip


class Talk(TypedDict):
    messages: Annotated[list, add_messages]


def test_messages_of_a_state_of_ones_own():
    assert input_form(graph_of(Talk)) == {"kind": "text", "into": "messages"}


class Inner(BaseModel):
    x: int = 1


class Model(BaseModel):
    inner: Inner
    note: str = Field("hi", description="What to note.")


def test_models_with_models_and_descriptions():
    form = input_form(graph_of(Model))

    assert form["fields"] == [
        {"name": "inner", "type": "object", "required": True, "description": ""},
        {"name": "note", "type": "string", "required": False, "description": "What to note."},
    ]
    assert form["template"] == {"inner": {}}


@dataclass
class Anything:
    thing: object


def test_a_field_of_any_type():
    assert input_form(graph_of(Anything))["template"] == {"thing": None}


class MoreThanMessages(Talk):
    topic: str


def test_messages_beside_another_required_field_are_json():
    assert input_form(graph_of(MoreThanMessages))["template"] == {"messages": [], "topic": ""}


class Unknowable:
    def get_input_jsonschema(self):
        raise NotImplementedError


@pytest.mark.parametrize("graph", [Unknowable(), object()])
def test_a_graph_that_cannot_say(graph):
    assert input_form(graph) == {"kind": "json", "template": {}, "fields": []}


def test_a_string_becomes_the_users_message():
    assert read_input(chat(), "hi") == {"messages": [{"role": "user", "content": "hi"}]}
    assert read_input(functional(), "hi") == "hi"
    assert read_input(joke(), "hi") == "hi"
    assert read_input(chat(), {"messages": "hi"}) == {"messages": "hi"}


TEXT, JSON = {"kind": "text"}, {"kind": "json", "template": {}, "fields": []}


def test_what_was_typed():
    assert read_form(TEXT, " hi ") == " hi "
    assert read_form(JSON, '{"a": 1}') == {"a": 1}
    assert read_form(JSON, {"a": 1}) == {"a": 1}


@pytest.mark.parametrize("given", ["", "  ", None, 3, {"a": 1}])
def test_no_text(given):
    with pytest.raises(ValueError, match="type a message"):
        read_form(TEXT, given)


@pytest.mark.parametrize("given", ["", "{", "{'a': 1}", "a"])
def test_no_json(given):
    with pytest.raises(ValueError, match="is not JSON"):
        read_form(JSON, given)


@pytest.mark.parametrize("given", ["[]", "1", '"a"', "null", None, [], 1])
def test_no_object(given):
    with pytest.raises(ValueError, match="JSON object"):
        read_form(JSON, given)


def test_json_that_is_too_deep():
    with pytest.raises(ValueError, match="JSON"):
        read_form(JSON, "[" * 100_000)
