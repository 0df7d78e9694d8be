"""The view in JupyterLab, as axe-core sees it: light and dark, wide and narrow."""

from pathlib import Path

import pytest

from tests.browser.cells import GRAPH, STREAM, slow_model
from tests.browser.view import RunView

AXE = Path(__file__).parent.parent.parent / "js" / "node_modules" / "axe-core" / "axe.min.js"

ANSWER = """## Scoops

A [link](https://example.org), `code`, an ![image](https://example.org/a.png).

| a | b |
|---|--:|
| 1 | 2 |

```python
@cached
def scoop(cone: str) -> int:  # how many
    return len(f"{cone}") + 1
```
"""

WIDGET = """
from lg_notebook import GraphWidget
widget = GraphWidget(graph)
display(widget)
run = widget.run({"topic": "ice cream"})
""".strip()

RUN = """async () => {
  const { violations } = await axe.run(document.querySelector(".lgn"), {
    rules: { region: { enabled: false }, "page-has-heading-one": { enabled: false } },
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html} ${node.failureSummary}`));
}"""


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed in js/")
def test_nothing_serious(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0, ANSWER), GRAPH, WIDGET])
    for index in range(3):
        notebook.run(index)
    view = RunView(notebook, 2)
    view.wait_for_status("done")
    notebook.until(view.area.locator("pre .lgn-syntax-keyword").count, "no code was coloured")
    notebook.page.add_script_tag(path=AXE)

    for width in (1280, 520):
        notebook.page.set_viewport_size({"width": width, "height": 1200})
        for theme in ("Light", "Dark"):
            notebook.theme(f"JupyterLab {theme}")
            notebook.settle()
            found = notebook.page.evaluate(RUN)
            assert found == [], f"{theme}, {width} pixels"


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed in js/")
def test_nothing_serious_while_it_runs(open_notebook, lab):
    # Held within the code: a run, a message and a fence are open then.
    notebook = open_notebook(lab, [slow_model(0, ANSWER, hold=60), GRAPH, STREAM])
    for index in range(2):
        notebook.run(index)
    notebook.start(2)
    view = RunView(notebook, 2)
    notebook.until(lambda: "@cached" in view.text(), "the code did not come")
    notebook.page.add_script_tag(path=AXE)

    try:
        for theme in ("Light", "Dark"):
            notebook.theme(f"JupyterLab {theme}")
            notebook.settle()
            assert notebook.page.evaluate(RUN) == [], theme
        assert "running" in view.status.lower()
    finally:
        notebook.release()
    view.wait_for_status("done")
