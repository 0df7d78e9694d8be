"""One front end per page: runs take its code from the hub, and from the kernel without one."""

import pytest

from tests.browser.cells import CHAT, GRAPH, STREAM, TEXT, slow_model
from tests.browser.view import RunView

CODES = "() => globalThis[Symbol.for('lg_notebook.code')]?.size ?? 0"
"""How many times the page has loaded code from a hub."""
ESM = """
from ipywidgets.widgets.widget import _instances
print(max(len(each._esm) for each in _instances.values() if hasattr(each, "uid")))
"""
"""Characters of code that the runs' own widgets carry at most."""
SHOW = "from lg_notebook import GraphWidget\nGraphWidget(chat)"
CLOSE = "from lg_notebook.widget.hub import current_hub\ncurrent_hub().close()"
LOSE = """
import threading, time
from lg_notebook.widget import hub

def lose():
    while not hub._hubs:
        time.sleep(0.05)
    hub._hubs[0].close()

threading.Thread(target=lose).start()
"""
"""A cell after which the hub is closed as soon as a run has made one."""


@pytest.mark.parametrize("host", ["lab", "notebook7"])
def test_a_page_loads_the_code_once(open_notebook, request, host):
    server = request.getfixturevalue(host)
    notebook = open_notebook(server, [slow_model(0.005), GRAPH, STREAM, STREAM, STREAM, ESM])
    for index in range(5):
        notebook.run(index)
    for index in (2, 3, 4):
        RunView(notebook, index).wait_for_text(TEXT)

    assert notebook.page.evaluate(CODES) == 1
    notebook.run(5)
    assert int(notebook.said(5)) <= 1500
    notebook.picture(f"hub-{host}")


def test_a_reloaded_page_finds_the_hub_while_a_cell_runs(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0.1, hold=120), GRAPH, STREAM])
    notebook.run(0)
    notebook.run(1)
    notebook.start(2)
    view = RunView(notebook, 2)
    notebook.until(lambda: "word3" in view.text(), "the text did not grow")
    notebook.save()

    notebook.reload()
    notebook.until(view.text, "the view did not come back")
    assert notebook.page.evaluate(CODES) == 1
    notebook.release()
    view.wait_for_text(TEXT)


def test_a_page_that_cannot_find_the_hub_gets_the_code_from_the_kernel(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0.05), CHAT, SHOW, CLOSE, ESM])
    for index in range(4):
        notebook.run(index)
    notebook.save()
    notebook.reload()
    view = RunView(notebook, 2)

    box = view.area.get_by_role("textbox")
    box.fill("Hello there")
    box.press("Enter")
    notebook.until(lambda: "word3" in view.text(), "the text did not grow")
    view.wait_for_text(TEXT)
    assert notebook.page.evaluate(CODES) == 0
    notebook.run(4)
    assert int(notebook.said(4)) > 50_000


def test_a_running_cell_gets_the_code_from_the_kernel_as_well(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0.1, hold=120), GRAPH, LOSE, STREAM])
    for index in range(3):
        notebook.run(index)
    notebook.start(3)
    view = RunView(notebook, 3)
    notebook.until(lambda: "word30" in view.text(), "the text did not grow")
    notebook.save()

    notebook.reload()
    notebook.until(view.text, "the view did not come back")
    assert notebook.page.evaluate(CODES) == 0
    assert view.text() != TEXT
    notebook.release()
    view.wait_for_text(TEXT)
