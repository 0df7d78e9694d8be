"""Track tool calls in all of LangGraph's forms."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command

from lg_notebook import Run, stream
from lg_notebook.model.run_writer import RunWriter
from lg_notebook.normalize.normalizer import Normalizer
from lg_notebook.privacy.redactor import MASK, Redactor
from tests.graphs.zoo import weather

SECRET = "sk-12345678"


def call(name, **args):
    return {"name": name, "args": args, "id": f"call_{name}", "type": "tool_call"}


class ToolRun:
    """A run of stream items written by hand."""

    def __init__(self):
        self._normalizer = Normalizer(Redactor({"api_key": SECRET}, environ={}))
        self.run = Run()
        self._writer = RunWriter(self.run)
        self._t = 0
        self._take(self._normalizer.start("g", {}, 0.0))

    def _take(self, events):
        for event in events:
            self._writer.apply(event)

    def __call__(self, mode, item, ns=()):
        self._t += 1
        self._take(self._normalizer(ns, mode, item, self._t))
        return self

    def task(self, sent, *, id="t1", name="tools", ns=()):  # noqa: A002
        return self("tasks", {"id": id, "name": name, "triggers": [], "input": sent}, ns)

    def tools(self, event, call_id, **more):
        return self("tools", {"event": event, "tool_call_id": call_id, **more})

    def start(self, call):
        name, args = call["name"], call["args"]
        return self.tools("tool-started", call["id"], tool_name=name, input=args)

    @property
    def calls(self):
        return self.run.snapshot()["tools"]


A, B = call("a", q="cats"), call("b", q="dogs")


def test_a_call_from_its_beginning_to_its_end():
    tool_run = ToolRun().task([A]).start(A).tools("tool-output-delta", A["id"], delta="half")
    tool_run.tools("tool-finished", A["id"], output=ToolMessage("done", tool_call_id=A["id"]))
    [one] = tool_run.calls

    assert (one["name"], one["phase"], one["data"]) == ("a", "finished", "done")
    assert (one["input"], one["progress"]) == ({"q": "cats"}, ["half"])
    assert (one["task"], one["node"]) == ("t1", "tools")
    assert one["started"] < one["finished"]
    assert [e["phase"] for e in tool_run.run.events if e["type"] == "tool"] == [
        "started", "progress", "finished",
    ]  # fmt: skip


def test_a_call_that_raises():
    tool_run = (
        ToolRun().task([A]).start(A).tools("tool-error", A["id"], message=f"bad key {SECRET}")
    )

    assert (tool_run.calls[0]["phase"], tool_run.calls[0]["data"]) == ("failed", f"bad key {MASK}")


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        (Command(update={"messages": [ToolMessage("said", tool_call_id=A["id"])]}), "said"),
        ("plain", "plain"),
        ({"api_key": "abc", "n": 1}, {"api_key": MASK, "n": 1}),
    ],
)
def test_what_a_tool_gives_back(output, shown):
    tool_run = ToolRun().task([A]).start(A).tools("tool-finished", A["id"], output=output)

    assert (tool_run.calls[0]["phase"], tool_run.calls[0]["data"]) == ("finished", shown)


def test_a_tool_that_says_it_failed_has():
    answer = ToolMessage("no", tool_call_id=A["id"], status="error")
    tool_run = ToolRun().task([A]).start(A).tools("tool-finished", A["id"], output=answer)

    assert tool_run.calls[0]["phase"] == "failed"


def test_a_call_that_is_made_again_is_under_way_again():
    tool_run = ToolRun().task([A]).start(A).tools("tool-error", A["id"], message="no").start(A)

    assert (tool_run.calls[0]["phase"], tool_run.calls[0]["finished"]) == ("started", None)


def test_without_the_tools_mode_tasks_and_messages_tell():
    # What 0.6 to 1.1 and servers give.
    tool_run = ToolRun().task({"tool_call": A})
    meta = {"langgraph_node": "tools", "langgraph_checkpoint_ns": "tools:t1"}
    tool_run("messages", (ToolMessage("done", tool_call_id=A["id"], name="a"), meta))
    [one] = tool_run.calls

    assert (one["phase"], one["data"], one["input"]) == ("finished", "done", {"q": "cats"})


def test_what_a_tool_writes_belongs_to_its_call():
    tool_run = ToolRun().task([A]).start(A)("custom", "from a")

    assert tool_run.calls[0]["progress"] == ["from a"]
    [custom] = tool_run.run.snapshot()["custom"]
    assert (custom["task"], custom["node"], custom["data"]) == ("t1", "tools", "from a")


def test_what_is_written_during_several_calls_belongs_to_none():
    tool_run = ToolRun().task([A]).task([B], id="t2").start(A).start(B)("custom", "whose?")

    assert [one["progress"] for one in tool_run.calls] == [[], []]
    assert tool_run.run.snapshot()["custom"][0]["task"] is None


def test_calls_at_once_in_tasks_of_their_own():
    tool_run = ToolRun().task([A]).task([B], id="t2").start(B).start(A)

    assert {one["name"]: one["task"] for one in tool_run.calls} == {"a": "t1", "b": "t2"}


def state(text):
    return {"messages": [HumanMessage(text, id=text)]}


def test_a_graph_below_a_task_is_of_the_only_call_there():
    tool_run = ToolRun().task([A]).start(A)("values", state("anything"), ("tools:t1",))
    tool_run("values", state("more"), ("tools:t1",))

    assert tool_run.calls[0]["children"] == [["tools:t1"]]


def test_graphs_of_several_calls_in_one_task_are_told_apart_by_what_they_were_given():
    asked = {"messages": [AIMessage("", tool_calls=[A, B], id="m")]}
    tool_run = ToolRun().task(asked).start(A).start(B)
    tool_run("values", state("Tell me of dogs"), ("tools:t1",))
    tool_run("values", state("Tell me of cats"), ("tools:t1", "1"))
    tool_run("values", state("of neither"), ("tools:t1", "2"))

    assert [one["children"] for one in tool_run.calls] == [[["tools:t1", "1"]], [["tools:t1"]]]


def test_a_subgraph_of_a_node_is_of_no_call():
    tool_run = ToolRun().task({"messages": []}, name="team")("values", state("hi"), ("team:t1",))

    assert tool_run.calls == []


def test_a_tool_that_is_given_only_its_arguments_is_recognised():
    asked = {"name": "weather", "args": {"city": "Oslo"}, "id": "call_1", "type": "tool_call"}

    def think(state):
        return {"messages": [AIMessage("", tool_calls=[asked])]}

    def act(state):
        [wanted] = state["messages"][-1].tool_calls
        said = weather.invoke(wanted["args"])
        return {"messages": [ToolMessage(said, tool_call_id=wanted["id"])]}

    builder = StateGraph(MessagesState).add_node(think).add_node(act)
    graph = builder.add_edge(START, "think").add_edge("think", "act").compile()
    [one] = Run.from_events(stream(graph, {"messages": []})).snapshot()["tools"]

    assert (one["call_id"], one["node"], one["phase"]) == ("call_1", "act", "finished")


def test_a_tool_that_no_model_asked_for_is_told_too():
    @tool
    def look(q: str) -> str:
        """Looks."""
        return q.upper()

    def node(state):
        return {"messages": [AIMessage(look.invoke({"q": "x"}))]}

    graph = StateGraph(MessagesState).add_node(node).add_edge(START, "node").compile()
    run = Run.from_events(stream(graph, {"messages": []}))

    # Older versions of LangGraph do not tell.
    assert [one["data"] for one in run.snapshot()["tools"]] in ([], ["X"])
