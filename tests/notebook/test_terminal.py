"""The magic in a real terminal IPython: plain text, headed by node."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from tests.kernels import ROOT

SETUP = """
%load_ext lg_notebook
from lg_notebook import awatch
from tests.graphs.zoo import agent, ajoke, chat, failing, joke
from tests.slow import Slow
graph, agraph, broken, talk = joke(), ajoke(), failing(), chat()
print('-' * 3)
"""


def start(tmp_path):
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {
        **os.environ, "PYTHONPATH": os.pathsep.join(paths), "IPYTHONDIR": str(tmp_path),
        "NO_COLOR": "1", "TERM": "dumb", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    options = ["--simple-prompt", "--no-banner", "--no-confirm-exit", "--colors=nocolor"]
    options += ["--HistoryManager.enabled=False", "--TerminalInteractiveShell.xmode=Plain"]
    return subprocess.Popen(
        [sys.executable, "-m", "IPython", *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=env, cwd=tmp_path, start_new_session=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What a session answers, cell by cell."""
    cells = {
        "joke": '%%lgstream graph\n{"topic": "x"}\n\n',
        "async": '%%lgstream agraph\n{"topic": "x"}\n\n',
        "line": '%lgstream graph {"topic": "x"}',
        "text": "%%lgstream talk --text\nhi you\n\n",
        "run": "print(_run.status, len(_run.messages), _run.text())",
        "broken": '%%lgstream broken\n{"topic": "x"}\n\n',
        "status": "print(_run.status, _run.text())",
        "tools": "%lgstream agent() 'weather?'",
        "no name": "%lgstream nothing 1",
        "no body": "%%lgstream graph\n# nothing\n\n",
        "rejected": "%lgstream graph {'unknown':1}",
        "unloaded": "%unload_ext lg_notebook\n%lgstream graph 1",
    }
    # A cell magic ends with two empty lines; each cell prints where it begins and ends.
    marked = [f"print('<' + {name!r} + '>')\n{cell}\nprint('</' + {name!r} + '>')\n"
              for name, cell in cells.items()]  # fmt: skip
    process = start(tmp_path_factory.mktemp("ipython"))
    out, _ = process.communicate(SETUP + "\n".join(marked) + "\nexit\n", timeout=250)
    answers = {}
    for name in cells:
        _, begun, rest = out.partition(f"<{name}>\n")
        answer, ended, _ = rest.partition(f"</{name}>\n")
        assert begun, out
        assert ended, out
        answers[name] = answer
    return answers


JOKE = "[call_model]\nWhy did the cone cry?\n"


def test_streams_text_headed_by_node(said):
    for name in ("joke", "async", "line"):
        assert JOKE in said[name]


def test_a_text(said):
    assert "[input]\nhi you\n\n[reply]\nHello **there**, friend.\n" in said["text"]


def test_leaves_the_run(said):
    assert "done 2 Hello **there**, friend." in said["run"]


def test_a_node_that_raises(said):
    assert "[crash]\nso far so good\n" in said["broken"]
    assert "ValueError: the node broke" in said["broken"]
    assert "error so far so good" in said["status"]


def test_several_nodes(said):
    assert "[tools]\nsunny in Oslo\n\n[think]\nIt is sunny in Oslo.\n" in said["tools"]


def test_bad_input_is_one_sentence(said):
    for name, words in {
        "no name": "name 'nothing' is not defined",
        "no body": "The cell is empty",
        "rejected": "did not accept this input",
    }.items():
        (line,) = [line for line in said[name].splitlines() if "UsageError" in line]
        assert words in line
        assert "Traceback" not in said[name]


def test_unloaded(said):
    assert "not found" in said["unloaded"]


TELL = "print('<' + _run.status + '>', _run.text()[:3])"

RUNS = {
    "sync": "%lgstream joke(slow) {'topic': 'x'}",
    "async": "%lgstream ajoke(slow) {'topic': 'x'}",
    "awaited": "await awatch(ajoke(slow), {'topic': 'x'})",
}


@pytest.mark.parametrize("cell", RUNS.values(), ids=RUNS)
def test_an_interrupt(tmp_path, cell):
    process = start(tmp_path)
    watchdog = threading.Timer(200, process.kill)
    watchdog.start()
    source = "Slow(text=' '.join('abc' * 70))"
    process.stdin.write(f"{SETUP}\nslow = {source}\n{cell}\n")
    process.stdin.flush()
    seen = ""
    while "[call_model]\na b" not in seen:
        seen += process.stdout.read(1)
        assert process.poll() is None, seen
    os.kill(process.pid, signal.SIGINT)
    process.stdin.write(
        ("" if "awatch" in cell else TELL) + "\n%lgstream graph {'topic': 1}\nexit\n"
    )
    process.stdin.flush()
    rest = process.stdout.read()
    watchdog.cancel()
    process.wait(60)

    assert "KeyboardInterrupt" in rest
    assert "[stopped]" in rest
    if "awatch" not in cell:  # which leaves no `_run`
        assert "<stopped> a b" in rest
    assert JOKE in rest
