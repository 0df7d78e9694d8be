"""`GraphWidget` in a browser: run from its form, for both kinds of graph, in several views."""

import json

from tests.browser.cells import CHAT, GRAPH, TEXT, slow_model
from tests.browser.view import RunView

WIDGET = "from lg_notebook import GraphWidget\nwidget = GraphWidget(graph)\ndisplay(widget)"


def test_a_json_form_runs_the_graph(open_notebook, lab):
    cells = [slow_model(0.02, hold=120), GRAPH, WIDGET, 'print(widget.runs[-1].state["topic"])']
    notebook = open_notebook(lab, cells)
    for index in range(3):
        notebook.run(index)
    view = RunView(notebook, 2)
    box = view.area.get_by_role("textbox")
    # The editor begins with the graph's own fields.
    assert "topic" in json.loads(box.input_value())

    box.fill('{"topic": "ice cream')
    view.area.get_by_role("button", name="Run", exact=True).click()
    alert = view.area.get_by_role("alert").filter(has_text="JSON")
    notebook.until(alert.is_visible, "the mistake was not named")
    assert len(alert.inner_text().strip().splitlines()) == 1
    assert view.messages.count() == 0

    box.fill('{"topic": "ice cream"}')
    view.area.get_by_role("button", name="Run", exact=True).click()
    notebook.until(view.text, "no token appeared")
    assert view.text() != TEXT
    notebook.release()
    view.wait_for_text(TEXT)
    assert not alert.is_visible()
    notebook.run(3)
    assert "ice cream" in notebook.said(3)


def test_an_input_that_the_graph_rejects_is_one_sentence(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0), GRAPH, WIDGET])
    for index in range(3):
        notebook.run(index)
    view = RunView(notebook, 2)

    view.area.get_by_role("textbox").fill("[1, 2]")
    view.area.get_by_role("button", name="Run", exact=True).click()
    alert = view.area.get_by_role("alert")
    notebook.until(lambda: alert.inner_text().strip(), "the mistake was not named")
    assert len(alert.inner_text().strip().splitlines()) == 1


def test_a_text_box_talks_to_a_chat_graph(open_notebook, lab):
    show = "from lg_notebook import GraphWidget\nGraphWidget(chat)"
    notebook = open_notebook(lab, [slow_model(0.005), CHAT, show])
    for index in range(3):
        notebook.run(index)
    view = RunView(notebook, 2)
    box = view.area.get_by_role("textbox")

    box.fill("Hello there")
    box.press("Enter")
    view.wait_for_text(TEXT)
    view.wait_for_status("done")

    box.fill("And again")
    box.press("Enter")
    notebook.until(
        lambda: "And again" in (view.area.text_content() or ""), "there was no second run"
    )
    view.wait_for_text(TEXT)


def test_a_second_view_shows_the_same(open_notebook, lab):
    cells = [slow_model(0.05), GRAPH, WIDGET, "display(widget)"]
    notebook = open_notebook(lab, cells)
    for index in range(3):
        notebook.run(index)
    first = RunView(notebook, 2)
    first.area.get_by_role("textbox").fill('{"topic": "tea"}')
    first.area.get_by_role("button", name="Run", exact=True).click()
    notebook.until(lambda: "word3" in first.text(), "the text did not grow")

    # It appears in mid-run, and catches up.
    notebook.run(3)
    second = RunView(notebook, 3)
    notebook.until(lambda: "word3" in second.text(), "the second view showed nothing")
    second.wait_for_text(TEXT)
    first.wait_for_text(TEXT)


def test_stop_in_the_widget(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0.05), GRAPH, WIDGET])
    for index in range(3):
        notebook.run(index)
    view = RunView(notebook, 2)
    view.area.get_by_role("textbox").fill('{"topic": "tea"}')
    view.area.get_by_role("button", name="Run", exact=True).click()
    notebook.until(lambda: "word3" in view.text(), "the text did not grow")

    view.stop.click()
    view.wait_for_status("stopped")
    assert view.text() != TEXT
