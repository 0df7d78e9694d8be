"""Recordings: what was saved is what is loaded, and what cannot be loaded says why."""

import json
import re
import signal
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from hypothesis import strategies as st

from lg_notebook import Run
from lg_notebook.runtime.run_builder import RunBuilder
from lg_notebook.storage import event_check, recording
from lg_notebook.storage.recorder import Recorder
from tests.chance import given
from tests.golden import NAMES, golden
from tests.slow import eventually


def saved(run, folder, name="run.jsonl"):
    run.save(folder / name)
    return folder / name


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_run_loads_as_the_same_run(name, tmp_path):
    run = Run.from_events(golden(name)["events"])

    loaded = Run.load(saved(run, tmp_path))

    assert loaded.snapshot() == run.snapshot()
    assert loaded.events == run.events


@given(name=st.sampled_from(NAMES), data=st.data())
def test_any_prefix_of_a_recording_is_that_prefix_of_the_run(name, data):
    events = golden(name)["events"]
    lines = list(recording.lines(events))
    cut = data.draw(st.integers(1, len(b"".join(lines))))
    written = b"".join(lines)[:cut]
    whole = next((n for n in range(len(lines), 0, -1) if written.startswith(b"".join(lines[:n])
                  .rstrip(b"\n"))), 0)  # fmt: skip
    if not whole:  # not even the first line
        return

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cut.jsonl"
        path.write_bytes(written)
        assert Run.load(path).snapshot() == Run.from_events(events[: whole - 1]).snapshot()


def test_one_event_a_line_behind_a_line_that_says_what_it_is(tmp_path):
    run = Run.from_events(golden("joke")["events"])

    first, *rest = saved(run, tmp_path).read_text(encoding="utf-8").splitlines()

    assert json.loads(first) == {"format": "lg_notebook.run", "version": 1}
    assert [json.loads(line) for line in rest] == run.events


PLACE = {"ns": [], "task": None, "node": None, "step": None}


@pytest.mark.parametrize("text", ["é 😀 \u2028 \x00 \r\n", "half a pair: \ud83d"])
def test_any_text_survives(text, tmp_path):
    run = Run.from_events([{"type": "custom", "seq": 0, "t": 0, **PLACE, "data": text}])

    assert Run.load(saved(run, tmp_path)).custom == [text]


def test_replaces_a_file_whole_or_not_at_all(tmp_path):
    path = saved(Run.from_events(golden("joke")["events"]), tmp_path)
    before = path.read_bytes()
    run = Run.from_events([{"type": "custom", "seq": 0, "t": 0, **PLACE, "data": object()}])

    with pytest.raises(TypeError):
        run.save(path)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_saved_file_has_the_rights_of_any_new_file(tmp_path):
    path = saved(Run(), tmp_path)
    (tmp_path / "other").touch()

    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_file_from_the_future_says_so(tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_text('{"format":"lg_notebook.run","version":2}\n')

    with pytest.raises(ValueError, match=r"run.jsonl was written by a newer lg_notebook.*update"):
        Run.load(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello\n",
        "[]\n",
        '{"cells": []}\n',
        '{"format":"lg_notebook.run","version":"1"}\n',
        "\x00",
    ],
)
def test_another_file_says_what_it_is_not(text, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(text)

    with pytest.raises(ValueError, match=r"x.jsonl is not a recording of lg_notebook"):
        Run.load(path)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nonsense", "line 3: this line is not JSON"),
        ("3", "line 3: this line is not JSON"),
        ('{"type":"custom"}', "line 3: a `custom` event without data, node, ns, seq, step, t, task"),
        ("{}", "line 3: an event without node"),
        ('{"type":"custom","seq":"x","t":0,"ns":[],"task":null,"node":null,"step":null,"data":1}',
         "event 'x' cannot be understood"),
    ],
)  # fmt: skip
def test_a_broken_line_is_named(line, words, tmp_path):
    lines = [each.decode().rstrip("\n") for each in recording.lines(golden("joke")["events"])]
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join([*lines[:2], line, *lines[3:]]) + "\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"x\.jsonl is broken") as caught:
        Run.load(path)
    assert words in str(caught.value)


def test_the_documented_fields_are_those_that_are_asked_for():
    page = (Path(__file__).parent.parent.parent / "docs" / "recording.md").read_text(
        encoding="utf-8"
    )
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", page, re.MULTILINE)
    # Words in brackets are a field's values.
    documented = {
        kind: set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", fields))) for kind, fields in rows
    }

    for kind, fields in event_check.REQUIRED.items():
        assert documented[kind] == fields, kind
    assert documented.keys() >= event_check.COMMON
    assert f'"version":{recording.VERSION}' in page


def test_what_is_unknown_is_passed_over(tmp_path):
    path = tmp_path / "x.jsonl"
    run = Run.from_events(golden("joke")["events"])
    first, *rest = recording.lines(run.events)
    new = json.dumps({"type": "from-a-later-version", "seq": 10**6, "t": 0, **PLACE}).encode()
    path.write_bytes(b"".join([first, *rest, b"\n", new, b"\n"]))

    assert Run.load(path).text() == run.text()


def test_a_recording_of_the_first_version_still_loads():
    run = Run.load(Path(__file__).parent.parent / "fixtures" / "recording-v1.jsonl")

    assert (run.status, run.text()) == ("done", "Hello there!")
    assert run.messages[-1].metadata["langgraph_node"] == "call_model"


def test_one_with_tools_too():
    """With states, tool calls and where they came from, as they were first written."""
    run = Run.load(Path(__file__).parent.parent / "fixtures" / "recording-v1-agent.jsonl")

    assert (run.status, run.text()) == ("done", "It is sunny in Oslo.")
    tools = run.snapshot()["tools"]
    assert [tool["phase"] for tool in tools] == ["finished", "finished", "failed"]
    assert tools[0]["input"] == {"city": "Oslo"}
    assert [m["content"] for m in run.tasks[0].before["messages"]] == ["hello"]
    assert [m.role for m in run.messages].count("tool") == 3
    assert run.replay(speed=None, view="quiet").snapshot() == run.snapshot()


def test_a_recorder_writes_while_the_run_goes_on(tmp_path):
    builder = RunBuilder()
    recorder = Recorder(builder, tmp_path / "x.jsonl")
    recorder.open()
    events = golden("joke")["events"]
    for event in events[:-1]:
        builder.fold([event])
        builder.changed()

    assert eventually(lambda: len(Run.load(tmp_path / "x.jsonl")) == len(events) - 1)

    builder.fold(events[-1:])
    recorder.close()
    assert Run.load(tmp_path / "x.jsonl").snapshot() == builder.run.snapshot()


def test_a_recorder_tells_at_once_that_it_cannot_write(tmp_path):
    with pytest.raises(FileNotFoundError):
        Recorder(RunBuilder(), tmp_path / "nowhere" / "x.jsonl")


def test_a_killed_process_loses_at_most_the_last_second(tmp_path):
    path = tmp_path / "killed.jsonl"
    script = textwrap.dedent(
        f"""
        import time
        from lg_notebook.runtime.run_builder import RunBuilder
        from lg_notebook.storage.recorder import Recorder

        builder = RunBuilder()
        recorder = Recorder(builder, {str(path)!r})
        recorder.open()
        began = time.monotonic()
        for seq in range(10**6):
            t = time.monotonic() - began
            builder.fold([{{"type": "custom", "seq": seq, "t": int(t * 1e9), "ns": [], "task": None,
                           "node": None, "step": None, "data": seq}}])
            builder.changed()
            print(t, flush=True)
            time.sleep(0.01)
        """
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = 0.0
        while said < 3:
            said = float(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.wait()

    run = Run.load(path)

    assert run.status == "running"
    assert run.custom == list(range(len(run.custom)))
    assert run.events[-1]["t"] / 1e9 > said - 1
