"""Running: to the end, into an error, stopped at any moment; and nothing left behind."""

import asyncio
import contextlib
import contextvars
import signal
import threading
import time

import pytest
from langchain_core.messages import HumanMessageChunk
from langchain_core.runnables import RunnableLambda
from langgraph.graph import START, StateGraph

from lg_notebook import bridge
from lg_notebook.privacy.redactor import Redactor
from lg_notebook.runtime import execution as module
from lg_notebook.runtime.execution import Execution
from lg_notebook.runtime.graph_source import GraphSource
from lg_notebook.runtime.item_folder import ItemFolder
from lg_notebook.runtime.run_builder import RunBuilder
from tests.graphs.model import Scripted
from tests.graphs.zoo import HELLO, TOPIC, MyState, ajoke, chat, failing, joke
from tests.slow import PATIENCE, WORDS, Slow, eventually


@pytest.fixture(autouse=True)
def nothing_left():
    """Every test ends without a thread of ours."""
    yield
    assert eventually(lambda: not ours())


def execution_of(*arguments, **options):
    return Execution(GraphSource(*arguments, **options))


def ours():
    return [t for t in threading.enumerate() if t.name.startswith("lg_notebook")]


def well_formed(run):
    events = run.events
    assert [event["seq"] for event in events] == list(range(len(events)))
    assert [event["type"] for event in events].count("run-end") == 1
    assert events[-1]["type"] == "run-end"
    return True


async def collect(events, into):
    async for event in events:
        into.append(event)  # one by one: an error may follow


GRAPHS = pytest.mark.parametrize("build", [joke, ajoke])


@GRAPHS
@pytest.mark.parametrize("threaded", [False, True])
def test_blocks_until_the_end(build, threaded):
    run = execution_of(build(), TOPIC).block(threaded=threaded)

    assert (run.status, run.text()) == ("done", "Why did the cone cry?")
    assert run.state == {"topic": "ice cream", "joke": "Why did the cone cry?"}
    assert run.duration > 0
    assert well_formed(run)


def test_chunks_of_any_class():
    model = Scripted(replies=[])
    model.replies = [[HumanMessageChunk(content=c) for c in "abc"]]
    run = execution_of(chat(model), HELLO).block(threaded=False)

    assert (run.status, run.messages[-1].text) == ("done", "abc")


@GRAPHS
async def test_awaits_the_end(build):
    run = await execution_of(build(), TOPIC).arun()

    assert (run.status, run.text()) == ("done", "Why did the cone cry?")
    assert well_formed(run)


@pytest.mark.parametrize("threaded", [False, True])
def test_an_error_is_on_the_run_and_not_raised(threaded):
    run = execution_of(failing(), TOPIC).block(threaded=threaded)

    assert (run.status, run.text()) == ("error", "so far so good")
    assert isinstance(run.exception, ValueError)
    assert run.error["message"] == "the node broke"


async def test_an_error_is_on_the_awaited_run():
    run = await execution_of(failing(), TOPIC).arun()

    assert (run.status, str(run.exception)) == ("error", "the node broke")


class Refusing:
    """Refuses immediately, not when its stream is read."""

    nodes: dict = {}  # noqa: RUF012 - a graph has some

    def stream(self, *_, **__):
        raise TypeError("not like this")

    astream = stream


@pytest.mark.parametrize("threaded", [False, True])
def test_a_graph_that_refuses_at_once(threaded):
    run = execution_of(Refusing(), {}).block(threaded=threaded)

    assert (run.status, str(run.exception)) == ("error", "not like this")
    assert well_formed(run)


async def test_a_graph_that_refuses_to_be_awaited():
    execution = execution_of(Refusing(), {})

    with pytest.raises(TypeError, match="not like this"):
        await collect(execution.aevents(), [])
    assert execution.run.status == "error"


@pytest.mark.parametrize("sync", [False, True])
async def test_the_form_that_is_asked_for(sync):
    async def form(_):
        return {"joke": "async"}

    both = RunnableLambda(lambda _: {"joke": "sync"}, afunc=form)
    graph = StateGraph(MyState).add_node("n", both).add_edge(START, "n").compile()
    run = await execution_of(graph, TOPIC, sync=sync).arun()

    assert run.state["joke"] == ("sync" if sync or not bridge.works() else "async")


def test_the_name_is_the_graphs_or_ones_own():
    assert execution_of(joke(), TOPIC).block(threaded=False).graph == "LangGraph"
    assert execution_of(joke(), TOPIC, name="mine").block(threaded=False).graph == "mine"


def test_tells_of_every_change():
    lengths = []
    execution = execution_of(joke(), TOPIC)

    class Ear:
        def changed(self):
            lengths.append(len(execution.run))

    execution.source.builder._publishers = (Ear(),)

    execution.block(threaded=False)

    assert lengths == sorted(lengths)
    assert len(set(lengths)) > 5
    assert lengths[-1] == len(execution.run)


variable = contextvars.ContextVar("variable", default="none")


@pytest.mark.parametrize("threaded", [False, True])
def test_the_graph_sees_the_callers_context(threaded):
    seen = []

    def look(state: MyState):
        seen.append(variable.get())
        return {"joke": "none"}

    graph = StateGraph(MyState).add_node(look).add_edge(START, "look").compile()
    token = variable.set("mine")
    execution_of(graph, TOPIC).block(threaded=threaded)
    variable.reset(token)

    assert seen == ["mine"]


# ---- events -----------------------------------------------------------------------------


def test_events_are_the_runs():
    execution = execution_of(joke(), TOPIC)

    assert list(execution.events()) == execution.run.events


async def test_async_events_are_the_runs():
    execution = execution_of(ajoke(), TOPIC)

    assert [event async for event in execution.aevents()] == execution.run.events


def test_an_error_is_raised_after_the_last_event():
    execution, seen = execution_of(failing(), TOPIC), []

    with pytest.raises(ValueError, match="the node broke"):
        seen.extend(execution.events())

    assert seen == execution.run.events
    assert seen[-1]["status"] == "error"


async def test_an_error_is_raised_after_the_last_async_event():
    execution, seen = execution_of(failing(), TOPIC), []

    with pytest.raises(ValueError, match="the node broke"):
        await collect(execution.aevents(), seen)

    assert seen[-1]["status"] == "error"


def test_leaving_the_iterator_closes_the_graph():
    model = Slow(text="one two three four")
    execution = execution_of(joke(model), TOPIC)
    events = execution.events()
    for event in events:
        if event["type"] == "delta":
            break
    events.close()

    assert execution.run.status == "stopped"
    assert eventually(model.let_go.is_set)
    assert well_formed(execution.run)


async def test_leaving_the_async_iterator_closes_the_graph():
    model = Slow()
    execution = execution_of(ajoke(model), TOPIC)
    events = execution.aevents()
    async for event in events:
        if event["type"] == "delta":
            break
    await events.aclose()

    assert execution.run.status == "stopped"
    assert model.let_go.is_set()
    assert model.said < 50


# ---- stopping ---------------------------------------------------------------------------


def stop_soon(execution, model, times=1):
    def stop():
        eventually(execution.run.text)
        for _ in range(times):
            execution.stop()

    threading.Thread(target=stop).start()


@GRAPHS
@pytest.mark.parametrize("threaded", [False, True])
@pytest.mark.parametrize("times", [1, 3])
def test_stops(build, threaded, times):
    model = Slow()
    execution = execution_of(build(model), TOPIC)
    stop_soon(execution, model, times)

    run = execution.block(threaded=threaded)

    assert run.status == "stopped"
    assert run.error is None
    assert 0 < len(run.text()) < len(WORDS)
    assert eventually(model.let_go.is_set)
    assert well_formed(run)


@GRAPHS
async def test_stops_while_awaited(build):
    model = Slow()
    execution = execution_of(build(model), TOPIC)
    stop_soon(execution, model, 2)

    run = await execution.arun()

    assert run.status == "stopped"
    assert eventually(model.let_go.is_set)
    assert well_formed(run)


def stubborn(model, mixed):
    """A graph whose plain node takes every failure of its model for a reason to ask again."""

    def talk(state: MyState):
        for _ in range(3):
            with contextlib.suppress(Exception):
                return {"joke": model.with_fallbacks([model]).invoke("Continue").content}
        return {"joke": "in vain"}

    async def think(state: MyState):
        return {"topic": "cones"}

    builder = StateGraph(MyState).add_node(talk).add_edge(START, "talk")
    if mixed:  # then LangGraph runs the plain node in a thread
        builder.add_node(think).add_edge("talk", "think")
    return builder.compile()


@pytest.mark.parametrize("mixed", [False, True])
async def test_a_stopped_run_asks_no_model_for_more(mixed):
    model = Slow()
    execution = execution_of(stubborn(model, mixed), TOPIC)
    stop_soon(execution, model, 1)

    run = await execution.arun()
    assert eventually(model.let_go.is_set)
    said = model.said
    await asyncio.sleep(0.1)

    assert run.status == "stopped"
    assert (model.said, model.calls) == (said, 1)
    assert said < 200


def test_who_leaves_the_iterator_asks_no_model_for_more():
    model = Slow()
    events = execution_of(stubborn(model, mixed=False), TOPIC).events()
    next(event for event in events if event["type"] == "delta")
    events.close()

    assert model.let_go.is_set()
    assert model.calls == 1
    assert model.said < 200


def test_a_run_within_a_stopped_run_is_stopped():
    model = Slow(pause=0.01)
    inner = []

    def within(state: MyState):
        inner.append(execution_of(joke(model), TOPIC).block(threaded=False))
        return {"joke": inner[0].text()}

    graph = StateGraph(MyState).add_node(within).add_edge(START, "within").compile()
    execution = execution_of(graph, TOPIC)
    stop_soon(execution, model, 1)

    run = execution.block(threaded=True)

    assert run.status == "stopped"
    assert eventually(lambda: inner and inner[0].status == "stopped")
    assert model.said < 200


@pytest.mark.parametrize("threaded", [False, True])
def test_stopped_before_it_began(threaded):
    model = Slow()
    execution = execution_of(joke(model), TOPIC)
    execution.stop()

    run = execution.block(threaded=threaded)

    assert (run.status, model.said) == ("stopped", 0)
    assert well_formed(run)


@GRAPHS
async def test_stopped_before_it_was_awaited(build):
    model = Slow(text="one two three")
    execution = execution_of(build(model), TOPIC)
    execution.stop()

    run = await execution.arun()

    assert (run.status, run.text()) == ("stopped", "")


def test_stopping_what_has_ended_changes_nothing():
    execution = execution_of(joke(), TOPIC)
    run = execution.block(threaded=True)
    execution.stop()

    assert run.status == "done"


async def test_stopping_what_was_awaited_changes_nothing():
    execution = execution_of(ajoke(), TOPIC)
    run = await execution.arun()
    execution.stop()
    await asyncio.sleep(0)

    assert run.status == "done"


def test_a_thread_that_does_not_stop_is_left_and_adds_nothing(monkeypatch):
    monkeypatch.setattr(module, "CLOSING", 0.05)
    go_on, begun, ended = (threading.Event() for _ in range(3))

    def hang(state: MyState):
        begun.set()
        go_on.wait(PATIENCE)
        ended.set()
        return {"joke": "too late"}

    graph = StateGraph(MyState).add_node(hang).add_edge(START, "hang").compile()
    execution = execution_of(graph, TOPIC)
    threading.Thread(target=lambda: (begun.wait(PATIENCE), execution.stop())).start()

    run = execution.block(threaded=True)
    waited, length = ended.is_set(), len(run)
    go_on.set()
    assert eventually(lambda: not ours())

    assert not waited
    assert (run.status, len(run)) == ("stopped", length)
    assert "joke" not in run.state
    assert well_formed(run)


async def test_a_node_that_swallows_cancellation_is_left(monkeypatch):
    monkeypatch.setattr(module, "GRACE", 0.1)
    go_on, begun, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def stubborn(state: MyState):
        begun.set()
        while not go_on.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0.01)
        ended.set()
        return {"joke": "too late"}

    ran = []

    def after(state: MyState):
        ran.append(state)

    builder = StateGraph(MyState).add_node(stubborn).add_node(after)
    builder.add_edge(START, "stubborn").add_edge("stubborn", "after")
    execution = execution_of(builder.compile(), TOPIC)
    waiting = asyncio.ensure_future(execution.arun())
    await begun.wait()
    execution.stop()

    run = await waiting
    waited, length = ended.is_set(), len(run)
    go_on.set()
    await ended.wait()
    await asyncio.sleep(0.1)

    assert not waited
    assert (run.status, len(run), ran) == ("stopped", length, [])
    assert well_formed(run)


class Stubborn:
    """Streams on when its task is cancelled, as somebody's own graph may."""

    name = "stubborn"
    nodes = ()

    def __init__(self):
        self.closed = False

    async def astream(self, *_, **__):
        try:
            for at in range(100):
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.sleep(0.01)
                yield (), "custom", at
        finally:
            self.closed = True


async def test_a_stream_that_swallows_cancellation_is_closed(monkeypatch):
    monkeypatch.setattr(GraphSource, "runs_async", lambda _: True)
    graph = Stubborn()
    execution = execution_of(graph, {})
    waiting = asyncio.ensure_future(execution.arun())
    await asyncio.sleep(0.1)
    execution.stop()
    run = await waiting

    assert run.status == "stopped"
    assert graph.closed
    assert len(run.custom) < 50


async def test_the_callers_cancellation_stops_the_run():
    model = Slow()
    execution = execution_of(ajoke(model), TOPIC)
    waiting = asyncio.ensure_future(execution.arun())
    await asyncio.to_thread(eventually, execution.run.text)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert execution.run.status == "stopped"
    assert model.let_go.is_set()
    assert well_formed(execution.run)


async def test_a_cancellation_that_does_not_wake_the_loop_is_noticed():
    """ipykernel's way to interrupt: a signal handler's `call_soon`, with the loop asleep."""
    go_on, begun, ended = (threading.Event() for _ in range(3))

    def hang(state: MyState):
        begun.set()
        go_on.wait(PATIENCE)
        ended.set()

    graph = StateGraph(MyState).add_node(hang).add_edge(START, "hang").compile()
    waiting = asyncio.ensure_future(execution_of(graph, TOPIC).arun())
    loop = asyncio.get_running_loop()

    def interrupt(*_):
        loop.call_soon(waiting.cancel)

    before = signal.signal(signal.SIGALRM, interrupt)
    await asyncio.to_thread(begun.wait, PATIENCE)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    waited = ended.is_set()
    go_on.set()
    signal.signal(signal.SIGALRM, before)

    assert not waited


# ---- interrupts -------------------------------------------------------------------------


@pytest.fixture
def interrupt():
    """Interrupts the main thread once the model has begun, as Ctrl-C does."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def start(model):
        def kill():
            model.begun.wait(PATIENCE)
            time.sleep(0.05)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

        threading.Thread(target=kill).start()

    yield start
    signal.signal(signal.SIGINT, before)


@GRAPHS
@pytest.mark.parametrize("threaded", [False, True])
def test_an_interrupt_stops_the_run_and_is_raised(build, threaded, interrupt):
    model = Slow()
    execution = execution_of(build(model), TOPIC)
    interrupt(model)

    with pytest.raises(KeyboardInterrupt):
        execution.block(threaded=threaded)

    assert execution.run.status == "stopped"
    assert execution.run.text()
    assert eventually(model.let_go.is_set)
    assert well_formed(execution.run)


def test_the_end_and_a_late_item_never_mix():
    """The moment in which a stopped run is closed while its thread still takes an item."""
    folder = ItemFolder(RunBuilder(), Redactor(environ={}))
    folder.start("slow", TOPIC)
    normalize = folder._normalizer.__call__
    begun, closed = threading.Event(), threading.Event()

    class Slowly:
        objects = folder._normalizer.objects
        values = None
        interrupted = False
        end = folder._normalizer.end

        def __call__(self, *item):
            begun.set()
            closed.wait(0.3)
            return normalize(*item)

    folder._normalizer = Slowly()
    late = threading.Thread(target=folder.take, args=(((), "custom", "late"),))
    late.start()
    begun.wait(PATIENCE)
    folder.finish("stopped")
    closed.set()
    late.join()

    assert well_formed(folder._run)
