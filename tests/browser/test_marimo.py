"""The widget in marimo: another host, which shows widgets in shadow roots of their own."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.browser.notebook import RESULTS

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("marimo") is None, reason="marimo is not installed"
)

APP = """
import marimo

app = marimo.App()


@app.cell
def _():
    import itertools, time
    from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
    from langchain_core.messages import AIMessage
    from langgraph.graph import START, MessagesState, StateGraph
    from lg_notebook import GraphWidget

    class SlowModel(GenericFakeChatModel):
        def _stream(self, *args, **kwargs):
            for chunk in super()._stream(*args, **kwargs):
                time.sleep(0.05)
                yield chunk

    said = "word " * 40 + "\\n\\n```python\\nreturn 42\\n```\\n\\nThe end."
    llm = SlowModel(messages=map(AIMessage, itertools.repeat(said)))

    def talk(state: MessagesState):
        return {"messages": [llm.invoke(state["messages"])]}

    graph = StateGraph(MessagesState).add_node(talk).add_edge(START, "talk").compile()
    widget = GraphWidget(graph)
    widget
    return


if __name__ == "__main__":
    app.run()
"""


@pytest.fixture
def marimo(tmp_path):
    """An app that shows a widget, served by marimo on a free port."""
    file = tmp_path / "app.py"
    file.write_text(APP)
    # Not the system's theme, which is light here.
    (tmp_path / "pyproject.toml").write_text('[tool.marimo.display]\ntheme = "dark"\n')
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "marimo", "run", str(file), "--headless", "--no-token"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    homes = {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    homes["MARIMO_SKIP_UPDATE_CHECK"] = "1"
    with (tmp_path / "marimo.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=tmp_path, env={**os.environ, **homes}, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"{url}/health", timeout=30).close()
                break
            except (urllib.error.URLError, OSError):
                said = (tmp_path / "marimo.log").read_text()
                assert process.poll() is None, said
                assert time.monotonic() < deadline, said
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def test_a_run_grows_in_a_shadow_root(new_page, marimo):
    page = new_page()
    page.goto(marimo)
    view = page.locator("section.lgn")
    box = view.get_by_role("textbox")
    box.fill("Hello")
    view.get_by_role("button", name="Run", exact=True).click()

    body = view.locator("article .lgn-body").last
    body.get_by_text("word word").first.wait_for()
    assert "The end." not in body.text_content()
    body.get_by_text("The end.").wait_for()
    view.locator('.lgn-status[data-status="done"]').wait_for()
    # No renderer is here: the highlighter comes from the kernel.
    view.locator("pre .lgn-syntax-keyword").first.wait_for()

    inside = view.evaluate("view => view.getRootNode() instanceof ShadowRoot")
    styled = view.evaluate("view => getComputedStyle(view).borderRadius")
    assert (inside, styled) == (True, "8px")
    dark = view.evaluate("view => getComputedStyle(view).backgroundColor.match(/\\d+/g)[0] < 128")
    assert dark
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / "marimo.png")
    assert page.errors == []
