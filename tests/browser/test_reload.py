"""Reloading the page in mid-stream: every token is there at the end, and in the saved file."""

from tests.browser.cells import GRAPH, STREAM, TEXT, slow_model
from tests.browser.view import RunView


def test_every_token_is_there_after_a_reload(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0.1, hold=120), GRAPH, STREAM])
    notebook.run(0)
    notebook.run(1)
    notebook.start(2)
    view = RunView(notebook, 2)
    notebook.until(lambda: "word5" in view.text(), "the text did not grow")
    # A page that is loaded again shows what the file holds.
    notebook.save()

    notebook.reload()
    notebook.until(view.text, "the view did not come back")
    assert view.text() != TEXT, "the run had ended before the page was back"
    assert TEXT.startswith(view.text())
    notebook.release()
    view.wait_for_text(TEXT)
    view.wait_for_status("done")

    # The page missed the kernel's last update of the output, and makes up for it.
    notebook.save()
    notebook.end_kernel()
    notebook.open()
    view.wait_for_text(TEXT)


def test_reloading_again_and_again_loses_nothing(open_notebook, lab):
    notebook = open_notebook(lab, [slow_model(0.1, hold=120), GRAPH, STREAM])
    notebook.run(0)
    notebook.run(1)
    notebook.start(2)
    view = RunView(notebook, 2)
    notebook.until(lambda: "word3" in view.text(), "the text did not grow")
    notebook.save()

    for _ in range(3):
        notebook.reload()
        notebook.until(view.text, "the view did not come back")
        assert view.text() != TEXT, "the run had ended before the page was back"
    notebook.release()
    view.wait_for_text(TEXT)
