"""`stream` and `astream`: the same events for code, and filters."""

import inspect

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableLambda
from langgraph.graph import START, MessagesState, StateGraph

from lg_notebook import Run, astream, stream
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import HELLO, THREAD, TOPIC, agent, ajoke, asking, failing, joke, parallel
from tests.slow import Slow

TOPICS = {"topic": "cats", "texts": []}


def test_signatures_are_twins():
    assert str(inspect.signature(stream).parameters) == str(inspect.signature(astream).parameters)


def test_yields_what_happens():
    events = list(stream(joke(), TOPIC))
    run = Run.from_events(events)

    assert (run.status, run.text()) == ("done", "Why did the cone cry?")
    assert [event["text"] for event in events if event["type"] == "delta"] == (
        ["Why", " ", "did", " ", "the", " ", "cone", " ", "cry?"]
    )


async def test_async_yields_the_same():
    run = Run.from_events([event async for event in astream(ajoke(), TOPIC)])

    assert (run.status, run.text()) == ("done", "Why did the cone cry?")


@pytest.mark.parametrize(
    ("wanted", "nodes"),
    [
        ({"node": "write_joke"}, {"write_joke"}),
        ({"node": "!write_joke"}, {"write_poem"}),
        ({"node": ["write_joke", "write_poem"]}, {"write_joke", "write_poem"}),
        ({"tag": "poem"}, {"write_poem"}),
        ({"tag": ["!poem", "!joke"]}, set()),
        ({"kind": "text"}, {"write_joke", "write_poem"}),
        ({"kind": "tool"}, set()),
        ({"agent": "nobody"}, set()),
    ],
)
def test_filters(wanted, nodes):
    events = list(stream(parallel(), TOPICS, **wanted))

    assert {event["node"] for event in events if event["type"] == "delta"} == nodes
    assert (events[0]["type"], events[-1]["type"]) == ("run-start", "run-end")
    seqs = [event["seq"] for event in events]
    assert seqs == sorted(set(seqs))


async def test_async_filters():
    events = [event async for event in astream(parallel(), TOPICS, node="write_joke")]

    assert {event["node"] for event in events if event["type"] == "delta"} <= {"write_joke"}


def test_a_tools_events_go_with_its_node():
    events = list(stream(agent(), HELLO, node="!tools"))

    assert not [event for event in events if event["node"] == "tools"]


@pytest.mark.parametrize("function", [stream, astream])
def test_bad_arguments_are_refused_at_the_call(function):
    with pytest.raises(ValueError, match="did you mean 'write_joke'"):
        function(parallel(), TOPICS, node="write_jok")
    with pytest.raises(TypeError, match="str is not a graph"):
        function("graph", TOPICS)
    with pytest.raises(TypeError, match="not compiled"):
        function(StateGraph(MessagesState), HELLO)
    with pytest.raises(TypeError):
        function(joke(), TOPIC, nodes="x")


def test_nothing_runs_before_it_is_iterated():
    model = Slow()
    stream(joke(model), TOPIC)

    assert model.said == 0


def test_errors_are_raised_after_the_end():
    seen = []
    with pytest.raises(ValueError, match="the node broke"):
        seen.extend(stream(failing(), TOPIC))

    assert [event["type"] for event in seen[-2:]] == ["task-finish", "run-end"]


def test_closing_stops_the_graph():
    model = Slow(text="one two three four five")
    events = stream(joke(model), TOPIC)
    for event in events:
        if event["type"] == "delta":
            break
    events.close()

    assert model.let_go.wait(60)


async def test_closing_stops_the_async_graph():
    model = Slow()
    events = astream(ajoke(model), TOPIC)
    async for event in events:
        if event["type"] == "delta":
            break
    await events.aclose()

    assert model.let_go.is_set()
    assert model.said < 50


def test_config_and_context_reach_the_graph():
    seen = {}

    def look(state: MessagesState, config, runtime):
        seen.update(config["configurable"], said=runtime.context)
        return {"messages": [HumanMessage("ok")]}

    from langchain_core.runnables import RunnableConfig  # noqa: PLC0415
    from langgraph.runtime import Runtime  # noqa: PLC0415

    look.__annotations__ |= {"config": RunnableConfig, "runtime": Runtime}
    graph = StateGraph(MessagesState, context_schema=dict).add_node(look)
    graph = graph.add_edge(START, "look").compile()

    list(stream(graph, HELLO, {"configurable": {"thread_id": "7"}}, context={"who": "me"}))

    assert seen["thread_id"] == "7"
    assert seen["said"] == {"who": "me"}


def test_other_runnables_are_graphs_of_one_node():
    chain = Scripted(replies=[say("from a chain")]) | RunnableLambda(lambda said: said.content)
    run = Run.from_events(stream(chain, "hi"))

    assert (run.text(), run.state, len(run.tasks)) == ("from a chain", "from a chain", 1)


def test_a_chat_model_is_a_graph_of_one_node():
    run = Run.from_events(stream(Scripted(replies=[say("all alone")]), "hi"))

    assert run.text() == "all alone"
    assert run.messages[0].metadata["ls_model_name"] == "scripted-1"


def test_an_interrupt_ends_the_run():
    assert list(stream(asking(), HELLO, THREAD))[-1]["status"] == "interrupted"
