"""The transcript: what a graph says, at its place, and nothing twice."""

import pytest

from tests.browser.cells import RELEASED
from tests.browser.newsroom import AGENT, MODEL
from tests.browser.view import RunView

LANES = """
import pathlib
from operator import add
from typing import Annotated, TypedDict
from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph
from langgraph.types import Send

class State(TypedDict):
    texts: Annotated[list, add]

def hold():
    while not pathlib.Path("RELEASED").exists():
        time.sleep(0.05)

def speaker(text):
    pieces = words(text)
    llm = Scripted(replies=[[*pieces[:20], hold, *pieces[20:]]])
    return lambda state: {"texts": [llm.invoke("go").content]}

def close(state):
    get_stream_writer()({"voices": len(state["texts"])})
    return {}

graph = (
    StateGraph(State)
    .add_node("optimist", speaker("sun " * 40))
    .add_node("pessimist", speaker("rain " * 40))
    .add_node(close)
    .add_edge(START, "optimist").add_edge(START, "pessimist")
    .add_edge(["optimist", "pessimist"], "close")
    .compile()
)
""".strip().replace("RELEASED", RELEASED)

MAP = """
def write(state):
    return {"texts": [Scripted(replies=[words(f"chapter {state['n']} " * 20)]).invoke("go").content]}

mapped = (
    StateGraph(State)
    .add_node(write)
    .add_conditional_edges(START, lambda state: [Send("write", {"n": n}) for n in range(20)])
    .compile()
)
""".strip()

NESTED = """
from langgraph.graph import MessagesState

expert = (
    StateGraph(MessagesState)
    .add_node("reply", lambda state: {"messages": [Scripted(replies=[words("Four.")]).invoke("go")]})
    .add_edge(START, "reply")
    .compile()
)

def ask(state):
    # As supervisors do: what the expert said is sent once more, in another form.
    said = expert.invoke(state)["messages"][-1]
    return {"messages": [said.model_copy(update={"id": "changed", "name": "expert"})]}

supervisor = StateGraph(MessagesState).add_node(ask).add_edge(START, "ask").compile()
""".strip()


@pytest.fixture
def told(open_notebook, lab):
    """Run cells; the view of the last one."""

    def tell(*cells):
        notebook = open_notebook(lab, [MODEL, *cells])
        for index in range(len(cells)):
            notebook.run(index)
        notebook.start(len(cells))
        return notebook, RunView(notebook, len(cells))

    return tell


def boxes(found):
    return [each.bounding_box() for each in found.all()]


def test_parallel_nodes_stand_side_by_side_while_they_speak(told):
    notebook, view = told(LANES, '%%lgstream graph\n{"texts": []}')

    lanes = view.area.locator(".lgn-lanes > .lgn-lane")
    notebook.until(lambda: lanes.count() == 2, "no second lane appeared")
    assert "running" in view.status.lower()
    left, right = boxes(lanes)
    assert left["y"] == right["y"]
    assert right["x"] >= left["x"] + left["width"]
    notebook.release()

    view.wait_for_status("done")
    bodies = {body.strip() for body in view.messages.locator(".lgn-body").all_text_contents()}
    assert bodies == {("sun " * 40).strip(), ("rain " * 40).strip()}
    assert view.area.locator(".lgn-event-line").all_text_contents() == ['{"voices":2}']
    view.area.scroll_into_view_if_needed()
    notebook.picture("transcript-lanes", view.area)

    notebook.page.set_viewport_size({"width": 480, "height": 900})
    notebook.until(lambda: boxes(lanes)[1]["y"] > boxes(lanes)[0]["y"], "the lanes did not stack")


def test_a_map_reduce_is_a_grid_that_folds(told):
    notebook, view = told(LANES, MAP, '%%lgstream mapped\n{"texts": []}')
    view.wait_for_status("done")

    cells = view.area.locator(".lgn-grid > .lgn-lane")
    notebook.until(lambda: cells.count() == 20, "not all tasks have a cell")
    head = view.area.get_by_role("button", name="write · 20 in parallel · 20 done")
    view.area.scroll_into_view_if_needed()
    notebook.picture("transcript-grid", view.area)
    head.press("Enter")
    assert not cells.first.is_visible()


def test_tool_calls_are_cards_with_what_runs_inside_them(told):
    ask = '%%lgstream editor\n{"messages": [("user", "How is the sky?")]}'
    notebook, view = told(LANES, AGENT, ask)
    view.wait_for_status("done")

    cards = view.area.locator(".lgn-call")
    assert cards.locator(".lgn-call-name").all_text_contents() == ["ask_scout", "ask_station"]
    scout = cards.first
    assert scout.locator("summary .lgn-node").first.text_content() == "scout"
    assert (
        scout.locator("article .lgn-body").inner_text().strip()
        == "Rain over Lisbon, says the scout."
    )
    assert view.area.locator(".lgn-event-line").all_text_contents() == ['{"city":"Lisbon"}']
    assert scout.locator(".lgn-result code").inner_text() == "Rain over Lisbon, says the scout."
    assert '"sky": "grey"' in cards.nth(1).locator(".lgn-result code").inner_text()
    # The tools' messages are on the cards, and nowhere else.
    assert view.area.locator('article[data-role="tool"]').count() == 0

    reasoning = view.area.locator(".lgn-reasoning")
    assert "tokens" in reasoning.locator("summary").inner_text()
    assert reasoning.get_attribute("open") is None
    reasoning.locator("summary").press("Enter")
    assert "Two cities" in reasoning.inner_text()

    assert view.area.locator(".lgn-body img").count() == 0
    view.area.get_by_role("button", name="Show image").press("Enter")
    assert view.area.locator(".lgn-body img").count() == 1
    view.area.scroll_into_view_if_needed()
    notebook.picture("transcript-agent", view.area)


def test_a_message_that_a_parent_sends_again_is_shown_once(told):
    ask = '%%lgstream supervisor\n{"messages": [("user", "Two and two?")]}'
    _notebook, view = told(LANES, NESTED, ask)
    view.wait_for_status("done")

    said = [text.strip() for text in view.messages.locator(".lgn-body").all_text_contents()]
    assert said == ["Two and two?", "Four."]
    group = view.area.locator(".lgn-subgraph")
    assert group.locator("summary .lgn-node").first.text_content() == "ask"
    assert "streamed" in group.locator("article header").inner_text()
    assert group.locator(".lgn-note").inner_text() == "Sent again by ask."
    group.locator("summary").first.press("Enter")
    assert not group.locator("article").is_visible()
