"""Models outside LangChain: custom payloads become messages of the node that wrote them."""

import asyncio
import threading
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langgraph.config import get_config, get_stream_writer
from langgraph.func import entrypoint, task
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Send, StreamWriter

from lg_notebook import GraphWidget, Run, astream, stream, watch
from lg_notebook.render.static_text import to_text
from lg_notebook.runtime.execution import Execution
from lg_notebook.runtime.graph_source import GraphSource
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import USAGE, Topics, custom

CATS = {"topic": "cats", "texts": []}
WORDS = ["any ", "model ", "speaks"]


def spoken(node, state: Any = MessagesState):
    return StateGraph(state).add_node("speak", node).add_edge(START, "speak").compile()


def write(*payloads):
    def speak(_):
        for each in payloads:
            get_stream_writer()(each)

    return spoken(speak)


def run(graph, key="token", value=None, **more):
    value = {"messages": []} if value is None else value
    return Run.from_events(stream(graph, value, tokens=key, **more))


# ---- tokens -----------------------------------------------------------------------------


def test_a_message_of_the_node_and_task():
    made = run(custom(), value=CATS)
    (message,) = made.messages
    (spoke,) = made.tasks

    assert message.text == made.text() == made.text(node="speak") == "any model speaks"
    assert [token.text for token in message.tokens] == WORDS
    assert (message.role, message.origin, message.done) == ("ai", "streamed", True)
    assert (message.node, message.task, message.namespace) == ("speak", spoke.id, ())
    assert message.metadata == {
        "langgraph_node": "speak",
        "langgraph_triggers": ["branch:to:speak"],
        "langgraph_checkpoint_ns": f"speak:{spoke.id}",
        "checkpoint_ns": f"speak:{spoke.id}",
    }
    assert made.custom == []
    assert made.diagnosis is None


def test_each_comes_as_it_was_written():
    before = threading.Event()
    seen = []

    def speak(_):
        get_stream_writer()({"token": "first"})
        assert before.wait(60)
        get_stream_writer()({"token": "second"})

    for event in stream(spoken(speak), {"messages": []}, tokens="token"):
        if event["type"] == "delta":
            seen.append(event["text"])
            before.set()

    assert seen == ["first", "second"]


async def test_async_nodes_with_a_writer_of_their_own():
    async def speak(_, writer: StreamWriter):
        for word in WORDS:
            await asyncio.sleep(0)
            writer({"token": word})

    events = [event async for event in astream(spoken(speak), {"messages": []}, tokens="token")]

    assert Run.from_events(events).text(node="speak") == "any model speaks"


def test_folded_in_stretches_it_is_the_same():
    pieces = [f"{at} " for at in range(500)]
    graph = write(*[{"token": each} for each in pieces])
    source = GraphSource(graph, {"messages": []}, tokens="token")
    made = Execution(source).block(threaded=False)

    assert [token.text for token in made.messages[0].tokens] == pieces
    assert made.messages[0].done
    assert [event["seq"] for event in made.events] == list(range(len(made)))


def test_payloads_without_the_field_stay_custom_events():
    made = run(write({"token": "a"}, {"progress": 1}, {"token": "b"}, "note"))

    assert made.text() == "ab"
    assert made.custom == [{"progress": 1}, "note"]


def test_the_payload_itself():
    made = run(write("a", "", {"token": "b"}, "c"), ".")

    assert made.text() == "ac"
    assert made.custom == [{"token": "b"}]


def test_empty_tokens_alone_are_still_no_error():
    made = run(write({"token": ""}))

    assert [message.text for message in made.messages] == [""]
    assert made.diagnosis is None


def test_a_cut_emoji_is_whole_again():
    made = run(write({"token": "a\ud83d"}, {"token": "\ude00b"}))

    assert made.text() == "a😀b"


def test_secrets_are_masked():
    config = {"configurable": {"api_key": "sk-very-secret"}}
    made = run(write({"token": "my sk-ve"}, {"token": "ry-secret is"}), config=config)

    assert "very-secret" not in made.text()
    assert made.text().startswith("my ")


# ---- message chunks ---------------------------------------------------------------------


def test_message_chunks_with_calls_and_usage():
    part = {"index": 0, "type": "tool_call_chunk"}
    chunks = [
        AIMessageChunk(content="Let me ", id="m1"),
        AIMessageChunk(content="see.", id="m1"),
        AIMessageChunk(
            content="", id="m1",
            tool_call_chunks=[{**part, "id": "c1", "name": "look", "args": '{"a"'}],
        ),
        AIMessageChunk(
            content="", id="m1", tool_call_chunks=[{**part, "id": None, "name": None, "args": ": 1}"}]
        ),
        AIMessageChunk(content="", id="m1", usage_metadata=USAGE),
        AIMessageChunk(content="Another.", id="m2"),
    ]  # fmt: skip
    made = run(write(*[{"llm": chunk} for chunk in chunks]), "llm")
    one, other = made.messages

    assert (one.text, one.id, one.usage, other.text) == ("Let me see.", "m1", USAGE, "Another.")
    assert [(c.id, c.name, c.args) for c in one.tool_calls] == [("c1", "look", {"a": 1})]
    assert one.node == other.node == "speak"
    assert one.done
    assert other.done


def test_a_whole_message_in_a_payload():
    made = run(write(AIMessage("whole", id="m1")), ".")

    assert [(m.text, m.origin, m.node) for m in made.messages] == [("whole", "returned", "speak")]


# ---- once -------------------------------------------------------------------------------


@pytest.mark.parametrize("returned", ["any model speaks", "any model speaks\n"])
@pytest.mark.parametrize("last", [[], [" "]])
def test_the_node_returns_what_it_streamed(returned, last):
    def speak(_):
        for word in WORDS + last:
            get_stream_writer()({"token": word})
        return {"messages": [AIMessage(returned, usage_metadata=USAGE)]}

    made = run(spoken(speak))
    (message,) = made.messages

    assert message.text.strip() == "any model speaks"
    assert (message.origin, message.usage, message.revised) == ("streamed", USAGE, False)
    assert message.resent == []


def test_the_node_returns_a_chunk_under_its_id():
    def speak(_):
        get_stream_writer()(AIMessageChunk(content="hello", id="m1"))
        return {"messages": [AIMessage("hello!", id="m1")]}

    (message,) = run(spoken(speak), ".").messages

    assert (message.text, message.revised) == ("hello!", True)


def test_the_node_returns_something_else():
    def speak(_):
        get_stream_writer()({"token": "thinking aloud"})
        return {"messages": [AIMessage("the answer")]}

    assert [m.text for m in run(spoken(speak)).messages] == ["thinking aloud", "the answer"]


def test_each_execution_of_a_node_has_a_message_of_its_own():
    def speak(state):
        get_stream_writer()({"token": f"{len(state['messages'])}"})
        return {"messages": [HumanMessage("again")]}

    builder = StateGraph(MessagesState).add_node("speak", speak).add_edge(START, "speak")
    builder.add_conditional_edges(
        "speak", lambda s: "speak" if len(s["messages"]) < 3 else "__end__"
    )
    made = run(builder.compile())

    assert [m.text for m in made.messages if m.role == "ai"] == ["0", "1", "2"]
    assert len({m.task for m in made.messages if m.role == "ai"}) == 3


def test_beside_langchains_models():
    model = Scripted(replies=[say("by LangChain")])

    def speak(_):
        get_stream_writer()({"token": "by hand"})
        return {"messages": [model.invoke("x")]}

    assert [m.text for m in run(spoken(speak)).messages] == ["by hand", "by LangChain"]


# ---- where from -------------------------------------------------------------------------


def test_subgraphs():
    inner = write({"token": "from within"})
    outer = StateGraph(MessagesState).add_node("team", inner).add_edge(START, "team").compile()
    (message,) = run(outer).messages

    assert (message.node, [part.partition(":")[0] for part in message.namespace]) == (
        "speak",
        ["team"],
    )


def test_tasks_of_the_functional_api():
    @task
    def compose(word):
        get_stream_writer()({"token": word})
        return word

    @entrypoint()
    def workflow(_):
        compose("from a task").result()
        get_stream_writer()({"token": "from the whole"})
        return "x"

    made = run(workflow, value="x")

    assert [(m.text, m.node) for m in made.messages] == [
        ("from a task", "compose"),
        ("from the whole", "workflow"),
    ]


def at_once(payload):
    """Build a graph with two parallel nodes that write words in turns."""
    turn = threading.Barrier(2, timeout=60)

    def speaker(name):
        def speak(_):
            for at in range(3):
                turn.wait()
                get_stream_writer()(payload(name, f"{name}{at}"))
            turn.wait()
            return {"texts": ["x"]}

        return speak

    builder = StateGraph(Topics)
    for name in "ab":
        builder.add_node(name, speaker(name)).add_edge(START, name)
    return builder.compile()


@pytest.mark.parametrize("hint", ["node", "path", "task"])
def test_nodes_at_once_that_say_who_they_are(hint):
    def payload(name, text):
        path = get_config()["configurable"]["checkpoint_ns"]
        names = {"node": name, "path": path, "task": path.partition(":")[2]}
        return {"token": text, "who": names[hint]}

    made = run(at_once(payload), value=CATS)

    assert {m.node: m.text for m in made.messages} == {"a": "a0a1a2", "b": "b0b1b2"}
    assert all(m.done and m.task for m in made.messages)
    assert made.text(node="a") == "a0a1a2"


def test_a_token_that_is_a_nodes_name_says_nothing():
    (message,) = run(at_once(lambda name, _: {"token": name}), value=CATS).messages

    assert sorted(message.text) == ["a", "a", "a", "b", "b", "b"]


def test_nodes_at_once_that_do_not_say():
    made = run(at_once(lambda _, text: {"token": text}), value=CATS)
    (message,) = made.messages

    assert sorted(token.text for token in message.tokens) == ["a0", "a1", "a2", "b0", "b1", "b2"]
    assert (message.node, message.task, message.done) == (None, None, True)


def test_executions_of_one_node_at_once():
    def fan(_):
        return [Send("speak", {"topic": str(at)}) for at in range(3)]

    def speak(state):
        get_stream_writer()(AIMessageChunk(content=f"about {state['topic']}", id=state["topic"]))
        return {"texts": ["x"]}

    builder = StateGraph(Topics).add_node(speak).add_conditional_edges(START, fan, ["speak"])
    made = run(builder.compile(), ".", CATS)

    assert {m.text for m in made.messages} == {"about 0", "about 1", "about 2"}
    assert {m.node for m in made.messages} == {"speak"}
    assert all(m.done for m in made.messages)


def test_nodes_at_once_whose_words_are_returned_as_well():
    turn = threading.Barrier(2, timeout=60)

    def quiet(_):
        turn.wait()
        turn.wait()

    def loud(_):
        turn.wait()
        get_stream_writer()({"token": "it was me"})
        turn.wait()
        return {"messages": [AIMessage("it was me")]}

    builder = StateGraph(MessagesState).add_node(quiet).add_node(loud)
    builder.add_edge(START, "quiet").add_edge(START, "loud")

    assert [m.text for m in run(builder.compile()).messages] == ["it was me"]


def test_a_writer_that_outlives_its_node():
    let_go = threading.Event()
    ended = threading.Event()

    def speak(_):
        writer = get_stream_writer()
        import contextvars  # noqa: PLC0415 - the writer reads the node's context

        def later():
            let_go.wait(60)
            writer({"token": "late"})
            ended.set()

        threading.Thread(target=contextvars.copy_context().run, args=(later,)).start()

    def after(_):
        let_go.set()
        assert ended.wait(60)

    builder = StateGraph(MessagesState).add_node(speak).add_node(after)
    builder.add_edge(START, "speak").add_edge("speak", "after")
    made = run(builder.compile())

    assert made.text() == "late"


# ---- all ways in ------------------------------------------------------------------------


def test_watch_filters_and_prints(capsys):
    made = watch(custom(), CATS, tokens="token", node="speak", view="text")

    assert capsys.readouterr().out == "[speak]\nany model speaks\n"
    assert to_text(made) == "[speak]\nany model speaks"
    hidden = watch(custom(), CATS, tokens="token", node="!speak", view="text")
    assert "any model" not in capsys.readouterr().out
    assert hidden.diagnosis.startswith("The filters hide")


def test_the_widget():
    widget = GraphWidget(custom(), tokens="token")

    assert widget.run(CATS).text() == "any model speaks"


@pytest.mark.parametrize(
    "call",
    [
        lambda: stream(custom(), CATS, tokens=""),
        lambda: astream(custom(), CATS, tokens=3),
        lambda: watch(custom(), CATS, tokens=""),
        lambda: GraphWidget(custom(), tokens=""),
    ],
)
def test_a_key_that_is_no_name_is_refused_before_anything_runs(call):
    with pytest.raises(ValueError, match="tokens takes the name of a field"):
        call()
