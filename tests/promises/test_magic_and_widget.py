"""H. The magic and the widget do what their users expect.

Rows that only a browser shows, for the tests of the front end:

- 12,000 tokens streaming, the sidebar on Run: header and sidebar say the same number;
- Stop: the node that was cancelled is "stopped", not red and "failed"; so is its row in the
  timeline, and its box in the graph;
- a graph of 25 nodes, Graph, Fit: all of it is in the pane; Fit changes what is cut off;
- the find bar's code in a run of graph `team`: `team.stream(…)`, not `graph.stream(…)`;
- a dark VS Code, whose widget bundle defines `--jp-layout-color1: white`: the view is dark.
"""

import copy
import pickle
import re

import pytest
from IPython.core.completer import provisionalcompleter
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import interrupt
from pydantic import BaseModel

from lg_notebook import GraphWidget
from tests.kernels import kernel
from tests.promises.graphs import RECORD, Docs, Loose, calling, cases, chain, fake, quiet
from tests.shells import shell


class Big(BaseModel):
    name: str
    age: int
    out: str = ""


class Joke(Docs):
    topic: str


def tell(state):
    return {"out": state["topic"]}


def read(state: Big):
    return {"out": state.name}


def secretary(_: MessagesState):
    return {"messages": [("ai", interrupt("Shall I send it?"))]}


def broken(_: MessagesState):
    raise ValueError("the node broke")


async def abroken(_: MessagesState):
    raise ValueError("the node broke")


@pytest.fixture
def ip():
    with shell() as made:
        made.names.update(
            chat=calling(fake("hello")), big=chain(read, state=Big), joke=chain(tell, state=Joke),
            seen=quiet_config(), secretary=chain(secretary, checkpointer=InMemorySaver()),
            broken=chain(broken), abroken=chain(abroken), loose=chain(tell, state=Loose),
        )  # fmt: skip
        yield made


def quiet_config():
    def show(state: Docs, config: RunnableConfig):
        return {"out": dict(config["metadata"])}

    return chain(show, state=Docs)


@pytest.mark.parametrize("before", ["", 'config = {"metadata": {"who": "stale"}}'])
def test_options_see_what_the_body_sets(ip, before):
    ip.run(before)
    cell = ip.run(
        '%%lgstream seen --quiet --config config\nconfig = {"metadata": {"who": "me"}}\n{"question": "x"}'
    )

    assert cell.error is None, cell.err
    assert ip.names["_run"].state["out"]["who"] == "me"


@pytest.mark.parametrize("option", ["--as $name", "--as {name}"])
def test_names_in_options_see_what_the_body_sets(ip, option):
    cell = ip.run(f'%%lgstream chat --quiet {option}\nname = "mine"\n"hi"')

    assert cell.error is None, cell.err
    assert ip.names["mine"] is ip.names["_run"]


def test_the_graph_is_what_the_body_makes_it(ip):
    cell = ip.run("%%lgstream made --quiet\nmade = chat\n'hi'")

    assert cell.error is None, cell.err
    assert ip.names["_run"].text() == "hello"


def test_a_thread_that_waits_for_an_answer_is_named(ip):
    ip.run("%%lgstream secretary --thread t1\n'Send the mail'")
    cell = ip.run("%%lgstream secretary --thread t1\n'Send another'")

    said = cell.out.partition("[interrupt]")[0] + cell.err
    assert "Shall I send it?" in said
    assert "--resume" in said


def test_a_config_may_be_none(ip):
    ip.names["cfg"] = None
    cell = ip.run("%%lgstream chat --config cfg --quiet\n'hi'")

    assert (cell.error, cell.err) == (None, "")
    assert ip.names["_run"].text() == "hello"


def test_a_refused_input_names_its_fields(ip):
    cell = ip.run('%%lgstream big\n{"first_name": 3}')

    said = cell.out + cell.err + str(cell.error)
    assert "name" in re.findall(r"\b\w+\b", said)
    assert "age" in re.findall(r"\b\w+\b", said)
    assert "2 validation errors" not in said


def test_a_misspelt_key_of_an_input_has_a_hint(ip):
    cell = ip.run('%%lgstream joke\n{"topc": 3}')

    said = cell.out + cell.err
    assert "did you mean" in said.lower()
    assert "topic" in said


@pytest.mark.parametrize("word", ["config", '{"configurable": {"thread_id": "1"}}'])
def test_a_config_as_a_second_word_has_a_hint(ip, word):
    ip.names["config"] = {}
    cell = ip.run(f"%%lgstream chat {word}\n'hi'")

    assert "--config" in cell.err


@pytest.mark.parametrize(
    "body",
    cases(
        {"nothing": "", "a line feed": "\n", "an empty line": "\n\n", "a comment": "\n# nothing"}
    ),
)  # fmt: skip
def test_an_empty_body_gets_our_sentence_alone(ip, body):
    cell = ip.run(f"%%lgstream chat{body}")

    assert "The cell is empty" in cell.err
    assert "line magic" not in cell.err


@pytest.mark.parametrize("graph", ["broken", "abroken"])
@pytest.mark.parametrize("cell", ["%%lgstream {0} --quiet\n'hi'", "%lgstream {0} 'hi' --quiet"])
def test_a_traceback_begins_at_the_users_frame(ip, graph, cell):
    said = ip.run(cell.format(graph))

    assert "the node broke" in said.out + said.err
    for name in ("lg_notebook", "contextlib", "pregel", "IPython/core", "asyncio"):
        assert not re.search(rf"File .*\b{name}\b", said.out + said.err), name


def test_a_widgets_run_has_a_thread_of_its_own():
    widget = GraphWidget(calling(fake("hello"), checkpointer=InMemorySaver()))

    assert widget.run("hi").text() == "hello"
    assert len(widget.run("again").state["messages"]) == 4


def test_two_widgets_have_two_threads():
    graph = calling(fake("hello"), checkpointer=InMemorySaver())
    first, second = GraphWidget(graph), GraphWidget(graph)
    first.run("one")

    assert [m.content for m in second.run("two").state["messages"]] == ["two", "hello"]


def test_a_widgets_own_config_stays():
    graph = calling(fake("hello"), checkpointer=InMemorySaver())
    widget = GraphWidget(graph, config={"configurable": {"thread_id": "mine"}})
    widget.run("one")

    assert graph.get_state({"configurable": {"thread_id": "mine"}}).values["messages"]


# ---- completion -------------------------------------------------------------------------


def completions(made, text):
    with provisionalcompleter():
        return list(made.ip.Completer.completions(text, len(text)))


@pytest.mark.parametrize("line", ["%%lgstream ", "%%lgstream chat --", "%%lgstream chat --node "])
def test_completions_have_a_type(ip, line):
    found = [each for each in completions(ip, line) if "magic" not in (each.type or "")]

    assert found
    assert "<unknown>" not in {each.type for each in found}


def test_the_values_of_a_tag_are_completed(ip):
    ip.names["tagged"] = calling(fake("x").with_config(tags=["joke"]))
    ip.run("%%lgstream tagged --quiet\n'hi'")
    line = "%%lgstream tagged --tag "

    assert f"{line}joke" in {line[: c.start] + c.text for c in completions(ip, line)}


def test_the_values_of_a_thread_are_completed(ip):
    ip.run("%%lgstream secretary --thread t1 --quiet\n'hi'")
    line = "%%lgstream secretary --thread "

    assert f"{line}t1" in {line[: c.start] + c.text for c in completions(ip, line)}


@pytest.mark.parametrize(
    "option", ["--tag", "--thread", "--config", "--as", "--record", "--tokens"]
)
def test_options_are_not_offered_as_values(ip, option):
    line = f"%%lgstream chat {option} "
    found = [each.text for each in completions(ip, line)]

    assert not any(text.startswith("--") for text in found)


# ---- copies -----------------------------------------------------------------------------

COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda run: pickle.loads(pickle.dumps(run)),
}


@pytest.mark.parametrize("way", cases({k: v for k, v in COPIES.items() if k != "copy"}))
def test_a_run_can_be_copied(way):
    run = quiet(calling(fake("hello")))
    other = way(run)

    assert other is not run
    assert (other.status, other.text(), other.events) == (run.status, run.text(), run.events)
    assert other.state["messages"][-1].content == "hello"


# ---- what a front end says ---------------------------------------------------------------


def hear(widget, data, buffers=()):
    widget._handle_msg({"content": {"data": data}, "buffers": list(buffers)})


TRAITS = {
    "uid": "evil", "graph": {"name": "evil"}, "status": "done and dusted", "_esm": "evil()",
    "count": 99, "form": False, "problem": "evil", "filters": {"node": ["evil"]},
    "background": True, "_anywidget_id": "evil",
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), TRAITS.items())
def test_a_front_end_sets_no_trait_of_ours(name, value):
    widget = GraphWidget(calling(fake("hello")))
    before = getattr(widget, name)
    hear(widget, {"method": "update", "state": {name: value}, "buffer_paths": []})

    assert getattr(widget, name) == before


def test_a_front_end_that_asks_again_and_again_is_answered_within_bounds():
    widget = GraphWidget(calling(fake(*(f"word{at} " for at in range(2_000)))))
    run = widget.run("hi")
    sent = []
    widget.send = lambda content, buffers=None: sent.append((content, buffers))
    for _ in range(50):
        message = {"kind": "sync", "client": "c", "have": {}}
        hear(widget, {"method": "custom", "content": message})

    size = sum(len(str(content)) + sum(map(len, buffers or ())) for content, buffers in sent)
    assert sent
    assert size < 10 * (len(run.text()) * 1.5 + 10_000)


@pytest.mark.parametrize("message", [
    None, 3, [], {"kind": []}, {"kind": "sync", "have": {"0": -5}, "client": "c"},
    {"kind": "sync", "have": {"0": 10**30}, "client": "c" * 10**6}, {"kind": "asset", "name": "../x"},
    {"kind": "run", "input": {"a": 1}}, {"kind": "resume"}, {"kind": "stop"},
])  # fmt: skip
def test_whatever_a_front_end_says_does_no_harm(message):
    widget = GraphWidget(calling(fake("hello")))
    hear(widget, {"method": "custom", "content": message})

    assert widget.runs == []


ESCAPES = {
    "the clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "the title": "\x1b]0;evil\x07",
    "clear": "\x1b[2J",
    "clear in one byte": "\x9b2J",
}


@pytest.mark.parametrize("escape", cases(ESCAPES))
def test_no_escape_sequence_gets_into_a_terminal(ip, escape):
    ip.names["cfg"] = {"configurable": {"thread_id": "1"}}
    said = ""
    for cell in (
        f"%%lgstream chat --node '{escape}'\n'hi'",
        f"%%lgstream chat --replay '{escape}'\n'hi'",
        f"%%lgstream chat --view '{escape}'\n'hi'",
        f"%lgstream --replay '{escape}'",
    ):
        outcome = ip.run(cell)
        said += outcome.out + outcome.err

    assert "\x1b" not in said
    assert "\x9b" not in said
    assert "\x07" not in said


# ---- the static face ----------------------------------------------------------------------

SETUP = """
from tests.promises.graphs import calling, fake
from lg_notebook import GraphWidget
widget = GraphWidget(calling(fake("the answer of the model")))
"""


@pytest.fixture(scope="module")
def live():
    with kernel("%load_ext lg_notebook", SETUP) as made:
        yield made


def static(outcome):
    """What hosts without our renderer and without widgets show."""
    return "".join(
        data.get("text/html", "") + data.get("text/plain", "") for data, _ in outcome.displays
    )


@pytest.mark.kernel
def test_a_run_of_a_widget_leaves_its_static_face(live):
    outcome = live.run("display(widget)\nrun = widget.run('hi')")

    assert outcome.error is None, outcome.traceback
    assert "the answer of the model" in static(outcome)
    assert "needs its kernel" not in static(outcome)


@pytest.mark.kernel
def test_a_run_of_the_magic_leaves_its_static_face(live):
    outcome = live.run("graph = calling(fake('the answer of the model'))")
    outcome = live.run("%%lgstream graph\n'hi'")

    assert "the answer of the model" in static(outcome)
    assert any(RECORD in data for data, _ in outcome.displays)


@pytest.mark.kernel
def test_a_traceback_in_a_notebook_begins_at_the_users_frame(live):
    live.run("from tests.promises.test_magic_and_widget import broken, chain\nbad = chain(broken)")
    outcome = live.run("%%lgstream bad\n'hi'")

    assert outcome.error == "ValueError"
    assert not re.search(r"lg_notebook/(?!tests)|contextlib|pregel", outcome.traceback)


@pytest.mark.kernel
def test_an_empty_body_in_a_notebook_gets_our_sentence_alone(live):
    live.run("graph = calling(fake('x'))")
    outcome = live.run("%%lgstream graph\n")

    said = outcome.err + outcome.traceback
    assert "The cell is empty" in said
    assert "line magic" not in said


def test_a_graph_with_a_checkpointer_says_in_the_magic_what_it_needs():
    with shell() as made:
        made.names["graph"] = (
            StateGraph(MessagesState)
            .add_node(secretary)
            .add_edge(START, "secretary")
            .compile(checkpointer=InMemorySaver())
        )

        assert "--thread" in made.run("%%lgstream graph\n'hi'").err
