"""Questions and answers in a browser: by `--resume` in a cell, and by the widget's boxes."""

from tests.browser.view import RunView

BOOKING = """
from operator import add
from typing import Annotated, TypedDict
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from lg_notebook import GraphWidget
%load_ext lg_notebook

class Booking(TypedDict):
    choices: Annotated[list[str], add]

def seat(state):
    return {"choices": [interrupt("Window or aisle?")]}

def meal(state):
    return {"choices": [interrupt("Pasta or rice?")]}

builder = StateGraph(Booking).add_node(seat).add_edge(START, "seat")
one = builder.compile(checkpointer=InMemorySaver())
both = builder.add_node(meal).add_edge(START, "meal").compile(checkpointer=InMemorySaver())
""".strip()

WIDGET = "widget = GraphWidget(both, config={'configurable': {'thread_id': '1'}})\nwidget"


def test_a_cell_answers_what_a_cell_before_it_asked(open_notebook, lab):
    cells = [BOOKING, "%%lgstream one --thread 1\n{'choices': []}",
             "%%lgstream one --resume 'window'", "_run.state['choices']"]  # fmt: skip
    notebook = open_notebook(lab, cells)
    for index in range(4):
        notebook.run(index)
    asks, answers = RunView(notebook, 1), RunView(notebook, 2)

    asks.wait_for_status("waiting for an answer")
    asked = asks.area.get_by_role("region", name="Interrupt").inner_text()
    assert asked.split() == ["seat", "asks", "Window", "or", "aisle?"]
    answers.wait_for_status("done")
    assert "window" in answers.area.get_by_role("region", name="Answer").inner_text()
    assert "['window']" in notebook.said(3)


def test_a_widget_has_a_box_for_each_question(open_notebook, lab):
    cells = [BOOKING, WIDGET, "sorted(widget.runs[-1].state['choices'])", "GraphWidget(one)"]
    notebook = open_notebook(lab, cells)
    for index in (0, 3, 1):
        notebook.run(index)
    view = RunView(notebook, 1)
    for each in (view, RunView(notebook, 3)):  # a label belongs to its own widget's box
        each.area.get_by_role("textbox", name="Input, as JSON").wait_for()
    view.area.get_by_role("button", name="Run", exact=True).click()
    view.wait_for_status("waiting for an answer")

    meal = view.area.get_by_role("textbox", name="Answer to Pasta or rice?")
    assert view.area.get_by_role("textbox", name="Answer to").count() == 2
    meal.fill("rice")
    meal.press("Enter")
    # The other question stays, now the only one.
    seat = view.area.get_by_role("textbox", name="Answer", exact=True)
    notebook.until(lambda: seat.count() == 1, "the answered question did not go away")
    seat.fill("aisle")
    seat.press("Enter")
    view.wait_for_status("done")
    notebook.until(lambda: view.area.get_by_role("textbox").count() == 1, "a box stayed")
    notebook.run(2)
    assert "['aisle', 'rice']" in notebook.said(2)
