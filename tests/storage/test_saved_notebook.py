"""Runs come back out of a saved notebook; whatever else is in there is no obstacle."""

import base64
import json
from pathlib import Path

import nbformat
import pytest
from hypothesis import strategies as st

from lg_notebook import Run, read_notebook
from lg_notebook.render.mime_bundle import stored
from lg_notebook.wire.decoder import decode
from lg_notebook.wire.encoder import MIME, encode, to_json
from tests.chance import given
from tests.decoder import replay
from tests.golden import NAMES, golden

QUICKSTART = Path(__file__).parent.parent.parent / "notebooks" / "01-quickstart.ipynb"


def notebook_with(*outputs):
    code = nbformat.v4.new_code_cell("…")
    code.outputs = [
        nbformat.v4.new_output("display_data", {"text/plain": "x"}, metadata=metadata)
        for metadata in outputs
    ]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("x"), code])


IDENTITY = {"uid": "", "graph": {}, "filters": {}, "form": False}


@pytest.mark.parametrize("name", NAMES)
def test_frames_are_read_as_the_front_end_reads_them(name):
    frames = golden(name)["frames"]

    assert list(decode(frames)) == replay(*frames)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_comes_back_as_it_was_shown(name, tmp_path):
    fixture = golden(name)
    run = Run.from_events(fixture["events"])
    path = tmp_path / "x.ipynb"
    nbformat.write(notebook_with({}, {MIME: stored([run], IDENTITY)}), path)

    [again] = read_notebook(path)

    assert again.status == run.status
    assert [m.text for m in again.messages] == [m.text for m in run.messages]
    assert [[t.text for t in m.tokens] for m in again.messages] == [
        [t.text for t in m.tokens] for m in run.messages
    ]
    assert [m.metadata for m in again.messages] == [m.metadata for m in run.messages]


def test_the_quickstarts_runs():
    found = read_notebook(QUICKSTART)

    assert len(found) == 3
    assert all(run.status == "done" and run.text() for run in found)
    assert all(run.messages[0].node == "call_model" for run in found)


def test_several_runs_of_one_output_come_in_their_order():
    first, second = (Run.from_events(golden(name)["events"]) for name in ("joke", "agent"))

    found = read_notebook(notebook_with({MIME: stored([first, second], IDENTITY)}))

    assert [run.text() for run in found] == [first.text(), second.text()]


def test_a_notebook_without_runs_has_none():
    assert read_notebook(notebook_with({}, {MIME: "?"}, {MIME: {"v": 1, "runs": []}})) == []


@pytest.mark.parametrize("text", ["", "hello", "[]", "{}", '{"worksheets": []}'])
def test_something_else_is_no_notebook(text, tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(text)

    with pytest.raises(ValueError, match=r"x\.ipynb is not a notebook"):
        read_notebook(path)


def broken_frames():
    [frame] = [to_json(*encode(golden("joke")["events"], first=0))]
    buffer = base64.b64decode(frame["buffer"])
    yield {**frame, "buffer": "?"}
    yield {**frame, "buffer": base64.b64encode(buffer[:-1]).decode()}
    yield {**frame, "buffer": base64.b64encode(buffer + b"\0").decode()}
    yield {**frame, "buffer": base64.b64encode(b"\xff" * len(buffer)).decode()}
    yield {**frame, "last": frame["last"] + 1}
    yield {**frame, "items": [[0, 0, "text", "x", 10**9]]}
    yield {**frame, "items": [[0, 0, "text"]]}
    yield {**frame, "items": [3]}
    yield {**frame, "items": [{}]}
    yield {"run": 0}


@pytest.mark.parametrize("frame", list(broken_frames()))
def test_a_broken_run_says_so(frame):
    with pytest.raises(ValueError, match="The stored run is broken"):
        read_notebook(notebook_with({MIME: {"v": 1, "runs": [frame]}}))


PLACE = {"ns": [], "task": None, "node": None, "step": None}


@given(pieces=st.lists(st.text(max_size=20)), times=st.lists(st.integers(0, 10**12)))
def test_any_tokens_survive(pieces, times):
    times = sorted(times) or [0]
    start = {"type": "message-start", "seq": 0, "t": 0, **PLACE, "message": 0, "id": None,
             "role": "ai", "name": None, "origin": "streamed", "of": None, "tool_call_id": None,
             "metadata": {}}  # fmt: skip
    deltas = [
        {"type": "delta", "seq": n + 1, "t": times[n % len(times)], **PLACE, "message": 0,
         "block": 0, "kind": "text", "text": piece}
        for n, piece in enumerate(pieces)
    ]  # fmt: skip
    deltas.sort(key=lambda event: event["t"])
    deltas = [{**event, "seq": n + 1} for n, event in enumerate(deltas)]

    frame = json.loads(json.dumps(to_json(*encode([start, *deltas], first=0))))

    assert list(decode([frame])) == [
        start, *({**event, "t": event["t"] // 10**6 * 10**6} for event in deltas),
    ]  # fmt: skip
