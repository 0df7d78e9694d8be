"""A recorded run shown again; a run recorded while it runs; models answered from a file."""

import threading
import time

import pytest

from lg_notebook import Run, awatch, watch
from lg_notebook.exceptions import CassetteFileError, InputError, RecordingError
from lg_notebook.runtime.execution import Execution
from lg_notebook.runtime.playback import Playback, RecordedRun
from tests.golden import NAMES, golden
from tests.graphs import zoo
from tests.graphs.model import Scripted, say
from tests.graphs.zoo import TOPIC, chat, joke
from tests.shells import shell


def recorded(name):
    return Run.from_events(golden(name)["events"])


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_run_comes_again(name):
    run = recorded(name)

    assert run.replay(speed=None, view="quiet").snapshot() == run.snapshot()


@pytest.mark.parametrize("name", ["agent", "failing", "asking"])
async def test_also_where_it_is_awaited(name):
    run = recorded(name)

    again = await Execution(Playback(RecordedRun(run, None))).arun()

    assert again.snapshot() == run.snapshot()


def test_at_its_own_pace(monkeypatch):
    run = recorded("joke")
    replay = Execution(Playback(RecordedRun(run, 2.0)))
    waits = []
    monkeypatch.setattr(replay._driver.stopping, "wait", waits.append)

    replay.block(threaded=False)

    assert sum(waits) == pytest.approx(run.events[-1]["t"] / 1e9 / 2)


def test_it_can_be_stopped():
    events = golden("joke")["events"]
    for at, event in enumerate(events):
        event["t"] = at * 10**9
    replay = Execution(Playback(RecordedRun(Run.from_events(events))))
    thread = threading.Thread(target=replay.block, kwargs={"threaded": True})
    thread.start()
    while len(replay.run) < 2:
        time.sleep(0.01)

    replay.stop()
    thread.join(timeout=30)

    assert not thread.is_alive()
    assert replay.run.status == "stopped"
    assert 2 <= len(replay.run) < len(events)


def test_a_recording_that_was_cut_off_ends_as_stopped():
    run = Run.from_events(golden("joke")["events"][:-3])

    again = run.replay(speed=None, view="quiet")

    assert again.status == "stopped"
    assert again.text() == run.text()


@pytest.mark.parametrize("speed", [0, -1])
def test_a_speed_is_above_nothing(speed):
    with pytest.raises(ValueError, match="speed is a number above 0"):
        recorded("joke").replay(speed=speed)


def test_a_terminal_reads_it_as_text(capsys):
    recorded("joke").replay(speed=None)

    assert "[call_model]\nWhy did the cone cry?" in capsys.readouterr().out


# ---- recording ---------------------------------------------------------------------------


def test_a_run_is_recorded(tmp_path):
    run = watch(joke(), TOPIC, view="quiet", record=tmp_path / "x.jsonl")

    assert Run.load(tmp_path / "x.jsonl").snapshot() == run.snapshot()


async def test_an_awaited_one_too(tmp_path):
    run = await awatch(joke(), TOPIC, view="quiet", record=tmp_path / "x.jsonl")

    assert Run.load(tmp_path / "x.jsonl").snapshot() == run.snapshot()


def test_and_one_in_the_background(tmp_path):
    run = watch(joke(), TOPIC, view="quiet", background=True, record=tmp_path / "x.jsonl")
    run.wait(timeout=60)

    assert Run.load(tmp_path / "x.jsonl").snapshot() == run.snapshot()


def test_a_failing_run_is_recorded_with_its_error(tmp_path):
    with pytest.raises(ValueError, match="the node broke"):
        watch(zoo.failing(), TOPIC, view="quiet", record=tmp_path / "x.jsonl")

    run = Run.load(tmp_path / "x.jsonl")
    assert run.status == "error"
    assert run.text()


def test_input_that_is_not_accepted_leaves_the_older_recording_alone(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("older")

    with pytest.raises(InputError):
        watch(joke(), 3, view="quiet", record=path)

    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["nowhere/x.jsonl", "."])
def test_a_place_that_cannot_be_written_is_told_before_anything_runs(place, tmp_path):
    model = Scripted(replies=[say("hello")])

    with pytest.raises(RecordingError, match="cannot be recorded"):
        watch(chat(model), "hi", view="quiet", record=tmp_path / place)

    assert model.calls == 0


# ---- cassettes ---------------------------------------------------------------------------


@pytest.mark.parametrize("background", [False, True])
def test_a_runs_models_are_answered_from_a_file(background, tmp_path):
    model = Scripted(replies=[say("one two"), say("three four")])
    for _ in range(2):
        run = watch(
            chat(model), "hi", view="quiet", cassette=tmp_path / "c.jsonl", background=background
        ).wait(timeout=60)  # fmt: skip
        assert run.text() == "one two"

    assert model.calls == 1
    assert watch(chat(model), "hi", view="quiet").text() == "three four"


def test_a_file_that_is_no_cassette_is_told_before_anything_runs(tmp_path):
    (tmp_path / "c.jsonl").write_text("hello\n")
    model = Scripted(replies=[say("hello")])

    with pytest.raises(CassetteFileError, match=r"c\.jsonl is not a cassette"):
        watch(chat(model), "hi", view="quiet", cassette=tmp_path / "c.jsonl")

    assert model.calls == 0


# ---- the magic ---------------------------------------------------------------------------


@pytest.fixture
def ip(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with shell() as made:
        made.names.update(
            graph=zoo.joke(), chat=chat(Scripted(replies=[say("one two"), say("three")])), n=1
        )
        yield made


SAID = "[call_model]\nWhy did the cone cry?\n"


def test_record_and_replay(ip, tmp_path):
    ip.run('%%lgstream graph --record "joke.jsonl"\n{"topic": "x"}')
    first = ip.names["_run"]

    assert ip.run("%lgstream --replay joke.jsonl --speed 0 --as again") == (SAID, "", None)
    assert ip.names["_run"] is ip.names["again"] is not first
    assert ip.names["again"].snapshot() == first.snapshot()
    assert ip.run("%lgstream --replay joke.jsonl --node call_model") == (SAID, "", None)


OTHERS = {
    "--node !call_model": "",
    "--tag joke": "",
    "--tag !joke": SAID,
    "--agent nobody": "",
    "--kind text": SAID,
    "--kind tool": "",
}


@pytest.mark.parametrize("options", OTHERS)
def test_filters_choose_what_a_replay_shows(ip, options):
    ip.run("%lgstream graph {'topic': 'x'} --record joke.jsonl --quiet")
    first = ip.names["_run"]

    out, err, _ = ip.run(f"%lgstream --replay joke.jsonl --speed 0 {options}")

    assert err == ""
    assert ("Why did the cone cry?" in out) == bool(OTHERS[options])
    assert ip.names["_run"].snapshot() == first.snapshot(), "whatever is shown, all of it is there"


def test_tokens_of_custom_payloads_are_replayed_as_they_were_read(ip):
    ip.names["anyllm"] = zoo.custom()
    shown = ip.run("%lgstream anyllm {'topic': 'x'} --tokens token --record any.jsonl")
    assert shown.out
    first = ip.names["_run"]
    assert len(first.messages[-1].tokens) > 1

    assert ip.run("%lgstream --replay any.jsonl --speed 0") == shown
    assert ip.names["_run"].snapshot() == first.snapshot()


def test_a_cassette(ip, tmp_path):
    for _ in range(2):
        out, _, _ = ip.run('%%lgstream chat --cassette talk-{n}.jsonl\n"hi"')
        assert "one two" in out

    assert (tmp_path / "talk-1.jsonl").exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%lgstream --replay nothing.jsonl", "There is no file nothing.jsonl"),
        ("%lgstream --replay other.txt", "other.txt is not a recording of lg_notebook"),
        ("%lgstream graph --replay x.jsonl", "without a graph"),
        ("%lgstream --replay x.jsonl --thread 1", "without a graph"),
        ("%lgstream --replay x.jsonl --tokens token", "without a graph"),
        ("%lgstream graph {'topic': 'x'} --speed 2", "--speed goes with --replay"),
        ("%lgstream", "The graph is missing"),
        ("%%lgstream graph --record a/b/c.jsonl\n{'topic': 'x'}", "cannot be recorded"),
        ("%%lgstream graph --cassette other.txt\n{'topic': 'x'}", "is not a cassette"),
        ("%%lgstream graph --cassette a/b/c.jsonl\n{'topic': 'x'}", "There is no folder"),
    ],
)
def test_mistakes_are_one_sentence(ip, tmp_path, line, words):
    (tmp_path / "other.txt").write_text("hello\n")

    out, err, _ = ip.run(line)

    assert out == ""
    assert words in err
    assert err.startswith("UsageError: ")
    assert "_run" not in ip.names
