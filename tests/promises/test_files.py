"""G. Files are whole or not there, loss is said, and what is not a file of ours is one ValueError."""

import gzip
import json
import os
import re
import stat
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from lg_notebook import LgNotebookError, Run, cassette, read_notebook, watch
from tests.promises.graphs import RECORD, calling, cases, fake, quiet

ROOT = Path(__file__).parent.parent.parent


def script(body, *args):
    """Run a script in a process of its own, whose files cannot grow where it says so."""
    head = """
    import contextlib, io, resource, signal, sys, time
    from lg_notebook import Run, watch
    from langgraph.graph import MessagesState
    from tests.promises.graphs import calling, chain, fake
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def full(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    """
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    text = textwrap.dedent(head) + textwrap.dedent(body)
    return subprocess.run(
        [sys.executable, "-c", text, *map(str, args)],
        env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip


FULL_FOR_A_SECOND = """
def talk(state: MessagesState):
    fake(*(f"before{at} " for at in range(99))).invoke("x")
    time.sleep(0.8)
    full(200)
    fake(*(f"meanwhile{at} " for at in range(99))).invoke("x")
    time.sleep(0.8)
    full(resource.RLIM_INFINITY)
    fake(*(f"after{at} " for at in range(99))).invoke("x")

run = watch(chain(talk), "hi", view="text", record=sys.argv[1])
print(run.diagnosis)
print("status:", run.status, len(run.text()))
"""


def test_a_recording_is_whole_or_the_run_says_that_it_is_not(tmp_path):
    file = tmp_path / "run.jsonl"
    outcome = script(FULL_FOR_A_SECOND, file)
    length = outcome.stdout.rpartition("status: done ")[2].strip()

    assert length, outcome.stderr
    try:
        whole = str(len(Run.load(file).text())) == length
    except ValueError:
        whole = False
    words = outcome.stdout.rpartition("after98")[2] + outcome.stderr
    assert whole or re.search(r"record(?:ing|ed)\b(?!\.py)", words), outcome.stderr


@pytest.fixture(scope="module")
def run():
    return quiet(calling(fake(*(f"word{at} " for at in range(9)))))


@pytest.fixture
def saved(run, tmp_path):
    file = tmp_path / "run.jsonl"
    run.save(file)
    return file


@pytest.mark.parametrize("gone", [1, 4, 8])
def test_a_recording_with_a_gap_is_refused(saved, gone):
    lines = saved.read_bytes().splitlines(keepends=True)
    saved.write_bytes(b"".join(lines[:gone] + lines[gone + 1 :]))

    with pytest.raises(ValueError, match="line"):
        Run.load(saved)


def test_a_recording_that_goes_back_is_refused(saved):
    lines = saved.read_bytes().splitlines(keepends=True)
    saved.write_bytes(b"".join([*lines[:5], lines[3], *lines[5:]]))

    with pytest.raises(ValueError, match="line"):
        Run.load(saved)


# ---- what is not a plain file --------------------------------------------------------------

WRITERS = {
    "save": lambda run, path: run.save(path),
    "to_html": lambda run, path: run.to_html(path),
    "to_trace": lambda run, path: run.to_trace(path),
    "record": lambda _, path: watch(calling(fake("word")), "hi", view="quiet", record=path),
}


def write(writer, run, path):
    """Write, or be refused in a sentence."""
    try:
        writer(run, path)
    except (OSError, ValueError, LgNotebookError) as error:
        refusal = str(error)
    else:
        return True
    assert refusal
    assert "\n" not in refusal
    return False


@pytest.mark.parametrize("writer", cases(WRITERS))
def test_a_link_stays_a_link_and_its_file_is_written(writer, run, tmp_path):
    target, link = tmp_path / "target.jsonl", tmp_path / "link.jsonl"
    target.write_text("old")
    link.symlink_to(target)

    if write(writer, run, link):
        assert target.read_text() != "old"
    assert link.is_symlink()


@pytest.mark.parametrize("writer", cases(WRITERS))
def test_a_pipe_stays_a_pipe(writer, run, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()

    written = write(writer, run, pipe)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    if written:
        reader.join(5)
        assert read[0]
    else:  # the reader still waits
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))


@pytest.mark.parametrize("writer", cases(WRITERS))
def test_a_device_stays_a_device(writer, run, tmp_path):
    null = tmp_path / "null"
    try:
        os.mknod(null, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        null.open("wb").close()
    except OSError:
        pytest.skip("no devices can be made here")

    write(writer, run, null)
    assert stat.S_ISCHR(null.stat().st_mode)


FULL = """
run = watch(calling(fake("word")), "hi", view="quiet")
full(300)
try:
    {0}
except OSError as error:
    print("refused:", error)
"""
WHOLE = {
    "to_html": "run.to_html(sys.argv[1])",
    "to_trace": "run.to_trace(sys.argv[1])",
    "save": "run.save(sys.argv[1])",
    "to_test": "run.to_test(sys.argv[1])",
}


@pytest.mark.parametrize("call", cases(WHOLE))
def test_on_a_full_disk_the_old_file_stays(call, tmp_path):
    file = tmp_path / "file"
    file.write_text("old")
    outcome = script(FULL.format(call), file)

    assert "refused:" in outcome.stdout, outcome.stderr
    assert file.read_text() == "old"


# ---- cassettes ----------------------------------------------------------------------------


def test_a_torn_cassette_drops_its_torn_line_and_keeps_the_new_one(tmp_path):
    file = tmp_path / "tape.jsonl"
    for text in ("one", "two"):
        with cassette(file, mode="new"):
            calling(fake(text)).invoke({"messages": [("user", text)]})
    file.write_bytes(file.read_bytes()[:-20])
    with cassette(file, mode="new"):
        calling(fake("three")).invoke({"messages": [("user", "three")]})

    with cassette(file, mode="none") as tape:
        for text in ("one", "three"):
            answer = calling(fake("not called")).invoke({"messages": [("user", text)]})
            assert answer["messages"][-1].content == text
    assert tape.played == 2


def needing(tmp_path, *names):
    file = tmp_path / "tape.jsonl"
    with cassette(file):
        calling(fake("one")).invoke({"messages": [("user", "one")]})
    head, row = file.read_text().splitlines()
    file.write_text(f"{head}\n{json.dumps({**json.loads(row), 'needs': list(names)})}\n")
    return file


@pytest.mark.parametrize("name", ["SOME_VARIABLE", "LD_PRELOAD", "HTTPS_PROXY", "PYTHONSTARTUP"])
def test_a_cassette_sets_no_other_variables(tmp_path, monkeypatch, name):
    monkeypatch.delenv(name, raising=False)
    with cassette(needing(tmp_path, name), mode="none"):
        assert name not in os.environ


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY"])
def test_a_cassette_sets_the_keys_of_model_clients(tmp_path, monkeypatch, name):
    monkeypatch.delenv(name, raising=False)
    with cassette(needing(tmp_path, name), mode="none"):
        assert name in os.environ
    assert name not in os.environ


# ---- hostile files ------------------------------------------------------------------------

HEAD = {"format": "lg_notebook.run", "version": 1}
PLACE = {"t": 0, "ns": [], "task": None, "node": None, "step": None}
START = {"type": "run-start", "seq": 0, **PLACE, "graph": "g", "input": None, "started_at": 1.0}
MESSAGE = {
    "type": "message-start", "seq": 1, **PLACE, "message": 0, "id": None, "role": "ai",
    "name": None, "origin": "streamed", "of": None, "tool_call_id": None, "metadata": {},
}  # fmt: skip
DELTA = {"type": "delta", "seq": 2, **PLACE, "message": 0, "block": 0, "kind": "text", "text": "x"}
HOSTILE = {
    "a version below zero": [{**HEAD, "version": -1}],
    "a version that is true": [{**HEAD, "version": True}],
    "a version that is a text": [{**HEAD, "version": "1"}],
    "seq is a text": [HEAD, {**START, "seq": "0"}],
    "seq is below zero": [HEAD, {**START, "seq": -1}],
    "t is a text": [HEAD, START, MESSAGE, {**DELTA, "t": "now"}],
    "t is a list": [HEAD, START, {**MESSAGE, "t": []}],
    "ns is a number": [HEAD, START, {**MESSAGE, "ns": 3}],
    "ns has numbers": [HEAD, START, {**MESSAGE, "ns": [1, None]}],
    "the type is a list": [HEAD, {**START, "type": ["run-start"]}],
    "the graph is a list": [HEAD, {**START, "graph": [1]}],
    "metadata is a text": [HEAD, START, {**MESSAGE, "metadata": "x"}],
    "a text is a number": [HEAD, START, MESSAGE, {**DELTA, "text": 3}],
    "a block is a text": [HEAD, START, MESSAGE, {**DELTA, "block": "0"}],
    "a block is far away": [HEAD, START, MESSAGE, {**DELTA, "block": 10**12}],
    "a block is below zero": [HEAD, START, MESSAGE, {**DELTA, "block": -1}],
    "a message that never began": [HEAD, START, MESSAGE, {**DELTA, "message": 7}],
    "a kind is a number": [HEAD, START, MESSAGE, {**DELTA, "kind": 3}],
    "a status is not a status": [
        HEAD, START,
        {"type": "run-end", "seq": 1, **PLACE, "status": "fine", "error": None, "duration": 1, "state": None},
    ],
    "an error is a text": [
        HEAD, START,
        {"type": "run-end", "seq": 1, **PLACE, "status": "error", "error": "x", "duration": 1, "state": None},
    ],
    "triggers are a number": [HEAD, START, {"type": "task-start", "seq": 1, **PLACE, "triggers": 3, "attempt": 1}],
    "values are lists": [HEAD, START, {"type": "values", "seq": 1, **PLACE, "set": [], "append": [], "removed": {}}],
    "a topology is a text": [HEAD, {**START, "topology": "x"}],
}  # fmt: skip
DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000


def load_and_look(file):
    """Load a recording, and look at all of it."""
    found = Run.load(file)
    found._repr_mimebundle_()
    found.to_markdown()
    found.to_messages()
    found.to_trace()
    found.snapshot()
    return found


@pytest.mark.parametrize(
    "rows",
    cases(
        HOSTILE,
        "logs may have pieces of unknown messages, as the golden log `edges` has",
        ["a message that never began"],
    ),
)
def test_a_hostile_recording_is_refused_with_its_place(rows, tmp_path):
    file = tmp_path / "hostile.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))

    with pytest.raises(ValueError, match=r"hostile\.jsonl"):
        load_and_look(file)


@pytest.mark.parametrize("before", [[], [HEAD], [HEAD, START]], ids=["first", "second", "third"])
def test_deep_json_is_refused(before, tmp_path):
    file = tmp_path / "deep.jsonl"
    file.write_bytes(b"".join(json.dumps(row).encode() + b"\n" for row in before) + DEEP + b"\n")

    with pytest.raises(ValueError, match=r"deep\.jsonl"):
        Run.load(file)


def notebook(stored):
    return {"cells": [{"outputs": [{"metadata": {RECORD: stored}}]}]}


FRAME = {"run": 0, "kind": "stored", "first": 0, "last": 1, "t": 0, "items": [], "buffer": ""}
NOTEBOOKS = {
    "a cell is a number": {"cells": [3]},
    "outputs are a number": {"cells": [{"outputs": 3}]},
    "an output is a text": {"cells": [{"outputs": ["x"]}]},
    "metadata are a list": {"cells": [{"outputs": [{"metadata": [1]}]}]},
    "runs are a number": notebook({"v": 1, "runs": 3}),
    "a frame is a number": notebook({"v": 1, "runs": [3]}),
    "a frame is empty": notebook({"v": 1, "runs": [{}]}),
    "a run is a list": notebook({"v": 1, "runs": [{**FRAME, "run": []}]}),
    "items are a number": notebook({"v": 1, "runs": [{**FRAME, "items": 3}]}),
    "an item is a number": notebook({"v": 1, "runs": [{**FRAME, "items": [3]}]}),
    "an item is short": notebook({"v": 1, "runs": [{**FRAME, "items": [[0, 0]]}]}),
    "an item counts more than there is": notebook(
        {"v": 1, "runs": [{**FRAME, "items": [[0, 0, "text", "x", 10**9]], "last": 10**9}]}
    ),
    "an event without fields": notebook(
        {"v": 1, "runs": [{**FRAME, "items": [{"type": "delta"}]}]}
    ),
    "the buffer is not base64": notebook({"v": 1, "runs": [{**FRAME, "buffer": "é"}]}),
    "the buffer is a number": notebook({"v": 1, "runs": [{**FRAME, "buffer": 3}]}),
    "first is below zero": notebook({"v": 1, "runs": [{**FRAME, "first": -5, "last": -5}]}),
    "t is a text": notebook({"v": 1, "runs": [{**FRAME, "t": "x"}]}),
    "a list": [],
    "a text": "text",
}


@pytest.mark.parametrize("given", cases(NOTEBOOKS))
def test_a_hostile_notebook_is_refused(given, tmp_path):
    file = tmp_path / "hostile.ipynb"
    file.write_text(json.dumps(given))

    with pytest.raises(ValueError, match=r"hostile\.ipynb"):
        read_notebook(file)


def test_a_deep_notebook_is_refused(tmp_path):
    file = tmp_path / "deep.ipynb"
    file.write_bytes(DEEP)

    with pytest.raises(ValueError, match=r"deep\.ipynb"):
        read_notebook(file)


# ---- names of files -----------------------------------------------------------------------


@pytest.mark.parametrize("writer", [WRITERS["save"], WRITERS["record"]], ids=["save", "record"])
def test_a_file_whose_name_ends_in_gz_is_compressed(writer, run, tmp_path):
    file = tmp_path / "run.jsonl.gz"
    writer(run, file)

    assert gzip.decompress(file.read_bytes()).startswith(b'{"format":"lg_notebook.run"')
    assert Run.load(file).status == "done"


@pytest.mark.parametrize("writer", cases(WRITERS))
def test_a_tilde_is_the_home_folder(writer, run, tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(tmp_path / "here")
    writer(run, "~/x.jsonl")

    assert (home / "x.jsonl").is_file()
    assert list((tmp_path / "here").iterdir()) == []


def test_a_tilde_is_the_home_folder_when_a_run_is_loaded(run, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    run.save(tmp_path / "x.jsonl")

    assert Run.load("~/x.jsonl").text() == run.text()
