"""Interrupts while a run is awaited, in a loop that nobody guards: a terminal IPython's."""

import asyncio
import contextlib
import inspect
import signal
import threading
import time

import pytest
from langgraph.graph import START, StateGraph

from lg_notebook.kernel import environment
from lg_notebook.runtime import sigint
from lg_notebook.runtime.execution import Execution
from lg_notebook.runtime.graph_source import GraphSource
from lg_notebook.runtime.sigint import Guard, held
from tests.graphs.zoo import TOPIC, MyState, ajoke, joke
from tests.slow import Slow, eventually


@pytest.fixture(autouse=True)
def default():
    """The handler that Python starts with, which every test leaves in place."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    now = signal.signal(signal.SIGINT, before)
    assert now is signal.default_int_handler
    assert eventually(lambda: not [t for t in threading.enumerate() if "lg_note" in t.name])


@pytest.fixture
def loop():
    """A loop that runs one thing after the other."""
    made = asyncio.new_event_loop()
    yield made
    # A task that was cancelled in the loop's last turn ends in the next, as in a kernel's loop.
    for _ in range(20):
        if asyncio.all_tasks(made):
            made.run_until_complete(asyncio.sleep(0.05))
    assert not asyncio.all_tasks(made)
    made.close()


def press(when):
    """Press Ctrl-C once something holds."""

    def work():
        assert eventually(when)
        time.sleep(0.05)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    threading.Thread(target=work).start()


def block(seconds):
    """Block the loop."""
    time.sleep(seconds)


def graph(node):
    return StateGraph(MyState).add_node("node", node).add_edge(START, "node").compile()


@pytest.mark.parametrize("build", [joke, ajoke])
def test_ends_the_run_and_the_next_goes_well(loop, build):
    execution = Execution(GraphSource(build(Slow()), TOPIC))
    press(execution.run.text)

    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(execution.arun())

    assert execution.run.status == "stopped"
    assert execution.run.text().startswith("word0")
    assert loop.run_until_complete(Execution(GraphSource(ajoke(), TOPIC)).arun()).status == "done"


def test_ends_all_that_a_cell_waits_for(loop):
    executions = [Execution(GraphSource(ajoke(Slow()), TOPIC)) for _ in range(2)]
    press(lambda: all(each.run.text() for each in executions))
    over = []

    async def run_cell_async():  # the name of IPython's own
        other = asyncio.ensure_future(asyncio.sleep(100))
        try:
            await asyncio.gather(other, *(each.arun() for each in executions))
        finally:
            over.append(other)

    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(run_cell_async())

    assert over[0].cancelled()
    assert [each.run.status for each in executions] == ["stopped", "stopped"]


def test_frees_a_node_that_blocks_the_loop(loop):
    begun, ran = threading.Event(), []

    async def node(state: MyState):
        begun.set()
        block(100)
        ran.append(state)

    execution = Execution(GraphSource(graph(node), TOPIC))
    press(begun.is_set)

    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(execution.arun())

    assert (execution.run.status, ran) == ("stopped", [])


def test_code_of_others_that_blocks_the_loop_gets_what_python_gives(loop):
    execution = Execution(GraphSource(ajoke(Slow()), TOPIC))
    begun = threading.Event()

    async def main():
        running = asyncio.ensure_future(execution.arun())
        await asyncio.to_thread(eventually, execution.run.text)
        try:
            begun.set()
            block(100)
        except KeyboardInterrupt:
            execution.stop()
            return await running

    press(lambda: begun.wait(60) and not time.sleep(sigint.STUCK + 0.1))

    assert loop.run_until_complete(main()).status == "stopped"


def test_a_second_one_waits_no_longer(loop, monkeypatch):
    monkeypatch.setattr("lg_notebook.runtime.execution.GRACE", 100)
    begun, cancelled, go_on = threading.Event(), threading.Event(), asyncio.Event()

    async def node(state: MyState):
        begun.set()
        while not go_on.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.05)
                continue
            cancelled.set()

    execution = Execution(GraphSource(graph(node), TOPIC))
    press(begun.is_set)
    press(cancelled.is_set)

    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(execution.arun())
    go_on.set()
    while asyncio.all_tasks(loop):
        loop.run_until_complete(asyncio.sleep(0.05))

    assert execution.run.abandoned == ["node"]


def test_who_handles_it_already_does_so(loop):
    """As ipykernel and, from Python 3.11 on, `asyncio.run` do."""
    execution = Execution(GraphSource(ajoke(Slow()), TOPIC))
    pressed = []

    async def main():
        task = asyncio.current_task()

        def handle(*_):
            pressed.append(1)
            loop.call_soon_threadsafe(task.cancel)

        signal.signal(signal.SIGINT, handle)
        press(execution.run.text)
        try:
            await execution.arun()
        finally:
            assert signal.getsignal(signal.SIGINT) is handle

    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(main())
    signal.signal(signal.SIGINT, signal.default_int_handler)

    assert pressed == [1]
    assert execution.run.status == "stopped"


@pytest.mark.parametrize("first", [0, 1])
def test_several_at_once_leave_the_handler_as_it_was(first):
    guards = [Guard(), Guard()]
    with pytest.raises(RuntimeError), guards[0]:  # no task: it is for runs that are awaited
        pass

    async def main():
        for guard in guards:
            guard.__enter__()
        guards[first].__exit__()
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        guards[1 - first].__exit__()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    asyncio.get_event_loop_policy().new_event_loop().run_until_complete(main())


def test_a_handler_that_somebody_put_over_it_stays(loop):
    def theirs(*_):
        pass

    async def main():
        with Guard():
            signal.signal(signal.SIGINT, theirs)
        assert signal.getsignal(signal.SIGINT) is theirs

    loop.run_until_complete(main())
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_in_another_thread_there_are_no_signals():
    seen = []

    async def main():
        with Guard() as guard:
            seen.append((signal.getsignal(signal.SIGINT), guard.presses))

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    thread.join()

    assert seen == [(signal.default_int_handler, 0)]


def test_our_own_code_is_never_broken_in_the_middle(loop):
    async def main():
        with Guard() as guard:
            guard._alive -= 10
            sigint.inside.set(True)
            handle = signal.getsignal(signal.SIGINT)
            with pytest.raises(asyncio.CancelledError):
                handle(signal.SIGINT, inspect.currentframe())
            handle(signal.SIGINT, _frame_of_ours())
            await asyncio.sleep(0)  # what was interrupted is cancelled in its turn

    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(main())


def _frame_of_ours():
    """A frame within the package."""
    found = []

    class SpyError(Exception):
        def __str__(self):
            found.append(inspect.currentframe().f_back)
            return ""

    environment.sentence(SpyError())
    return found[0]


# ---- held -------------------------------------------------------------------------------


def pressed(times, done):
    with held():
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        done.append(True)


def test_a_first_interrupt_waits_for_the_end():
    done = []
    with pytest.raises(KeyboardInterrupt):
        pressed(1, done)
    assert done


def test_a_second_one_does_not_wait():
    done = []
    with pytest.raises(KeyboardInterrupt):
        pressed(2, done)
    assert not done


def test_without_an_interrupt_nothing_happens():
    done = []
    pressed(0, done)
    assert done
