"""Answers to interrupts: by `--resume`, by the widget, and their release afterwards."""

import gc
import weakref
from operator import add
from typing import Annotated, Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt
from typing_extensions import TypedDict

from lg_notebook import GraphWidget, Run, stream, watch
from lg_notebook.model.run_state import by_ids
from lg_notebook.notebook.cell_body import filled
from lg_notebook.render.mime_bundle import static_faces
from lg_notebook.render.static_text import to_text
from tests.graphs import zoo
from tests.shells import shell

ID = "0123456789abcdef0123456789abcdef"


class Said(TypedDict):
    said: Annotated[list[Any], add]


def both() -> Any:
    """Two nodes that ask at the same time."""

    def ask(name: str) -> Any:
        return lambda _: {"said": [[name, interrupt(f"{name}?")]]}

    builder = StateGraph(Said)
    for name in ("left", "right"):
        builder.add_node(name, ask(name)).add_edge(START, name)
    return builder.compile(checkpointer=InMemorySaver())


def who() -> Any:
    """Says what context and config it was resumed with."""

    def node(_: Said, config: RunnableConfig, runtime: Runtime[Any]) -> Said:
        answer = interrupt("who?")
        context = runtime.context and runtime.context["name"]
        return {"said": [answer, context, config["configurable"].get("user")]}

    builder = StateGraph(Said, context_schema=dict).add_node("node", node).add_edge(START, "node")
    return builder.compile(checkpointer=InMemorySaver())


@pytest.fixture
def ip():
    with shell() as made:
        made.names.update(
            asking=zoo.asking(), both=both(), who=who(), joke=zoo.joke(), start={"said": []},
            stopping=zoo.asking().builder.compile(
                checkpointer=InMemorySaver(), interrupt_before=["draft"]
            ),
        )  # fmt: skip
        yield made


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%%lgstream asking --resume True", "True"),
        ("%%lgstream asking --resume True\n", "True"),
        ("%%lgstream asking --resume True\n\n", "True"),
        ("%%lgstream asking --resume 'a b'", "a b"),
        ("%%lgstream asking --resume f'{1 + 1}'", "2"),
        ("%%lgstream asking --resume {'x': [1, 2]}", "{'x': [1, 2]}"),
        ("%%lgstream asking --resume word*2\nword = 'so '", "so so "),
        ("%lgstream asking --resume True", "True"),
        ("%lgstream asking --thread 1 --resume True", "True"),
        ("%lgstream --resume True asking", "True"),
        ("%%lgstream asking --resume None", "None"),
        ("%%lgstream asking --resume {}", "{}"),
        ("%%lgstream asking --resume {_run.interrupts[0].id:'by id'}", "by id"),
    ],
)  # fmt: skip
def test_an_answer(ip, cell, said):
    asked = ip.run("%%lgstream asking --thread 1\n'hi'")
    assert asked.out.endswith("\n[interrupt] {'question': 'Shall I send it?'}\n[interrupted]\n")

    assert ip.run(cell) == (f"[answer] {said}\n\n[approve]\n{said}\n", "", None)
    run = ip.names["_run"]
    assert (run.status, run.interrupts) == ("done", [])
    assert [str(answer) for answer in run.answers] == [said]
    assert run.state["messages"][-1].content == said


@pytest.mark.parametrize(
    ("before", "cell", "words"),
    [
        ("", "%%lgstream joke --resume 1", "no checkpointer, so it cannot wait"),
        ("", "%%lgstream asking --resume 1", "No run of this graph waits for an answer"),
        ("", "%%lgstream asking --resume 1 --thread 8", "No interrupt waits for an answer"),
        ("asking", "%%lgstream asking --resume 1 --thread 8", "No interrupt waits for an answer"),
        ("asking", "%%lgstream asking --resume yes", 'in quotes: --resume "yes"'),
        ("asking", "%%lgstream asking --resume 1+", "The answer '1+' is not a Python expression"),
        ("asking", "%%lgstream asking --resume", "--resume"),
        ("asking", "%%lgstream asking --resume 1\n'hi'", "leave the cell's body empty"),
        ("asking", "%%lgstream asking --resume 1\nWhat now", "The cell is not Python"),
        ("asking", "%%lgstream asking --resume 1 --text\nhi = 1", "no --text"),
        ("asking", "%lgstream asking 'hi' --resume 1", "there is no input: leave it out"),
        ("asking", f"%%lgstream asking --resume {{{ID!r}:1}}", f"No interrupt with the id {ID}"),
        ("asking", "%lgstream --replay x --resume 1", "--replay shows a recorded run"),
        ("both", "%%lgstream both --resume 1", "2 interrupts wait for an answer"),
        ("stopping", "%%lgstream stopping --resume 1", "which is stopped before 'draft'"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_one_sentence_and_runs_nothing(ip, before, cell, words):
    value = "start" if before == "both" else "'hi'"
    if before:
        ip.run(f"%%lgstream {before} --thread 1 --quiet\n{value}")
    run = ip.names.pop("_run", None)
    assert (run is not None and run.status) == (bool(before) and "interrupted")

    out, err, _ = ip.run(cell)

    assert out == ""
    assert err.startswith("UsageError: ")
    assert words in err
    assert err.count("\n") == 1
    assert "_run" not in ip.names


def test_a_thread_has_to_be_said_where_several_wait(ip):
    for thread in "ab":
        ip.run(f"%%lgstream asking --thread {thread} --quiet\n'hi {thread}'")

    assert (
        "('a', 'b'): say which one is meant by --thread"
        in ip.run("%%lgstream asking --resume 1").err
    )
    ip.run("%%lgstream asking --resume 1 --thread a")
    assert ip.names["_run"].state["messages"][0].content == "hi a"
    ip.run("%%lgstream asking --resume 1")
    assert ip.names["_run"].state["messages"][0].content == "hi b"


def test_several_interrupts_are_answered_by_id_at_once_or_one_by_one(ip):
    ip.run("%%lgstream both --thread 1 --quiet\nstart")
    ids = {each.value: each.id for each in ip.names["_run"].interrupts}
    ip.names.update(left=ids["left?"], right=ids["right?"])

    ip.run("%%lgstream both --resume {left: 'L', right: 'R'}")
    assert sorted(ip.names["_run"].state["said"]) == [["left", "L"], ["right", "R"]]
    assert ip.names["_run"].answers == ["L", "R"]

    ip.run("%%lgstream both --thread 2 --quiet\nstart")
    first, second = ip.names["_run"].interrupts
    ip.names.update(first=first.id)
    ip.run("%%lgstream both --resume {first: 1}")
    assert ip.names["_run"].status == "interrupted"
    assert [each.id for each in ip.names["_run"].interrupts] == [second.id]
    ip.run("%%lgstream both --resume 2")
    assert sorted(value for _, value in ip.names["_run"].state["said"]) == [1, 2]


def test_questions_stand_in_the_order_of_their_nodes():
    for _ in range(5):
        run = watch(both(), {"said": []}, zoo.THREAD, view="quiet")
        assert [each.value for each in run.interrupts] == ["left?", "right?"] == run.questions


def test_config_and_context_are_those_of_the_run_that_asks(ip):
    options = "--config {'configurable':{'user':'u'}} --context {'name':'n'}"
    ip.run(f"%%lgstream who --thread 1 --quiet {options}\nstart")
    ip.run("%%lgstream who --resume 'me'")
    assert ip.names["_run"].state["said"] == ["me", "n", "u"]

    ip.run(f"%%lgstream who --thread 2 --quiet {options}\nstart")
    other = options.replace("'u'", "'v'").replace("'n'", "'m'")
    ip.run(f"%%lgstream who --resume 'me' {other}")
    assert ip.names["_run"].state["said"] == ["me", "m", "v"]


def test_what_was_asked_elsewhere_is_answered_in_its_thread(ip):
    ip.names["asking"].invoke(zoo.HELLO, zoo.THREAD)
    thread = zoo.THREAD["configurable"]["thread_id"]

    ip.run(f"%%lgstream asking --resume 'yes' --thread {thread}")
    assert ip.names["_run"].state["messages"][-1].content == "yes"


def test_what_was_answered_elsewhere_waits_no_more(ip):
    ip.run("%%lgstream asking --thread 1 --quiet\n'hi'")
    ip.names["asking"].invoke(Command(resume="yes"), {"configurable": {"thread_id": "1"}})

    assert "No interrupt waits" in ip.run("%%lgstream asking --resume 'no'").err


def test_a_run_from_code_is_answered_as_well(ip):
    watch(ip.names["asking"], "hi", {"configurable": {"thread_id": "code"}}, view="quiet")

    ip.run("%%lgstream asking --resume 'yes'")
    assert ip.names["_run"].answers == ["yes"]


def test_graphs_are_not_kept_alive():
    graph = zoo.asking()
    assert watch(graph, "hi", zoo.THREAD, view="quiet").status == "interrupted"
    gone = weakref.ref(graph)
    del graph
    gc.collect()

    assert gone() is None


class Odd:
    """Streams like a graph, but cannot be a key of a dictionary."""

    __hash__ = None

    def __init__(self, graph):
        self._graph = graph

    def __getattr__(self, name):
        return getattr(self._graph, name)


def test_a_graph_that_can_be_no_key_is_answered_in_a_thread_that_is_said(ip):
    ip.names["odd"] = Odd(zoo.asking())
    assert ip.run("%%lgstream odd --thread 1 --quiet\n'hi'").err == ""
    assert ip.names["_run"].status == "interrupted"

    assert "say in which thread" in ip.run("%%lgstream odd --resume 'yes'").err
    assert ip.run("%%lgstream odd --resume 'yes' --thread 1 --quiet").err == ""
    assert ip.names["_run"].answers == ["yes"]


# ---- release ----------------------------------------------------------------------------


def answered(value: Any) -> Run:
    graph = zoo.asking()
    list(stream(graph, zoo.HELLO, zoo.THREAD))
    return Run.from_events(stream(graph, Command(resume=value), zoo.THREAD))


def test_the_static_faces_begin_with_the_answer():
    run = answered("<b>yes</b>")
    data = static_faces(run)
    assert data["text/plain"].startswith("[answer] <b>yes</b>\n\n[approve]")
    assert "<b>yes</b>" not in data["text/html"]
    assert data["text/html"].index("answer") < data["text/html"].index("&lt;b&gt;yes")
    assert "### answer" in run.to_markdown()


def test_ids_do_not_show_in_the_static_faces_since_they_vary():
    graph = zoo.asking()
    first = Run.from_events(stream(graph, zoo.HELLO, zoo.THREAD))
    key = first.interrupts[0]["id"]
    run = Run.from_events(stream(graph, Command(resume={key: "yes"}), zoo.THREAD))

    assert run.answers == ["yes"]
    assert key not in to_text(run) + run.to_markdown()


@pytest.mark.parametrize(
    "given", [None, "x", 3, [], {}, {"resume": 1}, {"graph": 1, "update": 2, "goto": 3}]
)
def test_other_inputs_are_no_answers(given):
    event = {"type": "run-start", "seq": 0, "t": 0, "ns": [], "task": None, "node": None,
             "step": None, "graph": "g", "input": given, "started_at": 0.0}  # fmt: skip
    assert Run.from_events([event]).answers == []


def test_answers_by_id():
    assert by_ids({ID: 1}) == {ID: 1}
    for other in ({}, {"yes": 1}, {ID: 1, "yes": 2}, [ID], ID, None):
        assert by_ids(other) == {}


# ---- the widget -------------------------------------------------------------------------


def test_the_widget_goes_on_where_its_newest_run_waits():
    widget = GraphWidget(who())
    config = {"configurable": {"thread_id": "1", "user": "u"}}
    widget.run({"said": []}, config, context={"name": "n"})
    assert widget.status == "interrupted"

    run = widget.resume("me")
    assert (run.status, run.state["said"]) == ("done", ["me", "n", "u"])
    with pytest.raises(ValueError, match="No interrupt waits"):
        widget.resume("again")
    assert len(widget.runs) == 2


async def test_the_widget_is_awaited():
    widget = GraphWidget(zoo.asking(), config=zoo.THREAD)
    await widget.arun("hi")

    assert (await widget.aresume("yes")).answers == ["yes"]
    with pytest.raises(ValueError, match="No interrupt waits"):
        await widget.aresume("again")


def test_the_widget_answers_by_id():
    widget = GraphWidget(both(), config=zoo.THREAD)
    first, second = widget.run({"said": []}).interrupts

    with pytest.raises(ValueError, match="2 interrupts wait"):
        widget.resume("both")
    assert widget.resume({first.id: 1}).status == "interrupted"
    assert widget.resume({second.id: 2}).status == "done"


# ---- cells without a body ---------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["graph", "graph --resume True", 'graph --resume "it\'s"', "graph --resume 'a' --thread \"b\""],
)
def test_a_cell_without_a_body_gets_one(ip, line):
    (source,) = filled([ip.ip.input_transformer_manager.transform_cell(f"%%lgstream {line}")])

    assert source == f"get_ipython().run_cell_magic('lgstream', {line!r}, '\\n')\n"


@pytest.mark.parametrize(
    "cell", ["%%lgstream graph\n1", "%%lgstream graph --resume 1\nx = 1", "%%time --resume", "1"]
)
def test_other_cells_stay_as_they_are(ip, cell):
    lines = ip.ip.input_transformer_manager.transform_cell(cell).splitlines(keepends=True)

    assert filled(lines) == lines
