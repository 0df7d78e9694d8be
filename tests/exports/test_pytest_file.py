"""A run as a pytest file: it passes as it is, and fails when the answer is another one."""

import subprocess
import sys
import textwrap

import pytest

from lg_notebook import Run, cassette, stream
from tests.golden import golden

APP = """
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.graph import START, MessagesState, StateGraph

replies = [AIMessage("An answer of \\"several\\" words.\\n\\nAnd lines.")]
model = GenericFakeChatModel(messages=iter(replies))

def call_model(state):
    return {"messages": [model.invoke(state["messages"])]}

graph = StateGraph(MessagesState).add_node(call_model).add_edge(START, "call_model").compile()
"""  # fmt: skip


def pytest_of(path):
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", path.parent, path],
        cwd=path.parent, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["agent", "failing"])
def test_the_saved_run_passes(name, tmp_path):
    path = tmp_path / f"test_{name}.py"

    Run.from_events(golden(name)["events"]).to_test(path)

    ended = pytest_of(path)
    assert ended.returncode == 0, ended.stdout
    assert "1 passed" in ended.stdout


def test_another_answer_fails(tmp_path):
    path = tmp_path / "test_it.py"
    run = Run.from_events(golden("agent")["events"])
    run.to_test(path)
    run.redact("sunny").save(tmp_path / "test_it.jsonl")

    ended = pytest_of(path)

    assert ended.returncode == 1
    assert "[masked]" in ended.stdout


@pytest.fixture
def app(tmp_path, monkeypatch):
    (tmp_path / "app.py").write_text(textwrap.dedent(APP))
    monkeypatch.syspath_prepend(str(tmp_path))
    with cassette(tmp_path / "answers.jsonl"):
        import app  # noqa: PLC0415

        run = Run.from_events(stream(app.graph, {"messages": [{"role": "user", "content": "hi"}]}))
    yield run
    del sys.modules["app"]


def test_the_graph_is_run_anew_from_a_cassette(app, tmp_path):
    path = tmp_path / "test_app.py"

    app.to_test(path, graph="app:graph", cassette="answers.jsonl")

    ended = pytest_of(path)
    assert ended.returncode == 0, ended.stdout
    assert not (tmp_path / "test_app.jsonl").exists()

    source = (tmp_path / "app.py").read_text()
    (tmp_path / "app.py").write_text(source.replace('state["messages"])', '"another question")'))
    ended = pytest_of(path)
    assert ended.returncode == 1
    assert "another question" in ended.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"graph": "app:graph"}, "together"),
        ({"cassette": "x"}, "together"),
        ({"graph": "app.graph", "cassette": "x"}, "package.module:name"),
        ({"graph": "app:graph; import os", "cassette": "x"}, "package.module:name"),
    ],
)
def test_nonsense_is_refused(options, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        Run().to_test(tmp_path / "test_x.py", **options)
    assert not list(tmp_path.iterdir())
