"""D. One reading order, one identity, one view of a run.

Rows that only a browser shows, for the tests of the front end:

- find `node:legal`: the colour of the node changes. A node's colour is its own, in every view
  (transcript, timeline, graph) and face, whatever is found, filtered or folded;
- a node that invokes one subgraph twice: the view and the page (`to_html`) show the first answer
  before the second, as the faces below.
"""

import pytest
from langgraph.graph import MessagesState

from tests.kernels import kernel
from tests.promises.graphs import Fake, as_chunk, calling, chain, faces, quiet

RECORD = "application/vnd.lg-notebook.run+json"


def twice(*answers):
    """A graph whose node invokes one subgraph several times."""
    inner = calling(Fake(replies=[[as_chunk(answer)] for answer in answers]))

    def outer(state: MessagesState):
        said = [inner.invoke(state)["messages"][-1] for _ in answers]
        return {"messages": said}

    return chain(outer)


@pytest.mark.parametrize("face", ["html", "text", "markdown", "messages", "events"])
def test_a_subgraph_that_is_invoked_twice_answers_in_order(face, request):
    if face in {"html", "text", "markdown"}:
        request.applymarker(
            pytest.mark.xfail(strict=True, reason="a task that began again keeps its first rank")
        )
    answers = ["The first answer.", "The second answer.", "The third answer."]
    shown = faces(quiet(twice(*answers)))[face]

    places = [shown.index(answer) for answer in answers]
    assert places == sorted(places)


SETUP = """
from tests.promises.graphs import Fake, as_chunk, calling, fake
from lg_notebook import GraphWidget, watch
agent = calling(fake("the answer"))
w = GraphWidget(agent)
"""
CELLS = {
    "watch": "watch(agent, 'x')",
    "a widget that is displayed and run": "display(w)\nw.run('x')",
    "a widget that is run and displayed": "run = w.run('x')\ndisplay(w)",
    "a run of before": "run = watch(agent, 'x')\nrun",
}


@pytest.fixture(scope="module")
def ip():
    with kernel("%load_ext lg_notebook", SETUP) as made:
        yield made


def views(outcome):
    """The full views of a run that a cell shows."""
    shown = [data for data, _ in outcome.displays]
    shown += [content["data"] for kind, content in outcome.received if kind == "execute_result"]
    return [data for data in shown if data.get(RECORD, {}).get("kind") == "live"]


@pytest.mark.kernel
@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_shows_a_run_once(ip, cell):
    outcome = ip.run(CELLS[cell])

    assert outcome.error is None, outcome.traceback
    assert len(views(outcome)) == 1


@pytest.mark.kernel
def test_a_run_of_another_cell_is_shown(ip):
    ip.run("run = watch(agent, 'x', view='quiet')")

    assert len(views(ip.run("run"))) == 1
