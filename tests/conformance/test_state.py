"""The graph's state: updates, values, several modes, tasks, checkpoints, debug."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import START, StateGraph
from langgraph.types import StreamWriter

from lg_notebook import Run, stream, watch
from tests.conformance.ways import every_way, names, of_type, plain
from tests.graphs.case import langgraph_version
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import HELLO, THREAD, TOPIC, Topics, asking, custom, failing, joke, parallel

TOPICS = {"topic": "ice cream", "texts": []}


def refining():
    """The guide's graph of two steps."""

    def refine(state: Topics):
        return {"topic": f"{state['topic']} and cats"}

    def write(state: Topics):
        return {"texts": [f"a joke about {state['topic']}"]}

    builder = StateGraph(Topics).add_node(refine).add_node(write)
    return builder.add_edge(START, "refine").add_edge("refine", "write").compile()


def around():
    """The same as a subgraph, between two nodes."""
    builder = StateGraph(Topics).add_node("inner", refining())
    builder.add_node("last", lambda _: {"texts": ["the end"]})
    return builder.add_edge(START, "inner").add_edge("inner", "last").compile()


@every_way
@pytest.mark.parametrize("build", [refining, around, parallel])
def test_updates(way, build):
    chunks = plain(build(), TOPICS, "updates")
    expected = [(names(ns), node, update) for ns, chunk in chunks for node, update in chunk.items()]
    run = way(build(), TOPICS, None)
    events = of_type(run, "update")
    seen = [(names(e["ns"]), e["node"], e["data"]) for e in events]

    if build is parallel:  # in the order in which they end
        seen, expected = sorted(seen, key=str), sorted(expected, key=str)
    assert seen == expected
    assert len(run.updates) == len(expected)


@every_way
@pytest.mark.parametrize("build", [refining, around])
def test_values(way, build):
    expected = [(names(ns), state) for ns, state in plain(build(), TOPICS, "values")]
    run = way(build(), TOPICS, None)
    states, seen = {}, []
    for event in of_type(run, "values"):
        state = states.setdefault(tuple(event["ns"]), {})
        state.update(event["set"])
        for channel, items in event["append"].items():
            state[channel] = [*state[channel], *items]
        seen.append((names(event["ns"]), dict(state)))

    # A step that changes nothing adds no event.
    assert seen == [row for at, row in enumerate(expected) if row not in expected[:at]]
    assert run.state == expected[-1][1]


@every_way
def test_several_modes_at_once_in_their_order(way):
    def build():
        def speak(state: Topics, writer: StreamWriter):
            writer({"status": "thinking"})
            said = Scripted(replies=[say("so it is")]).invoke(state["topic"])
            writer({"status": "done"})
            return {"texts": [said.content]}

        return StateGraph(Topics).add_node(speak).add_edge(START, "speak").compile()

    def row(mode, item):
        if mode == "messages":
            return item[0].content
        return item if mode == "custom" else item["speak"]

    modes = ["messages", "updates", "custom"]
    rows = [row(mode, item) for _, mode, item in plain(build(), TOPICS, modes)]
    expected = [each for each in rows if each]  # LangChain ends a message with an empty chunk
    run = way(build(), TOPICS, None)
    seen = []
    for event in of_type(run, "delta", "custom", "update"):
        if event["type"] == "delta":
            seen.append(event["text"])
        else:
            seen.append(event["data"])

    assert seen == expected


@every_way
@pytest.mark.parametrize("build", [refining, around, custom])
def test_tasks(way, build):
    expected = [
        (names(ns), each["name"], each.get("triggers"), dict(each.get("result") or {}))
        for ns, each in plain(build(), TOPICS, "tasks")
    ]
    run = way(build(), TOPICS, None)
    events = of_type(run, "task-start", "task-finish")
    seen = [
        (
            names(e["ns"]), e["node"], tuple(e["triggers"]) if "triggers" in e else None,
            dict(e.get("result") or {}),
        )
        for e in events
    ]  # fmt: skip

    assert seen == [
        (ns, name, None if told is None else tuple(told), result)
        for ns, name, told, result in expected
    ]
    assert [task.node for task in run.tasks] == [row[1] for row in expected if row[2] is not None]


def test_a_task_that_fails():
    results = []
    with pytest.raises(ValueError, match="the node broke"):
        results.extend(failing().stream(TOPIC, stream_mode="tasks"))
    events = []
    with pytest.raises(ValueError, match="the node broke"):
        events.extend(stream(failing(), TOPIC))
    run = Run.from_events(events)

    # Before 1.0 LangGraph raises, and reports no result.
    assert [str(each["error"]) for each in results if each.get("error")] in (
        ["the node broke"], [],
    )  # fmt: skip
    assert [task.error["message"] for task in run.tasks] == ["the node broke"]
    assert (run.status, run.error["message"]) == ("error", "the node broke")


@every_way
def test_interrupts(way):
    [asked] = [
        chunk["__interrupt__"][0]
        for _, chunk in plain(asking(), HELLO, "updates", THREAD)
        if "__interrupt__" in chunk
    ]
    run = way(asking(), HELLO, THREAD)

    assert run.status == "interrupted"
    assert [each["value"] for each in of_type(run, "interrupt")] == [asked.value]


@every_way
def test_checkpoints(way):
    expected = [
        (names(ns), each["metadata"]["step"], each["metadata"]["source"], each["next"])
        for ns, each in plain(asking(), HELLO, "checkpoints", THREAD)
    ]
    run = way(asking(), HELLO, THREAD, stream_mode="checkpoints")
    events = of_type(run, "checkpoint")

    assert [(names(e["ns"]), e["step"], e["source"], e["next"]) for e in events] == expected
    assert [e["parent"] for e in events] == [None, *[e["id"] for e in events[:-1]]]
    assert {e["thread"] for e in events} == {"1"}
    # The events have each one's state as it was saved.
    states = [
        [each["content"] for each in saved["state"]["messages"]]
        for saved in Run.from_events(run.events).snapshot()["checkpoints"]
    ]
    assert states == [
        [message.content for message in each["values"]["messages"]]
        for _, each in plain(asking(), HELLO, "checkpoints", THREAD)
    ]
    assert not of_type(way(asking(), HELLO, THREAD), "checkpoint")


def test_a_graph_runs_once_more_from_a_checkpoint():
    graph = asking()
    first = watch(graph, HELLO, THREAD, view="quiet", stream_mode="checkpoints")
    [before] = [each for each in first.checkpoints if each["next"] == ["draft"]]
    again = watch(graph, None, before["config"], view="quiet", stream_mode="checkpoints")

    assert again.text() == first.text() == "Well then."
    [loaded] = of_type(again, "checkpoint")[:1]
    assert before["config"]["configurable"]["checkpoint_id"] in {loaded["id"], loaded["parent"]}


@every_way
def test_debug(way):
    """What `debug` wraps: checkpoints, tasks and their results, in their order."""
    expected = []
    for ns, each in plain(asking(), HELLO, "debug", THREAD):
        told = each["payload"]
        named = told["next"] if each["type"] == "checkpoint" else told["name"]
        expected.append((names(ns), each["type"], named))
    run = way(asking(), HELLO, THREAD, stream_mode="debug")
    types = {"checkpoint": "checkpoint", "task-start": "task", "task-finish": "task_result"}

    assert [
        (names(e["ns"]), types[e["type"]], e["next"] if e["type"] == "checkpoint" else e["node"])
        for e in of_type(run, *types)
    ] == expected


@every_way
@pytest.mark.parametrize("mode", ["updates", "messages", "custom", "values", "tasks"])
def test_asking_for_what_is_there_anyway_changes_nothing(way, mode):
    def types(run):
        return [event["type"] for event in run.events]

    assert types(way(joke(), TOPIC, None, stream_mode=mode)) == types(way(joke(), TOPIC, None))


def test_a_mode_that_langgraph_does_not_have():
    with pytest.raises(ValueError, match=r"stream_mode takes LangGraph's modes \(values, .*, not"):
        watch(joke(), TOPIC, view="quiet", stream_mode="tokens")


@pytest.mark.skipif(langgraph_version() < (1, 1), reason="langgraph 1.1 brought v2")
@every_way
def test_parts_of_the_second_version(way):
    parts = plain(joke(), TOPIC, ["updates", "values", "messages"], version="v2")
    run = way(joke(), TOPIC, None, version="v2")

    assert [e["data"] for e in of_type(run, "update")] == [
        part["data"]["call_model"] for part in parts if part["type"] == "updates"
    ]
    assert [e["text"] for e in of_type(run, "delta")] == [
        part["data"][0].content
        for part in parts
        if part["type"] == "messages" and part["data"][0].content
    ]
    assert run.state == vars([part["data"] for part in parts if part["type"] == "values"][-1])


def test_messages_of_the_state_are_in_it():
    """What `values` holds beside the view's own messages."""
    run = watch(asking(), HELLO, THREAD, view="quiet")

    assert [type(each) for each in run.state["messages"]] == [HumanMessage, AIMessage]


def test_checkpoints_are_kept_with_the_run(tmp_path):
    run = watch(asking(), HELLO, THREAD, view="quiet", stream_mode="checkpoints")
    run.save(tmp_path / "run.jsonl")
    loaded = Run.load(tmp_path / "run.jsonl")

    assert [each["id"] for each in loaded.checkpoints] == [
        each["config"]["configurable"]["checkpoint_id"] for each in run.checkpoints
    ]
    assert loaded.snapshot() == run.snapshot()
