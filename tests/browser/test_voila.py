"""A notebook under Voilà: its code is hidden, its runs are on the page, and a widget runs."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest

from tests.browser.notebook import RESULTS

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("voila") is None, reason="Voilà is not installed"
)

GRAPH = """
import itertools, time
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.graph import START, MessagesState, StateGraph
from lg_notebook import GraphWidget
%load_ext lg_notebook

class SlowModel(GenericFakeChatModel):
    def _stream(self, *args, **kwargs):
        for chunk in super()._stream(*args, **kwargs):
            time.sleep(0.05)
            yield chunk

llm = SlowModel(messages=map(AIMessage, itertools.repeat("word " * 40 + "and the end.")))

def talk(state: MessagesState):
    return {"messages": [llm.invoke(state["messages"])]}

graph = StateGraph(MessagesState).add_node(talk).add_edge(START, "talk").compile()
"""
SAID = "word " * 40 + "and the end."
STARTUP = 120


@pytest.fixture
def voila(tmp_path):
    """A notebook with a run and a widget, served by Voilà on a free port."""
    cells = [GRAPH, '%%lgstream graph\n"Go"', "GraphWidget(graph)"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    file = tmp_path / "app.ipynb"
    nbformat.write(notebook, file)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "voila", str(file), "--no-browser", f"--port={port}"]
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    environment = {**os.environ, **{name: str(tmp_path / name) for name in homes}}
    with (tmp_path / "voila.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + STARTUP
    try:
        while not answers(f"{url}/voila/static/main.js"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((tmp_path / "voila.log").read_text())
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def answers(url):
    try:
        urllib.request.urlopen(url, timeout=30).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def test_shows_runs_and_runs_a_widget(voila, new_page):
    page = new_page()
    page.goto(voila)
    # Voilà has run the notebook before it shows it: of the magic's run the static face is there.
    page.get_by_text(SAID).first.wait_for()

    view = page.locator("section.lgn").last
    view.get_by_role("textbox").fill("Continue")
    view.get_by_role("button", name="Run", exact=True).click()
    body = view.locator("article .lgn-body").last
    body.get_by_text("word word").first.wait_for()
    assert "the end" not in body.text_content()
    body.get_by_text("the end").wait_for()
    view.locator('.lgn-status[data-status="done"]').wait_for()

    view.get_by_role("textbox").fill("Continue")
    view.get_by_role("button", name="Run", exact=True).click()
    view.get_by_role("button", name="Stop", exact=True).click()
    view.locator('.lgn-status[data-status="stopped"]').wait_for()
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / "voila.png", full_page=True)
    # It came from the hub, and once.
    assert page.evaluate("() => globalThis[Symbol.for('lg_notebook.code')].size") == 1
    assert page.errors == []
