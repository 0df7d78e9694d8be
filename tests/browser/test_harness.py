"""The harness itself, with plain cells: what the stories rely on works without us."""

import pytest

CELLS = [
    "import time\nfor number in range(40):\n    print(number, flush=True)\n    time.sleep(0.1)",
    "6 * 7",
]


@pytest.fixture(params=["lab", "notebook7"])
def host(request):
    return request.getfixturevalue(request.param)


def test_runs_cells_saves_and_reopens(open_notebook, host):
    notebook = open_notebook(host, CELLS)

    notebook.start(0)
    notebook.until(lambda: "3" in notebook.said(0), "the first cell printed nothing")
    assert notebook.is_running(0)
    notebook.finish(0)
    notebook.run(1)
    assert notebook.said(1).endswith("42")

    saved = notebook.save()
    assert saved["cells"][1]["outputs"][0]["data"]["text/plain"] == ["42"]
    notebook.end_kernel()
    assert host.sessions() == []
    notebook.trust(trusted=False)
    notebook.open()
    assert notebook.said(1).endswith("42")


def test_changes_themes_and_takes_pictures(open_notebook, lab):
    notebook = open_notebook(lab, CELLS)

    notebook.theme("JupyterLab Dark")
    dark = notebook.picture("harness-dark")
    notebook.theme("JupyterLab Light")
    light = notebook.picture("harness-light")

    assert dark.read_bytes() != light.read_bytes()
