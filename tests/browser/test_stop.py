"""Stop: immediately, without an error, and the notebook still works."""

import json

from tests.browser.cells import GRAPH, STREAM, TEXT, slow_model
from tests.browser.view import RunView

# When the last token came, on the clock that the page's own clock shows too.
LAST_TOKEN = """
import json
run_start = _run.events[0]["started_at"]
last = _run.messages[-1].tokens[-1]
print(json.dumps({
    "status": _run.status, "text": _run.text(), "last": run_start + last.t / 1e9,
}))
""".strip()

NOTE_CLICK = """() => addEventListener("click", () => { window.clicked = Date.now() / 1000; },
  { capture: true, once: true })"""


def test_stop_ends_the_run_within_half_a_second(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0.05), GRAPH, STREAM, LAST_TOKEN, STREAM])
    notebook.run(0)
    notebook.run(1)

    notebook.start(2)
    view = RunView(notebook, 2)
    notebook.until(lambda: "word5" in view.text(), "the text did not grow")
    # How long it takes to reach the button is the browser's driver's affair.
    notebook.page.evaluate(NOTE_CLICK)
    view.stop.click()
    notebook.finish(2)
    clicked = notebook.page.evaluate("() => window.clicked")
    view.wait_for_status("stopped")
    assert "Error" not in notebook.said(2)
    assert "Interrupt" not in notebook.said(2)

    notebook.run(3)
    kept = json.loads(notebook.said(3).splitlines()[-1])
    assert kept["status"] == "stopped"
    assert kept["last"] - clicked < 0.5
    # Every token that came is kept and shown; the model had more to say.
    assert TEXT.startswith(kept["text"])
    assert kept["text"] != TEXT
    view.wait_for_text(kept["text"].strip())

    notebook.run(4)
    RunView(notebook, 4).wait_for_text(TEXT)


def test_interrupting_the_kernel_keeps_what_came(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0.05), GRAPH, STREAM, LAST_TOKEN, STREAM])
    notebook.run(0)
    notebook.run(1)

    notebook.start(2)
    view = RunView(notebook, 2)
    notebook.until(lambda: "word5" in view.text(), "the text did not grow")
    notebook.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()"
    )
    notebook.finish(2)
    view.wait_for_status("stopped")
    assert "KeyboardInterrupt" in notebook.said(2)

    notebook.run(3)
    kept = json.loads(notebook.said(3).splitlines()[-1])
    assert kept["status"] == "stopped"
    view.wait_for_text(kept["text"].strip())
    notebook.run(4)
    RunView(notebook, 4).wait_for_text(TEXT)
