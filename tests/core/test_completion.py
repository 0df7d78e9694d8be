"""Wait for a run in threads and event loops, with a time limit, and raise its error."""

import asyncio
import signal
import threading
import time
import traceback

import pytest

from lg_notebook import GraphWidget, Run, stream, watch
from lg_notebook.core.completion import Completion
from lg_notebook.runtime.execution import Execution
from lg_notebook.runtime.graph_source import GraphSource
from tests.graphs.zoo import TOPIC, ajoke, failing, joke
from tests.slow import PATIENCE, Slow, eventually


def ending():
    return Completion(lambda: None)


def test_over_once_everything_has_said_so():
    made = ending()
    made.hold()
    made.reach()
    assert not made.over
    made.reach()
    assert made.over
    made.wait(0)


def test_a_limit():
    with pytest.raises(TimeoutError, match=r"still running after 0\.01 seconds"):
        ending().wait(0.01)


async def test_a_limit_when_awaited():
    with pytest.raises(TimeoutError, match=r"still running after 0\.01 seconds"):
        await ending().awaited(0.01)
    with pytest.raises(TimeoutError):
        await ending().awaited(0)


def test_an_interrupt_that_does_not_wake_the_thread_ends_the_waiting():
    # As one that arrives just before the thread blocks: here another thread receives it.
    def interrupt():
        time.sleep(0.3)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    thread = threading.Thread(target=interrupt)
    thread.start()
    began = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            ending().wait(PATIENCE)
    finally:
        signal.signal(signal.SIGINT, before)
        thread.join()
    assert time.monotonic() - began < PATIENCE / 2


async def test_many_wait_on_loops_and_in_threads():
    made, seen = ending(), []
    threads = [
        threading.Thread(target=lambda: (made.wait(60), seen.append("thread"))),
        threading.Thread(target=lambda: (asyncio.run(made.awaited()), seen.append("loop"))),
    ]
    for thread in threads:
        thread.start()
    waiting = [asyncio.ensure_future(made.awaited()) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert seen == []
    made.reach()
    await asyncio.gather(*waiting)
    await made.awaited()
    assert eventually(lambda: sorted(seen) == ["loop", "thread"])
    for thread in threads:
        thread.join()


async def test_who_is_cancelled_leaves_it_and_the_others_alone():
    made = ending()
    gone, stays = (asyncio.ensure_future(made.awaited()) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert (made.over, stays.done()) == (False, False)
    assert len(made._waiters) == 1
    made.reach()
    await stays
    assert made._waiters == []


async def test_a_loop_that_the_run_needs_is_not_held_up():
    made = ending()
    made.loop = asyncio.get_running_loop()

    with pytest.raises(RuntimeError, match=r"use `await run` instead of `run\.wait\(\)`"):
        made.wait(5)
    assert not await asyncio.to_thread(made.blocks)
    made.reach()
    made.wait(5)


def test_the_same_error_for_everyone():
    made = ending()
    made.fail(ValueError("broke"))
    made.reach()
    depths = []
    for _ in range(3):
        with pytest.raises(ValueError, match="broke") as caught:
            made.wait(0)
        depths.append(len(traceback.extract_tb(caught.value.__traceback__)))

    assert len(set(depths)) == 1


def test_the_first_to_arrive_is_asked_to_show_it():
    made, seen = ending(), []
    made.arrived = lambda: seen.append(threading.current_thread())
    made.reach()
    made.wait(0)
    made.wait(0)

    assert seen == [threading.current_thread()]


# ---- runs -------------------------------------------------------------------------------


async def test_a_loaded_run_is_over_whatever_it_says():
    run = Run.from_events(list(stream(joke(), TOPIC))[:-1])

    assert run.status == "running"
    assert run.wait() is run
    assert await run is run
    run.stop()


async def test_any_run_can_be_waited_for_and_stopped():
    model = Slow()
    run = Run()
    execution = Execution(GraphSource(ajoke(model), TOPIC, run=run))
    going_on = asyncio.ensure_future(execution.arun())
    await asyncio.to_thread(model.begun.wait, 60)
    with pytest.raises(RuntimeError, match="await run"):
        run.wait()
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(run, 0.05)
    assert run.status == "running"
    run.stop()

    assert (await run).status == "stopped"
    assert (await going_on) is run


def test_a_widgets_run_raises_its_error_to_those_who_wait():
    widget = GraphWidget(failing())
    with pytest.raises(ValueError, match="the node broke"):
        widget.run(TOPIC)
    with pytest.raises(ValueError, match="the node broke"):
        widget.runs[0].wait()


@pytest.mark.parametrize("build", [joke, ajoke])
def test_in_the_background_of_a_script(build, capsys):
    model = Slow(pause=0.01, text="a b c d")
    run = watch(build(model), TOPIC, background=True)
    assert run.status == "running"

    assert run.wait(timeout=30) is run
    assert (run.status, run.text()) == ("done", "a b c d")
    assert capsys.readouterr().out == "[call_model]\na b c d\n"


async def test_in_the_background_of_a_loop():
    runs = [watch(build(Slow(text="a b")), TOPIC, background=True, view="quiet")
            for build in (joke, ajoke)]  # fmt: skip

    assert [run.text() for run in await asyncio.gather(*runs)] == ["a b", "a b"]


def test_a_failure_in_the_background_of_a_script(capsys):
    run = watch(failing(), TOPIC, background=True)

    with pytest.raises(ValueError, match="the node broke"):
        run.wait(30)
    out, err = capsys.readouterr()
    assert (out, err) == ("[crash]\nso far so good\n", "ValueError: the node broke\n")


@pytest.mark.parametrize("build", [joke, ajoke])
def test_stopped_in_the_background_of_a_script(build):
    model = Slow()
    run = watch(build(model), TOPIC, background=True, view="quiet")
    model.begun.wait(60)
    run.stop()

    assert run.wait(30).status == "stopped"
    assert eventually(model.let_go.is_set)
