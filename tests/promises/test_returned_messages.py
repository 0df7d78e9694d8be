"""B. What nodes return is in the run once, and says in the end what the state says."""

import pytest
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    HumanMessage,
    RemoveMessage,
    ToolMessage,
)
from langgraph import types
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command

from tests.promises.graphs import (
    as_chunk,
    call_piece,
    calling,
    cases,
    chain,
    fake,
    last_answer,
    quiet,
    returning,
    said,
)

FORMS = {
    "a dict in a list": [{"role": "assistant", "content": "A"}],
    "a pair in a list": [("ai", "A")],
    "a dict": {"role": "assistant", "content": "A"},
    "a pair": ("ai", "A"),
    "a dict with a type": [{"type": "ai", "content": "A"}],
    "a dict with blocks": [{"role": "assistant", "content": [{"type": "text", "text": "A"}]}],
    "an object": AIMessage("A"),
    "an object in a list": [AIMessage("A")],
}
overwrites = pytest.mark.skipif(
    not hasattr(types, "Overwrite"), reason="LangGraph has no `Overwrite` yet"
)
calls_by_id = pytest.mark.skipif(
    len((call_piece("{}", call_id="c1") + call_piece("{}", call_id="c2")).tool_call_chunks) == 1,
    reason="LangChain itself still makes one call of two ids with one index",
)
every_form = pytest.mark.parametrize("form", cases(FORMS))


def check(run):
    [answer] = [m for m in run.messages if m.role == "ai"]
    assert answer.text == "A"
    assert answer.id == last_answer(run).id
    assert run.text() == "A"


@every_form
def test_a_message_is_in_the_run_once_with_the_id_of_the_state(form):
    check(quiet(returning({"messages": form})))


@every_form
def test_a_message_of_a_command_is_in_the_run_once(form):
    check(quiet(returning(Command(update={"messages": form}))))


@every_form
def test_a_message_of_a_subgraph_is_in_the_run_once(form):
    inner = returning({"messages": form})

    def outer(state: MessagesState):
        return inner.invoke(state)

    run = quiet(chain(outer))

    [answer] = [m for m in run.messages if m.role == "ai"]
    assert (answer.text, answer.id) == ("A", last_answer(run).id)


def test_a_message_of_a_subgraph_that_is_a_node_is_in_the_run_once():
    inner = returning({"messages": [{"role": "assistant", "content": "A"}]})
    run = quiet(StateGraph(MessagesState).add_node("team", inner).add_edge(START, "team").compile())

    check(run)


TOOLS = {
    "a dict": {"role": "tool", "content": "sunny", "tool_call_id": "c1"},
    "a dict in a list": [{"role": "tool", "content": "sunny", "tool_call_id": "c1"}],
    "an object": [ToolMessage("sunny", tool_call_id="c1")],
}
CALL = {"type": "tool_call", "id": "c1", "name": "weather", "args": {"city": "Oslo"}}


@pytest.mark.parametrize("form", cases(TOOLS))
def test_a_tools_answer_is_on_its_calls_card(form):
    call = call_piece('{"city": "Oslo"}', name="weather", call_id="c1")

    def answer(_: MessagesState):
        return {"messages": form}

    def ask(state: MessagesState):
        return {"messages": [fake(call).invoke(state["messages"])]}

    run = quiet(chain(ask, answer))

    assert said(run, "tool") == ["sunny"]
    [card] = [each for each in run.snapshot()["tools"] if each["call_id"] == "c1"]
    assert (card["phase"], card["data"]) == ("finished", "sunny")


def test_the_users_words_in_any_form_are_not_an_answer():
    run = quiet(returning({"messages": []}), {"messages": [{"role": "user", "content": "hi"}]})

    assert [(m.role, m.text, m.origin) for m in run.messages] == [("human", "hi", "input")]


@overwrites
@pytest.mark.parametrize("name", ["a1", "a2"])
def test_an_overwritten_list_is_what_the_run_says(name):
    first = {"messages": [AIMessage("draft", id="a1")]}
    revised = AIMessage("revised", id=name)
    run = quiet(returning(first, {"messages": types.Overwrite([revised])}))

    [answer] = [m for m in run.messages if m.id == name]
    assert answer.text == "revised"
    assert answer.revised is (name == "a1")


@overwrites
def test_what_an_overwritten_list_no_longer_holds_is_removed():
    run = quiet(
        returning(
            {"messages": [AIMessage("one", id="a1")]},
            {"messages": types.Overwrite([AIMessage("two", id="a2")])},
        )
    )

    assert {"a1", "__remove_all__"} & {name for each in run.removals for name in each.ids}


def test_a_message_of_an_earlier_run_that_changes_is_shown_as_changed():
    config = {"configurable": {"thread_id": "1"}}
    texts = iter(["first", "changed"])
    graph = returning(
        lambda: {"messages": [AIMessage(next(texts), id="a1")]}, checkpointer=InMemorySaver()
    )
    quiet(graph, "hi", config)
    run = quiet(graph, "again", config)

    [answer] = [m for m in run.messages if m.id == "a1"]
    assert (answer.text, answer.revised) == ("changed", True)


def test_a_message_of_an_earlier_run_that_stays_is_not_shown():
    config = {"configurable": {"thread_id": "1"}}
    graph = returning({"messages": [AIMessage("same", id="a1")]}, checkpointer=InMemorySaver())
    quiet(graph, "hi", config)

    assert said(quiet(graph, "again", config)) == []


def test_a_removed_message_is_removed():
    run = quiet(
        returning({"messages": [AIMessage("one", id="a1")]}, {"messages": [RemoveMessage(id="a1")]})
    )

    assert said(run) == ["one"]
    assert len(run.removals) == 1


OTHER = {"type": "tool_call", "id": "c2", "name": "mul", "args": {"b": 2}}
BROKEN = {"type": "invalid_tool_call", "id": "c3", "name": "div", "args": "{", "error": "cut"}
CHANGES = {
    "other calls": {"tool_calls": [OTHER]},
    "no calls": {"tool_calls": []},
    "one call more": {"tool_calls": [CALL, OTHER]},
    "other arguments": {"tool_calls": [{**CALL, "args": {"city": "Rome"}}]},
    "an invalid call": {"tool_calls": [], "invalid_tool_calls": [BROKEN]},
}


def changed(model, **fields):
    def ask(state: MessagesState):
        return {"messages": [model.invoke(state["messages"])]}

    def edit(state: MessagesState):
        known = state["messages"][-1]
        return {"messages": [known.model_copy(update=fields)]}

    return quiet(chain(ask, edit))


@pytest.mark.parametrize("fields", cases(CHANGES))
def test_calls_are_in_the_end_those_of_the_state(fields):
    call = call_piece('{"city": "Oslo"}', name="weather", call_id="c1")
    run = changed(fake("I look.", call), **fields)

    [answer] = [m for m in run.messages if m.role == "ai"]
    final = last_answer(run)
    wanted = [(c["name"], c["args"]) for c in final.tool_calls]
    wanted += [(c["name"], None) for c in final.invalid_tool_calls]
    assert [(call.name, call.args) for call in answer.tool_calls] == wanted
    assert answer.revised
    assert answer.text == "I look."


def test_blocks_are_in_the_end_those_of_the_state():
    picture = {"type": "image", "url": "https://example.org/cat.png"}
    run = changed(fake("Look."), content=[{"type": "text", "text": "Look."}, picture])

    [answer] = [m for m in run.messages if m.role == "ai"]
    assert "image" in [block.kind for block in answer.blocks]
    assert answer.revised
    assert answer.text == "Look."


def test_blocks_that_were_taken_out_are_not_there_in_the_end():
    picture = {"type": "image", "url": "https://example.org/cat.png", "index": 1}
    text = {"type": "text", "text": "Look.", "index": 0}
    run = changed(fake([text], [picture]), content="Look.")

    [answer] = [m for m in run.messages if m.role == "ai"]
    assert [m.content for m in run.to_messages() if m.type == "ai"] == ["Look."]
    assert answer.revised


def test_the_same_message_again_is_not_a_revision():
    call = call_piece('{"city": "Oslo"}', name="weather", call_id="c1")
    thought = {"type": "reasoning", "reasoning": "hm", "index": 0}
    run = changed(fake([thought], [{"type": "text", "text": "x", "index": 1}], call))

    [answer] = [m for m in run.messages if m.role == "ai"]
    assert not answer.revised


@calls_by_id
def test_two_calls_with_one_index_are_two_calls():
    run = quiet(
        calling(
            fake(
                call_piece('{"a":', name="add", call_id="c1"),
                call_piece("1}"),
                call_piece('{"a":', name="mul", call_id="c2"),
                call_piece("2}"),
            )
        )
    )

    [answer] = [m for m in run.messages if m.role == "ai"]
    assert [(c.id, c.name, c.args) for c in answer.tool_calls] == [
        ("c1", "add", {"a": 1}), ("c2", "mul", {"a": 2}),
    ]  # fmt: skip


@calls_by_id
def test_two_whole_calls_with_one_index_are_two_calls():
    """As Ollama's and Gemini's models give them: whole, one chunk each."""
    run = quiet(
        calling(
            fake(
                call_piece('{"a":1}', name="add", call_id="c1"),
                call_piece('{"a":2}', name="mul", call_id="c2"),
            )
        )
    )

    [answer] = [m for m in run.messages if m.role == "ai"]
    assert [(c.name, c.args) for c in answer.tool_calls] == [("add", {"a": 1}), ("mul", {"a": 2})]


def test_two_calls_without_an_index_are_two_calls():
    run = quiet(
        calling(
            fake(
                call_piece('{"a":1}', name="add", call_id="c1", index=None),
                call_piece('{"a":2}', name="mul", call_id="c2", index=None),
            )
        )
    )

    [answer] = [m for m in run.messages if m.role == "ai"]
    assert [(c.name, c.args) for c in answer.tool_calls] == [("add", {"a": 1}), ("mul", {"a": 2})]


@pytest.mark.xfail(strict=True, reason="dicts are passed over, objects are not")
def test_messages_come_in_the_order_of_the_state():
    several = [
        AIMessage("one"), {"role": "assistant", "content": "two"}, ("ai", "three"),
        HumanMessage("four"),
    ]  # fmt: skip
    run = quiet(returning({"messages": several}))

    shown = [m.text for m in run.messages if m.origin != "input"]
    assert shown == [m.content for m in run.state["messages"]][1:]


def test_a_streamed_message_that_a_node_returns_as_a_dict_is_one_message():
    model = fake("Hello")

    def reply(state: MessagesState):
        answer = model.invoke(state["messages"])
        return {"messages": [{"role": "assistant", "content": answer.content}]}

    assert said(quiet(chain(reply))) == ["Hello"]


def test_chunks_are_recognised_by_their_class_whatever_it_is_called():
    """A class of one's own is a chunk because it is one."""

    class Piece(AIMessageChunk):
        pass

    fields = [as_chunk(each).model_dump(exclude={"type"}) for each in ("Hel", "lo")]
    run = quiet(calling(fake(*(Piece(**each) for each in fields))))

    assert said(run) == ["Hello"]
    assert run.messages[-1].origin == "streamed"
