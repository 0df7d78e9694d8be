"""Describe the topology of every kind of graph as plain data."""

from __future__ import annotations

import gc
import json
import weakref
from typing import Annotated, Any, Literal, TypedDict

import pytest
from langchain_core.runnables import RunnableLambda
from langgraph.func import entrypoint
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.pregel.remote import RemoteGraph
from langgraph.types import Command, Send

from lg_notebook import GraphWidget, Run, stream
from lg_notebook.graphs.topology import NODES, topology
from lg_notebook.streams.as_graph import as_graph
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import TOPIC, ZOO, joke


def _first(_: Any, new: Any) -> Any:
    return new


class State(TypedDict):
    x: Annotated[int, _first]


def step(state: State) -> State:
    return {"x": state["x"] + 1}


def line(*names: str, into: StateGraph[Any] | None = None) -> StateGraph[Any]:
    """Build a graph whose nodes run one after the other."""
    builder = into or StateGraph(State)
    for name in names:
        if name not in builder.nodes:
            builder.add_node(name, step)
    for source, target in zip((START, *names), (*names, END), strict=True):
        builder.add_edge(source, target)
    return builder


def nodes(graph: Any) -> dict[str, str]:
    found = topology(graph)
    assert found is not None
    return {node["id"]: node["kind"] for node in found["nodes"]}


def edges(graph: Any) -> set[tuple[str, str, bool, str | None]]:
    found = topology(graph)
    assert found is not None
    return {(e["source"], e["target"], e["conditional"], e["label"]) for e in found["edges"]}


def test_nodes_and_edges_are_told():
    graph = line("a", "b").compile()

    assert nodes(graph) == {"__start__": "start", "a": "node", "b": "node", "__end__": "end"}
    assert edges(graph) == {
        (START, "a", False, None),
        ("a", "b", False, None),
        ("b", END, False, None),
    }


def test_choices_are_conditional_and_named():
    builder = StateGraph(State).add_node("a", step).add_edge(START, "a")
    builder.add_conditional_edges("a", lambda _: "stop", {"again": "a", "stop": END})

    assert edges(builder.compile()) >= {("a", "a", True, "again"), ("a", END, True, "stop")}


def test_a_command_and_a_send_lead_where_they_say():
    def choose(_: State) -> Command[Literal["b", "c"]]:
        return Command(goto="b")

    builder = StateGraph(State).add_node("a", choose).add_node("b", step).add_node("c", step)
    builder.add_edge(START, "a").add_node("d", step)
    builder.add_conditional_edges("b", lambda s: [Send("d", s)], ["d"])

    found = edges(builder.compile())
    assert {("a", "b", True, None), ("a", "c", True, None), ("b", "d", True, None)} <= found


def test_subgraphs_keep_their_beginning_and_end_at_any_depth():
    inner = line("i1", "i2").compile()
    middle = line("m", "deep", into=StateGraph(State).add_node("deep", inner)).compile()
    graph = line("a", "team", into=StateGraph(State).add_node("team", middle)).compile()

    found = nodes(graph)
    assert found["team"] == found["team|deep"] == "subgraph"
    assert found["team|deep|__start__"] == "start"
    assert found["team|deep|i2"] == "node"
    assert ("team|deep|i1", "team|deep|i2", False, None) in edges(graph)
    described = topology(graph)
    assert described is not None
    ids = [node["id"] for node in described["nodes"]]
    for node in described["nodes"]:
        assert node["label"] == node["id"].split("|")[-1]
        if node["parent"] is not None:
            assert ids.index(node["parent"]) < ids.index(node["id"])


def test_a_subgraph_that_a_node_calls_is_seen():
    inner = line("i").compile()

    def call(state: State) -> Any:
        return inner.invoke(state)

    found = nodes(line("call", into=StateGraph(State).add_node(call)).compile())
    assert found["call"] == "subgraph"
    assert found["call|i"] == "node"


def test_an_entrypoint_is_one_node():
    @entrypoint()
    def workflow(value: int) -> int:
        return value

    assert nodes(workflow)["workflow"] == "node"
    assert edges(workflow) == {(START, "workflow", False, None), ("workflow", END, False, None)}


def test_another_runnable_is_a_graph_of_one_node():
    graph = as_graph(RunnableLambda(lambda x: x, name="do|it"))

    assert nodes(graph) == {"__start__": "start", "do_it": "node", "__end__": "end"}


def test_an_agent_is_told():
    agents = pytest.importorskip("langchain.agents")
    graph = agents.create_agent(Scripted(replies=[say("Hi")]), [])

    assert nodes(graph)["model"] == "node"


def test_a_supervisor_and_its_agents_are_told():
    agents = pytest.importorskip("langchain.agents")
    supervisor = pytest.importorskip("langgraph_supervisor")
    model = Scripted(replies=[say("Hi")])
    expert = agents.create_agent(model, [], name="expert")
    graph = supervisor.create_supervisor([expert], model=model).compile()

    found = nodes(graph)
    assert found["expert"] == found["supervisor"] == "subgraph"
    assert found["expert|model"] == "node"
    assert ("supervisor", "expert", True, None) in edges(graph)


def test_a_remote_graph_is_not_waited_for():
    graph = RemoteGraph("helper", url="http://127.0.0.1:1", api_key="none")

    assert topology(graph) is None


def test_a_remote_subgraph_is_a_node_like_any_other():
    remote = RemoteGraph("helper", url="http://127.0.0.1:1", api_key="none")
    builder = StateGraph(MessagesState).add_node("far", remote)

    assert nodes(line("far", into=builder).compile())["far"] == "node"


def test_a_graph_that_cannot_be_drawn_is_none():
    class Odd:
        def get_graph(self) -> Any:
            raise NotImplementedError

    assert topology(Odd()) is None


def test_a_subgraph_that_cannot_be_drawn_is_a_node(monkeypatch):
    inner = line("i").compile()
    graph = line("team", into=StateGraph(State).add_node("team", inner)).compile()

    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(inner, "get_graph", fail)
    assert nodes(graph) == {"__start__": "start", "team": "node", "__end__": "end"}


def test_too_many_nodes_are_cut_and_counted():
    graph = line(*(f"n{number}" for number in range(NODES + 5))).compile()
    found = topology(graph)

    assert found is not None
    assert len(found["nodes"]) == NODES
    assert found["omitted"] == 7
    ids = {node["id"] for node in found["nodes"]}
    assert all({edge["source"], edge["target"]} <= ids for edge in found["edges"])


def test_a_graph_is_looked_at_once_and_not_kept_alive(monkeypatch):
    graph = joke()
    first = topology(graph)
    calls = []
    monkeypatch.setattr(graph, "get_graph", lambda *_: calls.append(1))

    assert topology(graph) == first
    assert not calls
    monkeypatch.undo()
    gone = weakref.ref(graph)
    del graph
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("name", ZOO)
def test_it_is_json_and_a_run_has_it(name):
    graph, value = ZOO[name][0](), ZOO[name][1]
    found = topology(graph)

    assert json.loads(json.dumps(found)) == found
    events = []
    config = {"configurable": {"thread_id": "1"}}
    try:
        events.extend(stream(graph, value, config))
    except ValueError:
        events = [{"type": "run-start", "topology": found}]  # type: ignore[typeddict-item]
    assert events[0]["topology"] == found  # type: ignore[typeddict-item]


def test_every_task_of_a_run_is_a_node_of_the_topology():
    inner = line("i1", "i2").compile()
    graph = line("a", "team", into=StateGraph(State).add_node("team", inner)).compile()
    run = Run.from_events(stream(graph, {"x": 0}))

    assert run.topology is not None
    ids = {node["id"] for node in run.topology["nodes"]}
    paths = {
        "|".join([*(segment.split(":")[0] for segment in task.namespace), str(task.node)])
        for task in run.tasks
    }
    assert paths == {"a", "team", "team|i1", "team|i2"}
    assert paths <= ids


def test_an_older_recording_has_none():
    events = list(stream(joke(), TOPIC))
    del events[0]["topology"]  # type: ignore[misc]

    assert Run.from_events(events).topology is None


def test_the_widget_knows_it_before_any_run():
    graph = joke()

    assert GraphWidget(graph).graph["topology"] == topology(graph)
