"""Code in an answer: coloured by the highlighter, wherever that comes from."""

import pytest

from tests.browser.cells import GRAPH, STREAM, slow_model
from tests.browser.view import RunView

CODE = 'def scoop(cone):\n    return f"{cone} with ice cream"  # yum'
ANSWER = f"Like this:\n\n```python\n{CODE}\n```\n\n" + "And then it melts. " * 60


def test_is_coloured_while_the_cell_runs(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0.02, ANSWER, hold=100), GRAPH, STREAM])
    asked = []
    notebook.page.on("request", lambda request: asked.append(request.url))
    for index in range(2):
        notebook.run(index)

    notebook.start(2)
    view = RunView(notebook, 2)
    keyword = view.area.locator("pre .lgn-syntax-keyword")
    notebook.until(keyword.count, "no code was coloured")
    assert notebook.is_running(2)
    notebook.release()
    notebook.finish(2)

    assert view.area.locator("pre code").text_content() == CODE
    # Once by the page, and once more by the worker that the file starts of itself.
    (file,) = {url for url in asked if "/highlighter." in url}
    assert file.startswith(f"{lab.url}/lab/extensions/lg-notebook/static/highlighter.")


def test_is_coloured_by_way_of_the_kernel_too(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0, ANSWER), GRAPH, STREAM])
    notebook.page.route("**/static/highlighter.*", lambda route: route.abort())
    for index in range(3):
        notebook.run(index)

    view = RunView(notebook, 2)
    keyword = view.area.locator("pre .lgn-syntax-keyword")
    notebook.until(keyword.count, "no code was coloured")
    assert view.area.locator("pre code").text_content() == CODE


@pytest.mark.parametrize("host", ["lab", "notebook7"])
def test_is_coloured_in_a_saved_notebook(open_notebook, host, request):
    server = request.getfixturevalue(host)
    notebook = open_notebook(server, [slow_model(0, ANSWER), GRAPH, STREAM])
    for index in range(3):
        notebook.run(index)
    RunView(notebook, 2).wait_for_status("done")
    notebook.save()
    notebook.end_kernel()

    notebook.open()
    view = RunView(notebook, 2)
    notebook.until(view.area.locator("pre .lgn-syntax-keyword").count, "no code was coloured")
    notebook.picture(f"code-{host}", view.area)
