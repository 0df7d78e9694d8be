"""Any Runnable as a graph of one node: what LangGraph itself streams of it in one."""

from collections import Counter

import pytest
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import (
    RunnableBranch,
    RunnableConfig,
    RunnableGenerator,
    RunnableLambda,
    RunnableParallel,
    RunnablePassthrough,
)
from langgraph.graph import START, StateGraph

from lg_notebook import GraphWidget, Run, astream, awatch, bridge, stream, watch
from lg_notebook.streams.as_graph import as_graph
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import USAGE, Topics
from tests.shells import shell
from tests.slow import Slow


def model(text="It is sunny.", **more):
    return Scripted(replies=[say(text, usage_metadata=USAGE)], **more)


class Shelf(BaseRetriever):
    """Finds a document for any query."""

    def _get_relevant_documents(self, query, *, run_manager):
        return [Document(f"{query}: they purr")]


def shout(text):
    return text.upper()


async def ashout(text):
    return text.upper()


def chat():
    return model(), "How is the weather?"


def lcel():
    prompt = ChatPromptTemplate.from_template("The weather in {city}?")
    return prompt | model() | StrOutputParser(), {"city": "Oslo"}


def retrieving():
    prompt = ChatPromptTemplate.from_template("{context}\n{question}")
    given = {"context": Shelf() | RunnableLambda(str), "question": RunnablePassthrough()}
    return given | prompt | model(), "cats"


def at_once():
    poem, joke = model("a poem"), model("a joke")
    return RunnableParallel(
        poem=poem.with_config(tags=["poem"]), joke=joke.with_config(tags=["joke"])
    ), "cats"


def hidden():
    return model().with_config(tags=["nostream"]), "x"


def whole():
    return model(disable_streaming=True), "x"


def branched():
    return RunnableBranch((lambda _: True, model("one")), model("other")), "x"


def fallen_back():
    return model(fail_after=0).with_fallbacks([model("the other one")]), "x"


def retried():
    return model().with_retry() | StrOutputParser() | shout, "x"


CHAINS = {
    each.__name__: each
    for each in (chat, lcel, retrieving, at_once, hidden, whole, branched, fallen_back, retried)
}


def in_a_node(runnable):
    """The same runnable in a node of the user's own."""

    def call(state: Topics, config: RunnableConfig):
        runnable.invoke(state["topic"], config)

    async def acall(state: Topics, config: RunnableConfig):
        await runnable.ainvoke(state["topic"], config)

    node = RunnableLambda(call, acall)
    return StateGraph(Topics).add_node("node", node).add_edge(START, "node").compile()


def chunks(items):
    """LangGraph's own `(message_chunk, metadata)`, as far as a run reports them."""
    return Counter(
        (chunk.content, tuple(meta.get("tags") or ()), meta["ls_model_name"])
        for chunk, meta in items
        if chunk.content
    )


def tokens(run):
    return Counter(
        (token.text, tuple(message.tags), message.metadata["ls_model_name"])
        for message in run.messages
        for token in message.tokens
        if "ls_model_name" in message.metadata
    )


@pytest.mark.parametrize("name", CHAINS)
def test_streams_what_langgraph_streams_of_it(name):
    runnable, value = CHAINS[name]()
    run = Run.from_events(stream(runnable, value))
    runnable, value = CHAINS[name]()
    own = in_a_node(runnable).stream({"topic": value, "texts": []}, stream_mode="messages")

    assert tokens(run) == chunks(own)
    assert run.status == "done"


@pytest.mark.parametrize("name", CHAINS)
async def test_streams_the_same_when_it_is_awaited(name):
    runnable, value = CHAINS[name]()
    run = Run.from_events([event async for event in astream(runnable, value)])
    runnable, value = CHAINS[name]()
    graph = in_a_node(runnable)
    with bridge.active():
        own = [
            item
            async for item in graph.astream({"topic": value, "texts": []}, stream_mode="messages")
        ]

    assert tokens(run) == chunks(own)
    assert run.status == "done"


# A script fails only where it is streamed, so by itself the first model answers.
@pytest.mark.parametrize("name", sorted(CHAINS.keys() - {"fallen_back"}))
async def test_ends_with_what_it_returns(name):
    runnable, value = CHAINS[name]()
    expected = runnable.invoke(value)
    runnable, value = CHAINS[name]()

    def said(result):
        if isinstance(result, dict):
            return {key: said(each) for key, each in result.items()}
        return getattr(result, "content", result)

    assert said(watch(runnable, value, view="quiet").state) == said(expected)
    runnable, value = CHAINS[name]()
    assert said((await awatch(runnable, value, view="quiet")).state) == said(expected)


def test_a_message_that_does_not_stream_is_shown_once():
    for name in ("hidden", "whole"):
        runnable, value = CHAINS[name]()
        [message] = Run.from_events(stream(runnable, value)).messages

        assert (message.text, message.origin) == ("It is sunny.", "returned")


def asking_a_tool():
    """A model that asks for a tool, its call in pieces, in a chain; and what it says."""
    first = {"name": "weather", "args": '{"city":', "id": "call-1", "index": 0}
    rest = {"name": None, "args": ' "Oslo"}', "id": None, "index": 0}
    said = [
        *say("I look it up. "),
        AIMessageChunk(content="", tool_call_chunks=[first]),
        AIMessageChunk(content="", tool_call_chunks=[rest], usage_metadata=USAGE),
    ]
    prompt = ChatPromptTemplate.from_template("The weather in {city}?")
    return prompt | Scripted(replies=[said]).with_config(tags=["mine"]), {"city": "Oslo"}


def test_chunk_by_chunk_as_langgraph_has_it():
    config = {"tags": ["weather"], "metadata": {"who": "me"}}
    runnable, value = asking_a_tool()
    [message] = Run.from_events(stream(runnable, value, config)).messages
    own = list(
        in_a_node(runnable).stream({"topic": value, "texts": []}, config, stream_mode="messages")
    )
    parts = [chunk for chunk, _ in own]
    whole = parts[0]
    for part in parts[1:]:
        whole += part
    meta = own[0][1]
    theirs = {"who", "tags", *(name for name in meta if name.startswith("ls_"))}

    assert [token.text for token in message.tokens if token.text] == [
        part.content or (part.tool_call_chunks or [{"args": ""}])[0]["args"]
        for part in parts
        if part.content or part.tool_call_chunks
    ]
    assert [(c.id, c.name, c.args) for c in message.tool_calls] == [
        (c["id"], c["name"], c["args"]) for c in whole.tool_calls
    ]
    assert message.usage == whole.usage_metadata
    assert {name: message.metadata[name] for name in theirs} == {
        name: meta[name] for name in theirs
    }
    # As LangChain names it after its run; each message has an id of its own.
    assert message.id.partition("--")[0] == whole.id.partition("--")[0]
    assert message.id != whole.id


def test_usage_and_tags_and_the_users_metadata():
    config = {"tags": ["weather"], "metadata": {"who": "me"}}
    runnable, value = lcel()
    [message] = Run.from_events(stream(runnable, value, config)).messages

    assert message.usage == USAGE
    assert message.tags == ["weather"]
    assert message.metadata["who"] == "me"


def test_filters_choose_among_its_models():
    runnable, value = at_once()
    events = list(stream(runnable, value, tag="poem"))

    assert {event["text"] for event in events if event["type"] == "delta"} == {"a", " ", "poem"}


# ---- forms -------------------------------------------------------------------------------


async def test_the_async_form_is_the_runnables_own():
    seen = []

    def sync(_):
        seen.append("sync")
        return AIMessage("sync")

    async def own(_):
        seen.append("async")
        return AIMessage("async")

    await awatch(RunnableLambda(sync, own), "x", view="quiet")
    watch(RunnableLambda(sync, own), "x", view="quiet")

    assert seen == ["async", "sync"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: model() | StrOutputParser() | RunnableLambda(ashout),
        lambda: {"a": RunnableLambda(ashout)} | RunnablePassthrough(),
        lambda: RunnablePassthrough.assign(a=RunnableLambda(ashout)),
        lambda: RunnableLambda(ashout).with_config(tags=["t"]),
        lambda: RunnableLambda(shout).with_fallbacks([RunnableLambda(ashout)]),
        lambda: RunnableBranch((lambda _: False, model()), RunnableLambda(ashout)),
    ],
)
def test_what_has_only_an_async_form_runs_in_that(make):
    [node] = as_graph(make()).nodes.values()

    assert node.bound.func is None


def test_an_async_chain_runs_where_no_loop_turns():
    chain = model() | StrOutputParser() | RunnableLambda(ashout)

    run = watch(chain, "x", view="quiet")

    assert (run.text(), run.state) == ("It is sunny.", "IT IS SUNNY.")


def test_an_async_generator():
    async def letters(chunks):
        async for chunk in chunks:
            yield chunk.content.upper()

    assert watch(model("a b") | RunnableGenerator(letters), "x", view="quiet").state == "A B"


# ---- hosts -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chat", "lcel", "retrieving"])
async def test_in_the_magic_and_the_widget(name):
    runnable, value = CHAINS[name]()
    with shell() as ip:
        ip.names.update(thing=runnable, value=value)
        cell = ip.run("%%lgstream thing\nvalue")
    run = await GraphWidget(runnable).arun(value)

    assert cell.out.endswith("]\nIt is sunny.\n"), cell.err
    assert run.text() == "It is sunny."


def test_a_name_that_a_node_cannot_have():
    odd = RunnableLambda(shout, name="a|b:c")

    assert list(as_graph(odd).nodes) == ["a_b_c"]


def test_a_runnable_that_fails_is_a_run_that_failed():
    seen = []
    with pytest.raises(ConnectionError):
        seen.extend(stream(model(fail_after=2), "x"))
    run = Run.from_events(seen)

    assert (run.status, run.text()) == ("error", "It ")


def test_leaving_early_stops_it():
    slow = Slow()
    events = stream(slow, "x")
    next(event for event in events if event["type"] == "delta")
    events.close()

    assert slow.let_go.wait(60)
    assert slow.said < 200
