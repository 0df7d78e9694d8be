"""A run in the background: it continues in its own cell while other cells run."""

import json

from tests.browser.cells import BUSY, GRAPH, TEXT, slow_model
from tests.browser.view import RunView

ALOUD = GRAPH.replace(
    "    return {",
    '    print("from the node", flush=True)\n    display("shown by the node")\n    return {',
)
STREAM = '%%lgstream graph --background\n{"topic": "ice cream"}'


def test_goes_on_in_its_own_cell_while_another_computes(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0.02), ALOUD, STREAM, BUSY, "_run.wait(60).status"])
    for index in range(3):
        notebook.run(index)
    notebook.start(3)
    view = RunView(notebook, 2)
    # It continues to its end while the other cell runs.
    view.wait_for_text(TEXT)
    assert notebook.is_running(3)
    notebook.release()
    notebook.finish(3)
    assert notebook.said(3) == "mine"
    notebook.run(4)
    assert notebook.said(4).endswith("'done'")
    view.wait_for_text(TEXT)
    view.wait_for_status("done")
    assert "from the node" in notebook.said(2)
    assert "shown by the node" in notebook.said(2)
    assert notebook.said(2).count("word79") == 1, "the static face is hidden where the renderer is"

    saved = notebook.save()["cells"][2]["outputs"]
    assert "widget-view" not in json.dumps(saved)
    (twin,) = [each["data"] for each in saved if "text/html" in each.get("data", {})]
    assert "word79" in "".join(twin["text/plain"])
    notebook.end_kernel()
    notebook.open()
    view.wait_for_text(TEXT)
    assert notebook.page.errors == []


def test_stop_ends_the_run_and_not_the_cell_that_computes(open_notebook, lab):
    busy = 'import time\ntime.sleep(4)\nprint("mine")'
    notebook = open_notebook(
        lab, [slow_model(0.1), ALOUD, STREAM, busy, "_run.wait(60).status", STREAM]
    )
    for index in range(3):
        notebook.run(index)
    view = RunView(notebook, 2)
    notebook.until(lambda: "word1" in view.text(), "the text did not grow")
    notebook.start(3)
    notebook.until(lambda: notebook.is_running(3), "the other cell did not begin")
    view.stop.click()
    notebook.finish(3)
    assert notebook.said(3) == "mine"
    notebook.run(4)
    assert notebook.said(4).endswith("'stopped'")
    view.wait_for_status("stopped")
    assert TEXT.startswith(view.text())
    assert view.text() != TEXT


def test_running_its_cell_again_stops_it(open_notebook, lab):
    cells = [slow_model(0.1), ALOUD, STREAM, "first = _run", "first.wait(60).status, _run.status"]
    notebook = open_notebook(lab, cells)
    for index in (0, 1, 2, 3, 2, 4):
        notebook.run(index)

    assert notebook.said(4).endswith("('stopped', 'running')")
