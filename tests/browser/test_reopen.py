"""A saved notebook, opened when its kernel is gone: the run is there to read."""

import json

import pytest

from tests.browser.cells import GRAPH, STREAM, TEXT, slow_model
from tests.browser.view import RunView


@pytest.fixture(params=["lab", "notebook7"])
def host(request):
    return request.getfixturevalue(request.param)


def explore(notebook, view):
    """Look at the graph, find a word, and filter by a node, as in a live view."""
    view.area.get_by_role("button", name="Graph", exact=True).click()
    node = view.area.locator('[data-node="call_model"][data-status="done"]')
    notebook.until(node.is_visible, "the graph was not drawn")

    view.area.get_by_role("button", name="Find and filter").click()
    box = view.area.get_by_role("searchbox")
    bar = view.area.get_by_role("search")
    box.fill("word79")
    box.press("Enter")
    notebook.until(lambda: "1 of 1" in (bar.text_content() or ""), "the word was not found")
    box.fill("word79 !node:call_model")
    box.press("Enter")
    notebook.until(lambda: view.messages.count() == 0, "the node's message was not left out")
    box.fill("")
    notebook.until(lambda: view.messages.count() == 1, "the message did not come back")


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "untrusted"])
def test_the_run_can_be_read_without_its_kernel(open_notebook, host, trusted):
    notebook = open_notebook(host, [slow_model(0.002), GRAPH, STREAM])
    for index in range(3):
        notebook.run(index)
    view = RunView(notebook, 2)
    view.wait_for_text(TEXT)
    # While the kernel lives the view stays explorable.
    view.select(0)
    live = view.sidebar()

    saved = notebook.save()
    assert "widget-view" not in json.dumps(saved["cells"][2]["outputs"])
    notebook.end_kernel()
    notebook.trust(trusted=trusted)
    notebook.open()

    view.wait_for_text(TEXT)
    view.wait_for_status("done")
    view.select(0)
    stored = view.sidebar()
    assert stored["node"] == live["node"]
    assert stored.keys() == live.keys()
    whole = notebook.said(2)
    assert whole.count("word79") == 1, "the static face is hidden where the renderer is"
    explore(notebook, view)
    assert "Loading widget" not in whole
    assert not view.stop.is_visible()
    assert notebook.page.errors == []


def test_a_widget_too(open_notebook, lab):
    cells = [slow_model(0.002), GRAPH, "from lg_notebook import GraphWidget"]
    cells += ["widget = GraphWidget(graph)\ndisplay(widget)", 'widget.run({"topic": "tea"}).status']
    notebook = open_notebook(lab, cells)
    for index in range(5):
        notebook.run(index)
    view = RunView(notebook, 3)
    view.wait_for_text(TEXT)

    notebook.save()
    notebook.end_kernel()
    notebook.open()

    view.wait_for_text(TEXT)
    assert "Loading widget" not in notebook.said(3)
    assert view.area.get_by_role("textbox").count() == 0, "a stored run takes no input"
