"""When to send, by a clock of the test."""

import itertools

from hypothesis import strategies as st

from lg_notebook.runtime.throttle import INTERVAL, Pacer
from tests.chance import given


def test_thirty_times_a_second():
    assert 30 <= 1e9 / INTERVAL < 31


def test_at_once_after_a_silence():
    pacer = Pacer(interval=100)

    assert pacer.wait(now=0) == 0
    pacer.sent(now=10)
    assert pacer.wait(now=500) == 0


def test_in_its_turn_after_a_frame():
    pacer = Pacer(interval=100)
    pacer.sent(now=10)

    assert [pacer.wait(now) for now in (10, 60, 109, 110)] == [100, 50, 1, 0]


def test_hurry_holds_for_one_frame():
    pacer = Pacer(interval=100)
    pacer.sent(now=0)
    pacer.hurry()

    assert pacer.wait(now=1) == 0
    pacer.sent(now=1)
    assert pacer.wait(now=2) == 99


@given(st.lists(st.integers(0, 60), max_size=200))
def test_never_more_often_than_the_interval(gaps):
    pacer, now, sent = Pacer(interval=100), 0, []
    for gap in gaps:
        now += gap
        if pacer.wait(now) == 0:
            pacer.sent(now)
            sent.append(now)

    assert all(b - a >= 100 for a, b in itertools.pairwise(sent))
