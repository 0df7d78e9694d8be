"""A LangGraph.js graph in a Deno notebook: the same view, and what stays of it."""

from tests.browser.view import RunView
from tests.deno import cells, place_kernel

JOKE = "Why did the ice cream truck break down? It had a rocky road."


def test_a_graph_in_javascript_streams_into_the_view(open_notebook, lab):
    place_kernel(lab.data)
    sources = cells()
    sources[1] = sources[1].replace("sleep: 20", "sleep: 150")
    notebook = open_notebook(lab, sources, kernel="deno")
    for index in range(2):
        notebook.start(index)
    notebook.start(2)
    view = RunView(notebook, 2)

    # It grows while the cell runs; nothing can be stopped in this kernel, so nothing offers it.
    notebook.until(lambda: "Why did" in view.text(), "no text came", 90)
    assert notebook.is_running(2)
    assert not view.stop.is_visible()
    view.wait_for_status("done")
    assert view.text() == JOKE
    view.select(0)
    assert view.sidebar()["node"] == "call_model"
    notebook.picture("deno")
    assert notebook.page.errors == []

    # The kernel goes, and the run stays.
    notebook.finish(2)
    notebook.save()
    notebook.end_kernel()
    again = notebook.reload()
    stored = RunView(again, 2)
    stored.wait_for_text(JOKE)
    assert "done" in stored.status.lower()
