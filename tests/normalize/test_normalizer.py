"""For every graph of the zoo, the events match LangGraph's own stream and state, without repetitions."""

import contextlib
import itertools
import json

import pytest
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    HumanMessage,
    HumanMessageChunk,
    ToolMessage,
)
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command

from lg_notebook import Run, stream
from lg_notebook.normalize.content import content_text
from lg_notebook.normalize.normalizer import Normalizer
from lg_notebook.privacy.redactor import MASK, Redactor
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import HELLO, THREAD, TOPIC, ZOO, asking, chat, joke

SECRET = "sk-12345678"


def plain(graph, value):
    """Collect the items of the plain loop over `stream_mode="messages"`, also of a run that fails."""
    chunks = []
    loop = graph.stream(value, THREAD, stream_mode="messages", subgraphs=True)
    with contextlib.suppress(ValueError):
        chunks.extend(loop)
    return chunks


def watched(graph, value, config=THREAD):
    events = []
    with contextlib.suppress(ValueError, ConnectionError):
        events.extend(stream(graph, value, config))
    return events


def texts(run):
    return [message.text for message in run.messages]


@pytest.mark.parametrize("name", ZOO)
def test_streamed_text_is_the_plain_loops(name):
    build, value = ZOO[name]
    expected = {}
    for ns, (chunk, meta) in plain(build(), value):
        if isinstance(chunk, AIMessageChunk):
            depth = len(ns), meta["langgraph_node"], json.dumps(meta["langgraph_path"])
            expected[depth] = expected.get(depth, "") + content_text(chunk)

    run = Run.from_events(watched(build(), value))

    found = {}
    for message in run.messages:
        if message.origin == "streamed":
            path = json.dumps(message.metadata["langgraph_path"])
            depth = len(message.namespace), message.node, path
            said = "".join(t.text for t in message.tokens if t.kind == "text")
            found[depth] = found.get(depth, "") + said
    assert found == expected


@pytest.mark.parametrize(
    "name", ["chat", "agent", "nested", "asking", "revising", "silent", "thinking"]
)
def test_messages_are_the_final_states(name):
    build, value = ZOO[name]
    state = build().invoke(value, THREAD)["messages"]

    run = Run.from_events(watched(build(), value))

    assert texts(run) == [content_text(message) for message in state]
    assert [message.role for message in run.messages] == [message.type for message in state]
    assert all(message.done for message in run.messages)


@pytest.mark.parametrize("name", ZOO)
def test_the_log_is_well_formed(name):
    build, value = ZOO[name]
    events = watched(build(), value)
    started, tasks = set(), set()

    assert [event["seq"] for event in events] == list(range(len(events)))
    assert all(a["t"] <= b["t"] for a, b in itertools.pairwise(events))
    assert events[0]["type"] == "run-start"
    assert [event["type"] for event in events].count("run-end") == 1
    assert events[-1]["type"] == "run-end"
    for event in events:
        if event["type"] == "message-start":
            assert event["of"] in started if event["origin"] == "resent" else event["of"] is None
            assert event["origin"] == "resent" or event["message"] == len(started)
            started.add(event["message"])
        elif event["type"] in {"delta", "message-finish"}:
            assert event["message"] in started
        elif event["type"] == "task-start":
            tasks.add(event["task"])
        elif event["type"] == "task-finish":
            assert event["task"] in tasks
    json.dumps(events, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("name", ZOO)
def test_metadata_comes_once_and_whole(name):
    build, value = ZOO[name]
    metas = [meta for _, (chunk, meta) in plain(build(), value) if chunk.type != "tool"]
    events = watched(build(), value)
    starts = [e for e in events if e["type"] == "message-start" and e["origin"] == "streamed"]

    for start in starts:
        like = [meta for meta in metas if meta["langgraph_node"] == start["node"]]
        assert any(set(start["metadata"]) == set(meta) for meta in like)
        assert start["metadata"]["ls_model_name"] == "scripted-1"
        assert start["metadata"]["langgraph_step"] == start["step"]
    assert all("metadata" not in event for event in events if event not in starts
               and event["type"] != "message-start")  # fmt: skip


@pytest.mark.parametrize("name", ZOO)
def test_tokens_keep_their_boundaries(name):
    build, value = ZOO[name]
    pieces = [
        chunk.content
        for _, (chunk, _) in plain(build(), value)
        if isinstance(chunk, AIMessageChunk) and isinstance(chunk.content, str) and chunk.content
    ]
    events = watched(build(), value)
    streamed = {
        e["message"] for e in events if e["type"] == "message-start" and e["origin"] == "streamed"
    }
    deltas = [
        event["text"]
        for event in events
        if event["type"] == "delta" and event["kind"] == "text" and event["message"] in streamed
    ]

    assert sorted(deltas) == sorted(pieces) or name == "thinking"  # content in blocks


def test_tasks_and_their_messages_meet():
    run = Run.from_events(watched(*made("agent")))

    assert {m.task for m in run.messages if m.node} == {task.id for task in run.tasks}
    assert [task.step for task in run.tasks] == [1, 2, 3]


def made(name):
    build, value = ZOO[name]
    return build(), value


def test_a_subgraphs_message_that_its_parent_hands_on_is_one():
    run = Run.from_events(watched(*made("nested")))
    _, message = run.messages

    assert (message.origin, len(message.namespace)) == ("streamed", 1)
    assert [(at.node, at.namespace) for at in message.resent] == [("expert", ())]


def test_what_the_node_revised_says_so():
    events = watched(*made("revising"))
    finishes = [event for event in events if event["type"] == "message-finish"]

    assert [event["revised"] for event in finishes][-2:] == [False, True]
    assert finishes[-1]["text"] == "a good word"


def test_tool_calls_have_a_beginning_and_an_end():
    run = Run.from_events(watched(*made("agent")))
    calling = next(message for message in run.messages if message.tool_calls)
    (tool,) = run.snapshot()["tools"]

    assert calling.tool_calls == [("call_1", "weather", {"city": "Oslo"}, '{"city": "Oslo"}')]
    assert (tool["call_id"], tool["name"], tool["phase"]) == ("call_1", "weather", "finished")
    assert tool["data"] == "sunny in Oslo"


def test_custom_payloads_stay_whole_on_the_run():
    run = Run.from_events(watched(*made("custom")))

    assert run.custom == [{"token": "any "}, {"token": "model "}, {"token": "speaks"}]


def test_an_interrupt_waits_and_its_answer_goes_on():
    graph = asking()
    run = Run.from_events(watched(graph, HELLO))
    (asked,) = run.snapshot()["interrupts"]

    assert run.status == "interrupted"
    assert asked["value"] == {"question": "Shall I send it?"}
    assert asked["id"]
    assert run.tasks[-1].interrupts == [asked["id"]]

    more = Run.from_events(watched(graph, Command(resume="yes")))

    assert more.status == "done"
    assert texts(more) == ["yes"]


# ---- inputs and histories ---------------------------------------------------------------


def test_the_input_is_shown_and_a_threads_history_is_not():
    graph = chat(saver=InMemorySaver())

    first = Run.from_events(watched(graph, HELLO))
    second = Run.from_events(watched(graph, {"messages": [("user", "again")]}))

    assert [(m.origin, m.text) for m in first.messages] == [
        ("input", "hello"), ("streamed", "Hello **there**, friend."),
    ]  # fmt: skip
    assert [(m.origin, m.text) for m in second.messages] == [
        ("input", "again"), ("streamed", "Hello **there**, friend."),
    ]  # fmt: skip


def test_the_same_input_again_is_shown_once():
    graph = chat(saver=InMemorySaver())
    watched(graph, HELLO)

    assert len(Run.from_events(watched(graph, HELLO)).messages) == 2


@pytest.mark.parametrize(
    "given", ["hi", ("user", "hi"), [("user", "hi")], [HumanMessage("hi")], HumanMessage("hi", id="x")]
)  # fmt: skip
def test_inputs_in_every_form(given):
    run = Run.from_events(watched(chat(), {"messages": given}))

    given, _ = run.messages
    assert (given.origin, given.text) == ("input", "hi")


def test_secrets_in_the_input_are_masked():
    model = Scripted(replies=[[AIMessageChunk(content=c) for c in f"it is {SECRET}."]])
    value = {"messages": [("user", f"say {SECRET}")]}
    config = {"configurable": {"api_key": SECRET, "thread_id": "1"}}

    events = watched(chat(model), value, config)

    assert SECRET not in json.dumps(events)
    assert SECRET[3:] not in Run.from_events(events).text()
    assert MASK in Run.from_events(events).text()


# ---- models' manners --------------------------------------------------------------------


def spoken(*chunks, **more):
    return Run.from_events(watched(chat(Scripted(replies=[list(chunks)], **more)), HELLO))


def test_usage_told_in_two_halves_is_put_together():
    halves = [
        {"input_tokens": 9, "output_tokens": 0, "total_tokens": 9},
        {"input_tokens": 0, "output_tokens": 5, "total_tokens": 5},
    ]
    run = spoken(*(AIMessageChunk(content="x", usage_metadata=half) for half in halves))

    assert run.usage == {"input_tokens": 9, "output_tokens": 5, "total_tokens": 14}


def test_usage_is_the_last_and_not_the_sum():
    counts = [{"input_tokens": 9, "output_tokens": n, "total_tokens": 9 + n} for n in (1, 2, 3)]
    run = spoken(*(AIMessageChunk(content="x", usage_metadata=count) for count in counts))

    assert run.usage == counts[-1]


def test_the_reason_for_the_end():
    for key in ("finish_reason", "stop_reason", "done_reason"):
        run = spoken(AIMessageChunk(content="x", response_metadata={key: "length"}))
        assert run.messages[-1].finish_reason == "length"


def test_an_emoji_that_was_cut_in_two():
    run = spoken(
        AIMessageChunk(content="a\ud83d"), AIMessageChunk(content="\ude00b"), AIMessageChunk(content="c")
    )  # fmt: skip

    assert run.text() == "a😀bc"
    assert not run.messages[-1].revised
    json.dumps(run.events, ensure_ascii=False).encode()


def test_half_an_emoji_stays_where_it_was():
    run = spoken(AIMessageChunk(content="a\ud83d"), AIMessageChunk(content="b"))

    assert run.text() == "a\ufffdb"
    json.dumps(run.events, ensure_ascii=False).encode()


def test_half_an_emoji_at_the_end_is_a_replacement_character():
    run = spoken(AIMessageChunk(content="a"), AIMessageChunk(content="b\ud83d"))

    assert run.text() == "ab\ufffd"
    json.dumps(run.snapshot(), ensure_ascii=False).encode()


def test_chunks_that_are_not_an_ais():
    model = Scripted(replies=[])
    model.replies = [[HumanMessageChunk(content=c) for c in "abc"]]
    run = Run.from_events(watched(chat(model), HELLO))

    assert (run.status, run.messages[-1].text) == ("done", "abc")
    assert [token.text for token in run.messages[-1].tokens] == ["a", "b", "c"]


def test_empty_chunks_say_nothing():
    run = spoken(
        AIMessageChunk(content=""), AIMessageChunk(content="a"), AIMessageChunk(content="")
    )

    assert [token.text for token in run.messages[-1].tokens] == ["a"]


def test_a_model_that_tells_little_of_itself_streams_all_the_same():
    class Terse(Scripted):
        def _get_ls_params(self, stop=None, **kwargs):
            return {"ls_model_name": self.model}

    run = Run.from_events(watched(chat(Terse(replies=[say("one two")])), HELLO))

    assert [token.text for token in run.messages[-1].tokens] == ["one", " ", "two"]
    assert run.messages[-1].origin == "streamed"


def test_a_model_that_hangs_up_leaves_its_tokens():
    run = spoken(*say("one two three"), fail_after=2)

    assert run.status == "error"
    assert run.text() == "one "
    assert (run.error["type"], run.error["message"]) == ("ConnectionError", "the model hung up")
    assert "ConnectionError" in run.error["traceback"]
    assert run.tasks[0].error["type"] == "ConnectionError"


def test_secrets_in_an_error_are_masked():
    def crash(state):
        raise ValueError(f"bad key {SECRET}")

    graph = StateGraph(MessagesState).add_node(crash).add_edge(START, "crash").compile()
    events = watched(graph, HELLO, {"configurable": {"api_key": SECRET}})

    assert Run.from_events(events).error["message"] == f"bad key {MASK}"
    assert SECRET not in json.dumps(events)


# ---- equal texts are not one message ----------------------------------------------------


def one_node(function):
    return StateGraph(MessagesState).add_node("node", function).add_edge(START, "node").compile()


def test_two_tools_that_say_the_same_are_two():
    def tools(state):
        return {"messages": [ToolMessage("ok", tool_call_id=call) for call in ("a", "b")]}

    run = Run.from_events(watched(one_node(tools), HELLO))

    assert [m.tool_call_id for m in run.messages if m.role == "tool"] == ["a", "b"]
    assert [tool["call_id"] for tool in run.snapshot()["tools"]] == ["a", "b"]


def test_two_messages_that_say_the_same_are_two():
    def speak(state):
        return {"messages": [AIMessage("same"), AIMessage("same")]}

    run = Run.from_events(watched(one_node(speak), HELLO))

    assert texts(run) == ["hello", "same", "same"]


def test_two_model_calls_that_say_the_same_are_two():
    model = Scripted(replies=[say("the same")])

    def speak(state):
        return {"messages": [model.invoke("x"), AIMessage(model.invoke("x").content)]}

    run = Run.from_events(watched(one_node(speak), HELLO))

    assert texts(run) == ["hello", "the same", "the same"]
    assert [m.origin for m in run.messages] == ["input", "streamed", "streamed"]


def test_a_node_that_runs_again_says_the_same_again():
    model = Scripted(replies=[say("again")])

    def speak(state):
        return {"messages": [AIMessage(model.invoke("x").content)]}

    def more(state):
        return "speak" if len(state["messages"]) < 4 else "__end__"

    builder = StateGraph(MessagesState).add_node(speak).add_edge(START, "speak")
    run = Run.from_events(watched(builder.add_conditional_edges("speak", more).compile(), HELLO))

    assert texts(run) == ["hello", "again", "again", "again"]


# ---- servers ----------------------------------------------------------------------------


def remote(*items):
    normalizer = Normalizer(Redactor(environ={}))
    events = normalizer.start("remote", HELLO, 0.0)
    for t, (mode, item) in enumerate(items):
        events += normalizer((), mode, item, t)
    return Run.from_events(events + normalizer.end("done", None, 99))


def meta(task="1"):
    return {
        "langgraph_node": "n", "langgraph_step": 1, "ls_model_type": "chat",
        "langgraph_checkpoint_ns": f"n:{task}", "langgraph_api_url": "http://x.test",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["AIMessageChunk", "ai"])
def test_chunks_from_a_server_are_one_message(kind):
    def chunk(text):
        return "messages", ({"type": kind, "content": text, "id": "m"}, meta())

    whole = {"type": "ai", "content": "Hello you", "id": "m"}
    run = remote(
        ("tasks", {"id": "1", "name": "n", "triggers": []}),
        chunk("Hello "),
        chunk("you"),
        ("updates", {"n": {"messages": [whole]}}),
        ("tasks", {"id": "1", "name": "n", "error": None, "result": [], "interrupts": []}),
    )

    assert [(m.text, m.origin, m.done) for m in run.messages] == [("Hello you", "streamed", True)]
    assert not run.messages[0].revised


def test_an_error_from_a_server_is_its_words():
    run = remote(
        ("tasks", {"id": "1", "name": "n", "triggers": []}),
        ("tasks", {"id": "1", "name": "n", "error": "it broke", "result": [], "interrupts": []}),
    )

    assert run.tasks[0].error == {
        "type": "Error",
        "message": "it broke",
        "traceback": None,
        "source": None,
    }


def test_odd_items_break_nothing():
    run = remote(
        ("updates", None),
        ("updates", {"n": None}),
        ("updates", {"__interrupt__": "odd"}),
        ("updates", {"__metadata__": {}}),
        ("values", None),
        ("values", 3),
        ("debug", {"x": 1}),
        ("custom", object()),
    )

    assert run.status in {"done", "interrupted"}


def test_state_and_input_are_summaries():
    events = watched(joke(), TOPIC)

    assert events[0]["input"] == TOPIC
    assert events[-1]["state"] == {"topic": "ice cream", "joke": "Why did the cone cry?"}
