"""Tokens of models: from nodes, tools, tasks and subgraphs, by tag and by node."""

import pytest
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, MessagesState, StateGraph

from lg_notebook import Run, stream, watch
from tests.conformance.ways import every_way, names, of_type, plain, spoken, told
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import (
    HELLO,
    THREAD,
    TOPIC,
    USAGE,
    Topics,
    agent,
    chat,
    functional,
    joke,
    mapped,
    nested,
    parallel,
    silent,
    thinking,
)

TOPICS = {"topic": "cats", "texts": []}


def streamed():
    """The model's own stream, consumed by the node."""
    model = Scripted(replies=[say("word by word")])

    def speak(state: Topics):
        return {"texts": ["".join(chunk.content for chunk in model.stream(state["topic"]))]}

    return StateGraph(Topics).add_node(speak).add_edge(START, "speak").compile()


def in_a_tool():
    """A model that a tool calls."""
    model = Scripted(replies=[say("from a tool")])

    @tool
    def ask(question: str) -> str:
        """Asks."""
        return str(model.invoke(question).content)

    def speak(state: Topics):
        return {"texts": [ask.invoke({"question": state["topic"]})]}

    return StateGraph(Topics).add_node(speak).add_edge(START, "speak").compile()


def two_deep():
    """A subgraph in a subgraph, each with a model."""
    inner = chat(Scripted(replies=[say("the innermost")]))
    builder = StateGraph(MessagesState).add_node("inner", inner)
    own = Scripted(replies=[say("in the middle")])
    builder.add_node("own", lambda state: {"messages": [own.invoke(state["messages"])]})
    middle = builder.add_edge(START, "inner").add_edge("inner", "own").compile()
    return StateGraph(MessagesState).add_node("middle", middle).add_edge(START, "middle").compile()


def tasks_at_once():
    model = Scripted(replies=[say("one of two")])

    @task
    def compose(topic: str) -> str:
        return str(model.invoke(topic).content)

    @entrypoint()
    def workflow(topic: str) -> list[str]:
        return [each.result() for each in [compose(topic), compose(topic)]]

    return workflow


SPEAKING = {
    "joke": (joke, TOPIC), "chat": (chat, HELLO), "streamed": (streamed, TOPICS),
    "in_a_tool": (in_a_tool, TOPICS), "agent": (agent, HELLO), "nested": (nested, HELLO),
    "two_deep": (two_deep, HELLO), "parallel": (parallel, TOPICS),
    "functional": (functional, "cats"),
}  # fmt: skip


@every_way
@pytest.mark.parametrize("name", SPEAKING)
def test_tokens(way, name):
    build, value = SPEAKING[name]
    expected = spoken(plain(build(), value, "messages"))

    assert told(way(build(), value, None)) == expected
    assert expected


@every_way
@pytest.mark.parametrize(("build", "value"), [(mapped, TOPICS), (tasks_at_once, "cats")])
def test_tokens_of_one_node_at_once(way, build, value):
    """Whose tokens are whose: by their checkpoint namespace."""
    found = {}
    for _, (chunk, meta) in plain(build(), value, "messages"):
        found.setdefault(meta["langgraph_checkpoint_ns"], []).append(chunk.content)
    run = way(build(), value, None)

    assert sorted("".join(pieces) for pieces in found.values()) == sorted(
        message.text for message in run.messages
    )
    assert len({message.task for message in run.messages}) == len(found)


@every_way
def test_metadata(way):
    [(_, (_, expected)), *_] = plain(joke(), TOPIC, "messages", {"metadata": {"who": "me"}})
    [message] = way(joke(), TOPIC, {"metadata": {"who": "me"}}).messages
    varies = {"langgraph_checkpoint_ns", "checkpoint_ns"}

    assert message.metadata.keys() == expected.keys()
    for key in expected.keys() - varies:
        shown = list(expected[key]) if isinstance(expected[key], tuple) else expected[key]
        assert message.metadata[key] == shown
    assert names([message.metadata["langgraph_checkpoint_ns"]]) == ("call_model",)


@every_way
@pytest.mark.parametrize("tag", ["joke", "poem"])
def test_filtered_by_llm_invocation(way, tag):
    expected = [
        chunk.content
        for _, (chunk, meta) in plain(parallel(), TOPICS, "messages")
        if meta.get("tags") == [tag] and chunk.content
    ]
    run = way(parallel(), TOPICS, None, tag=tag)
    shown = [m for m in run.messages if tag in m.tags]

    assert [token.text for m in shown for token in m.tokens] == expected
    assert run.text(tag=tag) == "".join(expected)


@pytest.mark.parametrize("tag", ["joke", "poem"])
def test_only_what_a_filter_lets_through_is_yielded(tag):
    events = list(stream(parallel(), TOPICS, tag=tag))
    expected = [
        chunk.content
        for _, (chunk, meta) in plain(parallel(), TOPICS, "messages")
        if meta.get("tags") == [tag] and chunk.content
    ]

    assert [e["text"] for e in events if e["type"] == "delta"] == expected


@pytest.mark.parametrize("node", ["write_joke", "write_poem"])
def test_filtered_by_node(node):
    events = list(stream(parallel(), TOPICS, node=node))
    expected = [
        chunk.content
        for _, (chunk, meta) in plain(parallel(), TOPICS, "messages")
        if meta["langgraph_node"] == node and chunk.content
    ]

    assert [e["text"] for e in events if e["type"] == "delta"] == expected
    assert {e["node"] for e in events if e["type"] == "message-start"} == {node}


@every_way
def test_nostream_and_disabled_streaming(way):
    """Both come whole: the one as its node returns it, the other as its model gives it."""
    whole = [
        (chunk.content, meta.get("ls_model_type"))
        for _, (chunk, meta) in plain(silent(), HELLO, "messages")
    ]
    run = way(silent(), HELLO, None)
    answers = [m for m in run.messages if m.role == "ai"]

    assert [(m.text, m.metadata.get("ls_model_type")) for m in answers] == whole
    assert [m.origin for m in answers] == ["returned", "returned"]
    assert told(run) == {}


@every_way
def test_a_tagged_model_that_is_not_returned_stays_unseen(way):
    def build():
        hidden = Scripted(replies=[say("a secret")]).with_config(tags=["nostream"])
        shown = Scripted(replies=[say("for all")])

        def speak(state: Topics):
            hidden.invoke(state["topic"])
            return {"texts": [shown.invoke(state["topic"]).content]}

        return StateGraph(Topics).add_node(speak).add_edge(START, "speak").compile()

    expected = spoken(plain(build(), TOPICS, "messages"))
    run = way(build(), TOPICS, None)

    assert told(run) == expected
    assert "secret" not in str(run.events)


@every_way
def test_subgraph_outputs(way):
    """Updates and tokens of the graph and of those within it, each under its namespace."""
    chunks = plain(two_deep(), HELLO, ["updates", "messages"])
    expected = [(names(ns), *item) for ns, mode, item in chunks if mode == "updates"]
    run = way(two_deep(), HELLO, None)

    assert [(names(e["ns"]), e["node"]) for e in of_type(run, "update")] == expected
    assert {names(ns) for ns, _, _ in chunks} == {names(e["ns"]) for e in of_type(run, "update")}


@every_way
def test_reasoning_and_content_blocks(way):
    expected = {"thinking": "", "text": ""}
    for _, (chunk, _) in plain(thinking(), HELLO, "messages"):
        for block in chunk.content if isinstance(chunk.content, list) else ():
            if block["type"] in expected:
                expected[block["type"]] += block[block["type"]]
    [_, message] = way(thinking(), HELLO, None).messages

    assert (message.reasoning, message.text) == (expected["thinking"], expected["text"])
    assert [block.kind for block in message.blocks] == ["reasoning", "text", "image"]


@every_way
def test_usage(way):
    counts = [
        chunk.usage_metadata
        for _, (chunk, _) in plain(joke(), TOPIC, "messages")
        if chunk.usage_metadata
    ]
    run = way(joke(), TOPIC, None)

    assert run.usage == run.messages[0].usage == counts[-1] == USAGE


def test_a_message_of_the_threads_history_is_not_said_again():
    graph = chat(saver=InMemorySaver())
    first = watch(graph, HELLO, THREAD, view="quiet")
    expected = spoken(plain(graph, HELLO, "messages", THREAD))
    again = Run.from_events(stream(graph, HELLO, THREAD))

    assert told(first) == told(again) == expected
    assert len(again.state["messages"]) == 6
