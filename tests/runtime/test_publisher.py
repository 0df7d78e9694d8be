"""Publishing to sinks: everything, in order, not too often, the first token immediately."""

import contextvars
import signal
import threading
import time

import pytest

from lg_notebook import Run
from lg_notebook.model.run_writer import RunWriter
from lg_notebook.runtime.publisher import Publisher
from lg_notebook.runtime.sigint import held
from tests.golden import golden
from tests.slow import eventually

PLACE = {"ns": [], "task": None, "node": None, "step": None}


def custom(seq):
    return {"type": "custom", "seq": seq, "t": seq, **PLACE, "data": seq}


class Watcher:
    """A run, its feed, and what the feed handed on."""

    def __init__(self, sink=None):
        self.run = Run()
        self.writer = RunWriter(self.run)
        self.stretches = []
        self.times = []
        self.sink = sink or (lambda: None)
        self.feed = Publisher(self.run, self._take)

    def _take(self, first, last):
        self.times.append(time.monotonic())
        self.stretches.append((first, last))
        self.sink()

    def say(self, event):
        self.writer.apply(event)
        self.feed.changed()

    def gapless(self):
        ends = [0]
        for first, last in self.stretches:
            assert first == ends[-1] < last
            ends.append(last)
        return ends[-1] == len(self.run)


def feeds():
    return [t for t in threading.enumerate() if t.name == "lg_notebook-publisher"]


def test_hands_on_everything_once_and_ends():
    watcher = Watcher()
    watcher.feed.open()
    for seq in range(500):
        watcher.say(custom(seq))
        if seq % 100 == 0:
            time.sleep(0.01)
    watcher.feed.close()

    assert watcher.gapless()
    assert watcher.feed.sent == 500
    assert not feeds()


def test_not_more_than_thirty_times_a_second():
    watcher = Watcher()
    watcher.feed.open()
    began = time.monotonic()
    end = began + 0.5
    seq = 0
    while time.monotonic() < end:
        watcher.say(custom(seq))
        seq += 1
        time.sleep(0.001)
    took = time.monotonic() - began
    watcher.feed.close()

    assert watcher.gapless()
    assert len(watcher.stretches) <= took * 30 + 3


def test_what_is_unsent_goes_out_while_the_model_thinks():
    watcher = Watcher()
    watcher.feed.open()
    for seq in range(3):
        watcher.say(custom(seq))

    assert eventually(lambda: watcher.feed.sent == 3)
    watcher.feed.close()


def test_the_first_message_does_not_wait_for_its_turn():
    watcher = Watcher()
    watcher.feed._pacer._interval = 10**10
    watcher.feed.open()
    events = golden("joke")["events"]
    watcher.say(events[0])
    assert eventually(lambda: watcher.feed.sent == 1)
    for event in events[1:4]:
        watcher.say(event)

    assert eventually(lambda: watcher.feed.sent > 3 or watcher.run.messages)
    assert eventually(lambda: len(watcher.stretches) == 2)
    watcher.feed.close()
    assert watcher.gapless()


def test_closing_without_opening_hands_on_what_there_is():
    watcher = Watcher()
    watcher.say(custom(0))
    watcher.feed.close()

    assert watcher.stretches == [(0, 1)]


def test_closing_twice_is_harmless():
    watcher = Watcher()
    watcher.feed.open()
    watcher.feed.close()
    watcher.feed.close()

    assert watcher.stretches == []


def test_the_sink_sees_the_openers_context():
    variable = contextvars.ContextVar("variable", default="none")
    seen = []
    watcher = Watcher(sink=lambda: seen.append(variable.get()))
    variable.set("mine")
    watcher.feed.open()
    watcher.say(custom(0))
    eventually(lambda: seen)
    watcher.feed.close()

    assert seen == ["mine"]


def test_a_sink_that_fails_once_does_not_end_the_feed():
    failures = [RuntimeError("no wire")]

    def fail():
        if failures:
            raise failures.pop()

    watcher = Watcher(sink=fail)
    watcher.feed.open()
    watcher.say(custom(0))
    eventually(lambda: not failures)
    watcher.say(custom(1))

    assert eventually(lambda: len(watcher.stretches) == 2)
    watcher.feed.close()


def test_an_interrupt_while_it_closes_comes_after_the_rest():
    """A second Ctrl-C: the first has ended the run."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    begun, go_on = threading.Event(), threading.Event()
    watcher = Watcher(sink=lambda: (begun.set(), go_on.wait(60)))
    watcher.feed.open()
    watcher.say(custom(0))
    begun.wait(60)
    watcher.say(custom(1))

    def press():
        time.sleep(0.1)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        go_on.set()

    def close():
        with held():
            threading.Thread(target=press).start()
            watcher.feed.close()

    try:
        with pytest.raises(KeyboardInterrupt):
            close()
    finally:
        signal.signal(signal.SIGINT, before)

    assert watcher.gapless()
    assert eventually(lambda: not feeds())
