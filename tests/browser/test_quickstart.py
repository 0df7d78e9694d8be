"""The quickstart in a browser: its cells with a slowed model, seen as a reader sees them."""

import pytest

from tests.browser.cells import TEXT, quickstart, slow_model
from tests.browser.view import RunView


@pytest.fixture(params=["lab", "notebook7"])
def host(request):
    return request.getfixturevalue(request.param)


def find(cells, beginning):
    return next(index for index, cell in enumerate(cells) if cell.source.startswith(beginning))


def test_the_text_grows_and_the_sidebar_tells_its_origin(open_notebook, host):
    cells = quickstart(slow_model(0.03))
    notebook = open_notebook(host, cells)
    magic = find(cells, "%%lgstream graph\n")
    code = [index for index, cell in enumerate(cells) if cell.cell_type == "code"]
    for index in code[: code.index(magic)]:
        notebook.run(index)

    notebook.start(magic)
    view = RunView(notebook, magic)
    seen = []
    notebook.until(view.text, "no token appeared")
    while notebook.is_running(magic):
        seen.append(view.text())
        notebook.page.wait_for_timeout(50)
    notebook.finish(magic)
    view.wait_for_text(TEXT)

    # It grew, and each time the new text began with the old one.
    assert len(set(seen)) > 5
    assert all(TEXT.startswith(text) for text in seen)
    view.wait_for_status("done")
    view.select(0)
    told = view.sidebar()
    assert told["node"].startswith("call_model")
    assert told["step"].startswith("1")
    assert "branch:to:call_model" in told["triggers"]
    assert any("slow-talker" in value for value in told.values())

    for index in code[code.index(magic) + 1 :]:
        if "ls_model_name" not in cells[index].source:
            notebook.run(index)
            assert "Error" not in notebook.said(index)
    widget = RunView(notebook, find(cells, "from lg_notebook import GraphWidget"))
    widget.wait_for_text(TEXT)

    notebook.theme("JupyterLab Dark")
    colour = notebook.page.locator("section.lgn").last.evaluate(
        "view => getComputedStyle(view).backgroundColor.match(/\\d+/g).map(Number)"
    )
    assert max(colour[:3]) < 60
    notebook.picture(f"quickstart-dark-{host.program}")
    assert notebook.page.errors == []
