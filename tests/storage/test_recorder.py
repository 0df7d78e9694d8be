"""A recorder and a disk that is full for a while: the recording is whole, or the run says it is not."""

import errno
import os

import pytest

from lg_notebook import Run
from lg_notebook.runtime.run_builder import RunBuilder
from lg_notebook.storage.recorder import Recorder
from tests.golden import golden

EVENTS = golden("joke")["events"]


class Disk:
    """Replaces a file without a buffer: takes as many bytes as there is room for."""

    def __init__(self, raw):
        self.raw, self.room = raw, 10**9

    def write(self, data):
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        part = data[: self.room]
        self.room -= len(part)
        return self.raw.write(part)

    def close(self):
        self.raw.close()


@pytest.fixture(params=["x.jsonl", "x.jsonl.gz"])
def recorded(request, tmp_path):
    """A recorder whose disk can be full, and which writes when it is flushed."""
    builder = RunBuilder(Run())
    recorder = Recorder(builder, tmp_path / request.param)
    disk = recorder._file.raw = Disk(recorder._file.raw)
    recorder.open()
    return builder, recorder, disk, tmp_path / request.param


@pytest.mark.parametrize("room", [0, 1, 150, 1000])
def test_what_a_full_disk_did_not_take_is_written_later(recorded, room):
    builder, recorder, disk, path = recorded
    disk.room = room
    builder.fold(EVENTS[:5])
    recorder._publisher.flush()
    builder.fold(EVENTS[5:9])
    recorder._publisher.flush()
    disk.room = 10**9
    builder.fold(EVENTS[9:])
    recorder.close()

    assert Run.load(path).events == builder.run.events
    assert recorder.loss is None
    assert builder.run.diagnosis is None


def test_the_last_try_is_when_it_is_closed(recorded):
    builder, recorder, disk, path = recorded
    disk.room = 100
    builder.fold(EVENTS)
    recorder._publisher.flush()
    assert recorder.loss
    disk.room = 10**9
    recorder.close()

    assert recorder.loss is None
    assert Run.load(path).events == builder.run.events


def test_a_recording_that_is_not_whole_says_so(recorded):
    builder, recorder, disk, path = recorded
    builder.fold(EVENTS[:5])
    recorder._publisher.flush()
    disk.room = 20
    builder.fold(EVENTS[5:])
    recorder.close()

    assert recorder.loss == f"The recording {path} is not whole: No space left on device."
    assert builder.run.diagnosis == recorder.loss
    loaded = Run.load(path)
    assert loaded.status == "running"
    assert loaded.events == builder.run.events[: len(loaded)]


def test_a_full_disk_is_reported_before_anything_runs(tmp_path, monkeypatch):
    (tmp_path / "x.jsonl").write_text("older")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Recorder, "_drain", full)
    with pytest.raises(OSError, match="No space"):
        Recorder(RunBuilder(), tmp_path / "x.jsonl")

    assert [each.read_text() for each in tmp_path.iterdir()] == ["older"]


def test_a_file_that_cannot_take_its_place_ends_no_run(tmp_path):
    builder = RunBuilder(Run())
    folder = tmp_path / "folder"
    folder.mkdir()
    recorder = Recorder(builder, folder / "x.jsonl")
    (folder / "x.jsonl").mkdir()
    recorder.open()
    builder.fold(EVENTS)
    builder.changed()
    recorder.close()

    assert "is not whole" in builder.run.diagnosis
    assert [each.name for each in folder.iterdir()] == ["x.jsonl"]
