"""The bridge: its scope, its complete removal, and its self-check.

On Python 3.11 and newer, LangGraph is patched to behave as below 3.11.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import types
import warnings
from contextvars import ContextVar, copy_context
from importlib.metadata import version

import langsmith
import langsmith.utils
import pytest
from langchain_core.runnables import utils
from langgraph._internal import _runnable

import lg_notebook
from lg_notebook import bridge
from lg_notebook.bridge import patch
from lg_notebook.graphs.capabilities import runs_async
from lg_notebook.notebook.extension import load, unload
from tests.graphs.async_chains import chain_is_the_node
from tests.graphs.async_flow import speaker
from tests.graphs.case import CATS, one_node
from tests.graphs.zoo import Topics

OLD = sys.version_info < (3, 11)
PLACES = [
    (_runnable, "asyncio"),
    (_runnable, "ASYNCIO_ACCEPTS_CONTEXT"),
    (utils, "asyncio"),
    (utils, "asyncio_accepts_context"),
]


def places():
    return [getattr(module, name, "missing") for module, name in PLACES]


def unchanged(before):
    return all(now is then for now, then in zip(places(), before, strict=True))


@pytest.fixture(autouse=True)
def no_trace(request):
    """Check that every test restores LangGraph."""
    before, threads = places(), set(threading.enumerate())
    yield
    assert unchanged(before)
    assert not bridge.installed()
    assert not patch.inside.get()
    left = {each for each in threading.enumerate() if "lg_notebook" in each.name} - threads
    assert not left


@pytest.fixture
def old_python(monkeypatch, no_trace):
    """Use a Python whose asyncio accepts no context, or imitate one."""
    monkeypatch.setattr(bridge, "_passed", None)
    if not OLD:
        monkeypatch.setattr(bridge, "needed", lambda: True)
        monkeypatch.setattr(_runnable, "ASYNCIO_ACCEPTS_CONTEXT", False)
        monkeypatch.setattr(utils, "asyncio_accepts_context", lambda: False)
    yield
    assert not any(isinstance(each, (patch.Gate, patch.Asyncio)) for each in places())


async def tokens(graph):
    """Collect the items of LangGraph itself."""
    chunks = [chunk async for chunk, _ in graph.astream(CATS, stream_mode="messages")]
    return "".join(str(chunk.content) for chunk in chunks)


async def own(graph):
    """Collect the items of lg_notebook."""
    pieces = [
        event["text"]
        async for event in lg_notebook.astream(graph, CATS)
        if event["type"] == "delta"
    ]
    return "".join(pieces)


def talker(text="one two", **more):
    return one_node(speaker(text, **more))


# ---- where it is active ------------------------------------------------------------------


def test_it_is_needed_below_3_11():
    assert bridge.needed() is OLD
    assert lg_notebook.bridge is bridge


@pytest.mark.skipif(OLD, reason="it is needed here")
async def test_where_it_is_not_needed_nothing_happens():
    before, stream = places(), iter([1])
    assert bridge.works()
    assert not bridge.install()
    assert not bridge.install(scoped=True)
    assert bridge.scoped(stream) is stream
    with bridge.active():
        assert unchanged(before)
        assert not bridge.installed()
        assert await tokens(talker()) == "one two"
    bridge.uninstall()


async def test_without_it_tokens_get_lost(old_python):
    assert await tokens(talker()) == ""


async def test_our_own_runs_need_nothing(old_python):
    assert await own(talker()) == "one two"
    assert (await lg_notebook.awatch(talker(), CATS, view="quiet")).text() == "one two"
    assert lg_notebook.watch(talker(), CATS, view="quiet").text() == "one two"
    assert await tokens(talker()) == ""


async def test_installed_it_is_everywhere(old_python):
    assert bridge.install()
    try:
        assert bridge.installed()
        assert await tokens(talker()) == "one two"
        assert await asyncio.create_task(tokens(talker())) == "one two"
        assert await asyncio.to_thread(asyncio.run, tokens(talker())) == "one two"
    finally:
        bridge.uninstall()
    assert await tokens(talker()) == ""


async def test_installed_for_scopes_it_waits_for_them(old_python):
    assert bridge.install(scoped=True)
    try:
        assert bridge.installed()
        assert await tokens(talker()) == ""
        assert await own(talker()) == "one two"
        with bridge.active():
            assert await tokens(talker()) == "one two"
        bridge.uninstall()  # there is no such install
        assert bridge.installed()
    finally:
        bridge.uninstall(scoped=True)


async def test_a_scope_covers_what_is_started_in_it(old_python):
    with bridge.active():
        later = asyncio.create_task(tokens(talker()))
        assert await asyncio.gather(tokens(talker()), tokens(talker())) == ["one two"] * 2
        assert await asyncio.to_thread(asyncio.run, tokens(talker())) == "one two"
        with bridge.active():
            assert await tokens(talker()) == "one two"
        assert await tokens(talker()) == "one two"
        assert await later == "one two"
    assert await tokens(talker()) == ""


async def test_a_scope_ends_with_an_exception_too(old_python):
    with pytest.raises(ValueError, match="out"), bridge.active():
        raise ValueError("out")
    assert not bridge.installed()


def test_a_scope_may_end_in_another_context(old_python):
    def fixture():
        with bridge.active():
            yield

    scope = fixture()
    copy_context().run(next, scope)
    assert bridge.installed()
    assert next(scope, "over") == "over"
    assert not bridge.installed()


async def test_a_bridged_run_beside_one_that_is_not(old_python):
    async def bridged():
        with bridge.active():
            return await tokens(talker(pause=0.01))

    graph = talker(pause=0.01)
    assert await asyncio.gather(bridged(), tokens(graph), own(graph), tokens(graph)) == [
        "one two",
        "",
        "one two",
        "",
    ]


async def test_many_runs_at_once_keep_apart(old_python):
    graphs = [talker(f"this is number {at}", pause=0.001) for at in range(8)]
    runs = await asyncio.gather(*(own(graph) for graph in graphs))
    assert runs == [f"this is number {at}" for at in range(8)]


# ---- counting ----------------------------------------------------------------------------


def test_every_install_takes_its_uninstall(old_python):
    bridge.uninstall()
    assert bridge.install()
    assert bridge.install()
    bridge.uninstall()
    assert bridge.installed()
    bridge.uninstall()
    assert not bridge.installed()
    bridge.uninstall()
    assert bridge.install()
    bridge.uninstall()


def test_what_others_have_put_there_since_is_theirs(old_python):
    original = _runnable.ASYNCIO_ACCEPTS_CONTEXT
    assert bridge.install()
    _runnable.ASYNCIO_ACCEPTS_CONTEXT = "theirs"
    bridge.uninstall()
    try:
        assert _runnable.ASYNCIO_ACCEPTS_CONTEXT == "theirs"
    finally:
        _runnable.ASYNCIO_ACCEPTS_CONTEXT = original


def test_several_threads_at_once(old_python):
    failures: list[BaseException] = []
    begin = threading.Barrier(8)

    def work(at):
        try:
            begin.wait()
            for _ in range(20):
                assert bridge.install(scoped=bool(at % 2))
                assert bridge.installed()
                bridge.uninstall(scoped=bool(at % 2))
            assert asyncio.run(own(talker())) == "one two"
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


async def test_a_run_keeps_it_when_it_is_uninstalled(old_python):
    assert bridge.install()
    stream = lg_notebook.astream(talker(), CATS)
    texts = []
    async for event in stream:
        bridge.uninstall()
        texts.append(event.get("text", "") if event["type"] == "delta" else "")
        assert bridge.installed() is (event["type"] != "run-end" and len(texts) > 1)
    assert "".join(texts) == "one two"


# ---- runs that do not come to their end --------------------------------------------------


def _hanging(cleaned, started):
    async def hang(_: Topics):
        started.set()
        try:
            await asyncio.sleep(60)
        finally:
            cleaned.append(bool(bridge._gate))

    return one_node(hang)


async def test_cancelled(old_python):
    cleaned, started, others = [], asyncio.Event(), asyncio.all_tasks()
    task = asyncio.create_task(own(_hanging(cleaned, started)))
    await started.wait()
    assert bridge.installed()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cleaned == [True]
    assert asyncio.all_tasks() == others


async def test_timed_out(old_python):
    cleaned, started, others = [], asyncio.Event(), asyncio.all_tasks()
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(own(_hanging(cleaned, started)), 2)
    assert cleaned == [True]
    assert asyncio.all_tasks() == others


async def test_left(old_python):
    others = asyncio.all_tasks()
    stream = lg_notebook.astream(talker("one two three", pause=0.01), CATS)
    async for event in stream:
        if event["type"] == "delta":
            break
    assert bridge.installed()
    await stream.aclose()
    assert not bridge.installed()
    assert asyncio.all_tasks() == others


async def test_forgotten(old_python):
    stream = lg_notebook.astream(talker("one two three", pause=0.01), CATS)
    async for event in stream:
        if event["type"] == "delta":
            break
    del stream
    gc.collect()
    for _ in range(6000):
        await asyncio.sleep(0.01)
        if not bridge.installed():
            break


def test_forgotten_in_sync_code(old_python):
    stream = lg_notebook.stream(talker_sync(), CATS)
    for event in stream:
        if event["type"] == "task-start":
            break
    assert bridge.installed()
    del stream
    gc.collect()


def talker_sync():
    def speak(state: Topics):
        return {"texts": [state["topic"]]}

    return one_node(speak)


async def test_failed(old_python):
    async def fail(_: Topics):
        raise ValueError("the node broke")

    with pytest.raises(ValueError, match="the node broke"):
        await own(one_node(fail))


def test_interrupted(old_python):
    def interrupt(_: Topics):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(lg_notebook.stream(one_node(interrupt), CATS))


async def test_the_consumer_sees_nothing_of_it(old_python):
    before = dict(copy_context().items())
    async for _ in lg_notebook.astream(talker(), CATS):
        assert dict(copy_context().items()) == before
    for _ in lg_notebook.stream(talker_sync(), CATS):
        assert dict(copy_context().items()) == before


async def test_the_run_sees_what_the_caller_has_set(old_python):
    mine: ContextVar[str] = ContextVar("mine")

    async def speak(_: Topics):
        return {"texts": [mine.get()]}

    mine.set("set before")
    run = await lg_notebook.awatch(one_node(speak), CATS, view="quiet")
    assert run.state["texts"] == ["set before"]


# ---- LangGraph has changed ---------------------------------------------------------------


@pytest.fixture
def mismatch(old_python, monkeypatch):
    """Check that the bridge is off, LangGraph is unchanged, and one warning says why."""

    async def check(reason):
        before = places()
        with pytest.warns(RuntimeWarning, match="does not fit") as caught:
            assert not bridge.works()
        (message,) = [str(each.message) for each in caught if "does not fit" in str(each.message)]
        assert reason in message
        assert f"langgraph {version('langgraph')}" in message
        assert f"langchain-core {version('langchain-core')}" in message
        assert "no tokens" in message
        assert "get_stream_writer" in message
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert not bridge.install()
            bridge.uninstall()
            with bridge.active():
                assert not bridge.installed()
            assert await own(talker()) == ""
        assert unchanged(before)

    return check


async def test_a_name_is_gone(mismatch, monkeypatch):
    monkeypatch.delattr(_runnable, "ASYNCIO_ACCEPTS_CONTEXT")
    monkeypatch.setattr(_runnable, "ASYNCIO_ACCEPTS_CONTEXT", None, raising=False)
    await mismatch("_runnable.ASYNCIO_ACCEPTS_CONTEXT is missing")


async def test_a_name_means_something_else(mismatch, monkeypatch):
    monkeypatch.setattr(_runnable, "asyncio", types.SimpleNamespace(**vars(asyncio)))
    await mismatch("_runnable.asyncio is something else")


async def test_a_module_is_gone(mismatch, monkeypatch):
    monkeypatch.setitem(sys.modules, "langgraph._internal._runnable", None)
    await mismatch("there is no module langgraph._internal._runnable")


async def test_the_names_are_there_and_mean_nothing(mismatch, monkeypatch):
    monkeypatch.setattr(patch.Gate, "__bool__", lambda _: False)
    await mismatch("raised RuntimeError: Called get_config outside of a runnable context")


async def test_tokens_get_lost_all_the_same(mismatch, monkeypatch):
    from langgraph.pregel._messages import StreamMessagesHandler  # noqa: PLC0415

    monkeypatch.setattr(StreamMessagesHandler, "_emit", lambda *_, **__: None)
    await mismatch("tokens of a model called in async code get lost")


async def test_the_check_hangs(mismatch, monkeypatch):
    go_on = threading.Event()

    async def hang():
        await asyncio.to_thread(go_on.wait)

    monkeypatch.setattr("lg_notebook.bridge.self_check._run", hang)
    monkeypatch.setattr("lg_notebook.bridge.self_check._PATIENCE", 0.05)
    try:
        await mismatch("did not end in time")
    finally:
        go_on.set()
        for thread in threading.enumerate():
            if thread.name == "lg_notebook-probe":
                thread.join()


async def test_graphs_with_a_sync_form_then_run_in_a_thread(old_python, monkeypatch):
    graph = chain_is_the_node()
    assert runs_async(graph)
    monkeypatch.setattr(bridge, "_passed", False)
    assert not runs_async(graph)
    assert runs_async(talker()), "it has no sync form"


def test_the_check_is_no_business_of_the_users_traces(old_python, monkeypatch):
    traced: list[object] = []

    async def run():
        traced.append(langsmith.utils.tracing_is_enabled())

    monkeypatch.setattr("lg_notebook.bridge.self_check._run", run)
    with langsmith.tracing_context(enabled=True):
        assert bridge.works()
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setattr(bridge, "_passed", None)
    langsmith.utils.get_env_var.cache_clear()
    try:
        assert bridge.works()
    finally:
        langsmith.utils.get_env_var.cache_clear()
    assert traced == [False, False]


def test_the_check_is_no_business_of_a_cassette(old_python, tmp_path):
    path = tmp_path / "tape.jsonl"
    path.write_text('{"format":"lg_notebook.cassette","version":1}\n')
    with lg_notebook.cassette(path, "none") as one:
        inserted = lg_notebook.cassette(path, "none").use()
        assert bridge.works()
        inserted.close()
    assert one.played == 0


def test_it_is_checked_once(old_python, monkeypatch):
    checks: list[int] = []
    monkeypatch.setattr("lg_notebook.bridge.self_check.check", lambda: checks.append(1))
    for _ in range(3):
        assert bridge.install()
        bridge.uninstall()
    assert checks == [1]


async def test_it_can_be_checked_in_a_running_loop(old_python):
    assert bridge.works()


# ---- the extension -----------------------------------------------------------------------


def test_loading_installs_it_for_our_runs_and_unloading_takes_it_out(old_python, shell):
    load(shell)
    assert bridge.installed()
    assert not bridge._gate
    load(shell)
    unload(shell)
    assert not bridge.installed()
    unload(shell)


@pytest.fixture
def shell():
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415

    shell = InteractiveShell()
    yield shell
    unload(shell)
    InteractiveShell.clear_instance()


# ---- its replacements --------------------------------------------------------------------


async def test_the_other_asyncio():
    proxy, var = patch.Asyncio(), ContextVar("var", default="outside")
    context = copy_context()
    context.run(var.set, "inside")

    async def read():
        return var.get()

    assert await proxy.create_task(read(), context=context) == "inside"
    assert await proxy.create_task(read()) == "outside"
    named = proxy.create_task(read(), name="mine", context=context)
    assert named.get_name() == "mine"
    await named
    assert proxy.iscoroutinefunction(read)
    assert proxy.Task is asyncio.Task
    assert isinstance(proxy, types.ModuleType)
    with pytest.raises(AttributeError):
        _ = proxy.no_such_thing
