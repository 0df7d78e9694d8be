"""Runs in the background, in a real kernel: whose output is whose, waiting, stopping."""

import pytest

from lg_notebook.render.mime_bundle import WIDGET
from lg_notebook.wire.encoder import MIME
from tests.kernels import kernel

pytestmark = pytest.mark.kernel

SETUP = """
import asyncio, threading, time
from langgraph.graph import START, StateGraph
from lg_notebook import GraphWidget, watch
from tests.graphs import zoo
from tests.graphs.zoo import MyState
from tests.slow import Slow, eventually

def one_node(function, **more):
    return StateGraph(MyState).add_node("n", function).add_edge(START, "n").compile(**more)

go_on = threading.Event()

def loud(state: MyState):
    print("one", state.topic, flush=True)
    go_on.wait(200)
    print("two", state.topic, flush=True)
    display({"text/plain": f"shown by {state.topic}"}, raw=True)
    return {"joke": state.topic}

async def aloud(state: MyState):
    print("one", state.topic, flush=True)
    while not go_on.is_set():
        await asyncio.sleep(0.01)
    print("two", state.topic, flush=True)
    display({"text/plain": f"shown by {state.topic}"}, raw=True)
    return {"joke": state.topic}

lock = asyncio.Lock()

async def tied(state: MyState):
    async with lock:
        return await aloud(state)

def crash(state: MyState):
    raise ValueError("the node broke")

async def acrash(state: MyState):
    raise ValueError("the node broke")

sync, anode, held, failing, afailing = map(one_node, (loud, aloud, tied, crash, acrash))
"""

GRAPHS = pytest.mark.parametrize("name", ["sync", "anode", "held"])
"""In a thread; in a thread with a loop of its own; in the kernel's loop."""


@pytest.fixture(scope="module")
def ip():
    with kernel("%load_ext lg_notebook", SETUP) as made:
        yield made


@pytest.fixture(autouse=True)
def fresh(ip):
    ip.run("go_on.clear(); _run = None")
    yield
    ip.run(
        "go_on.set()\n"
        "for _ in range(3000):\n"
        "    left = [t.name for t in threading.enumerate() if t.name.startswith('lg_notebook')]\n"
        "    if not left: break\n"
        "    await asyncio.sleep(0.02)"
    )
    assert ip.value("left") == "[]"


def shown(outcome):
    """What nodes displayed."""
    plain = [data["text/plain"] for data, _ in outcome.displays]
    return [text for text in plain if text.startswith("shown by")]


@GRAPHS
def test_output_stays_in_its_cell_and_the_run_grows(ip, name):
    started = ip.run(f"%%lgstream {name} --background --as mine\n{{'topic': 'cats'}}")

    assert (started.error, started.err) == (None, "")
    assert ip.value("mine is _run, _run.status") == "(True, 'running')"
    other = ip.run("print('mine'); await asyncio.sleep(0.2); go_on.set()\nprint('mine too')")
    assert ip.value("(await _run) is _run") == "True"
    assert ip.value("_run.status, _run.state['joke']") == "('done', 'cats')"
    assert (other.out, shown(other)) == ("mine\nmine too\n", [])
    assert (started.out, shown(started)) == ("one cats\ntwo cats\n", ["shown by cats"])


@pytest.mark.parametrize("name", ["sync", "anode"])
def test_it_goes_on_while_a_cell_computes(ip, name):
    started = ip.run(f"%%lgstream {name} --background\n{{'topic': 'cats'}}")
    other = ip.run("go_on.set()\nprint(eventually(lambda: _run.status == 'done'))")

    assert other.out == "True\n"
    assert ip.value("_run.wait().status") == "'done'"
    assert "two cats" in started.out


@GRAPHS
def test_waiting_in_a_plain_cell(ip, name):
    ip.run(f"%%lgstream {name} --background\n{{'topic': 'cats'}}")
    late = ip.run("_run.wait(0.1)")
    assert (late.error, late.value) == (
        "WaitTimeoutError",
        "The run is still running after 0.1 seconds.",
    )
    ip.run("threading.Timer(0.2, go_on.set).start()")
    ended = ip.run("kept = _run.wait(timeout=60)\nkept.status")

    assert (ended.error, ended.result) == (None, "'done'")
    assert ip.value("kept is _run and _run.wait(0) is _run") == "True"


def test_waiting_where_nothing_can_be_awaited(ip):
    ip.run("%%lgstream held --background\n{'topic': 'cats'}")
    outcome = ip.run("def wait(run): return run.wait(10)\nwait(_run)")

    assert outcome.error == "EventLoopConflictError"
    assert "use `await run` instead of `run.wait()`" in outcome.value
    assert ip.value("_run.status") == "'running'"


@GRAPHS
def test_interrupted_waiting_leaves_it_going_on(ip, name):
    ip.run(f"%%lgstream {name} --background\n{{'topic': 'cats'}}")
    for cell in ("print('waits')\n_run.wait()", "print('waits')\nawait _run"):
        outcome = ip.run(cell, interrupt_when=lambda outcome: "waits" in outcome.out)
        # IPython reports an interrupted `await` only on stderr.
        told = {outcome.error, outcome.err.strip()}
        assert told & {"KeyboardInterrupt", "CancelledError"}
        assert ip.value("_run.status") == "'running'"
    ip.run("go_on.set()\nrun = await asyncio.wait_for(_run, 60)")

    assert ip.value("run.status") == "'done'"


@GRAPHS
@pytest.mark.parametrize("other", ["joke", "ajoke"])
def test_an_interrupt_of_another_run_leaves_it_going_on(ip, name, other):
    ip.run(f"%%lgstream {name} --background --as first\n{{'topic': 'cats'}}")
    ip.run(f"other = zoo.{other}(Slow())")
    outcome = ip.run(
        "%%lgstream other --view text\n{'topic': 'x'}",
        interrupt_when=lambda outcome: "word1" in outcome.out,
    )

    assert outcome.error == "KeyboardInterrupt"
    assert ip.value("_run is not first, _run.status, first.status") == (
        "(True, 'stopped', 'running')"
    )
    assert ip.value("go_on.set() or (await first).status") == "'done'"


@pytest.mark.parametrize("name", ["failing", "afailing"])
@pytest.mark.parametrize("view", ["auto", "text", "quiet"])
def test_a_failure_is_told_to_those_who_wait_and_in_the_cell(ip, name, view):
    options = "--quiet" if view == "quiet" else f"--view {view}"
    started = ip.run(f"%%lgstream {name} --background {options}\n{{'topic': 'cats'}}")
    for cell in ("_run.wait()", "await _run", "_run.wait()"):
        outcome = ip.run(cell)
        assert (outcome.error, outcome.value) == ("ValueError", "the node broke")
        assert outcome.traceback.count("def crash") <= 1
    ip.run("import gc; gc.collect(); await asyncio.sleep(0.1)")

    assert started.error is None
    assert started.err == ("ValueError: the node broke\n" if view == "text" else "")
    assert ip.value("_run.status") == "'error'"
    if view == "auto":
        assert "the node broke" in started.displays[-1][0]["text/plain"]


def test_an_input_that_the_graph_does_not_accept(ip):
    started = ip.run("%%lgstream sync --background\n{'unknown': 1}")
    outcome = ip.run("_run.wait()")

    assert started.error is None
    assert outcome.error == "InputError"
    assert "The graph did not accept this input" in outcome.traceback
    assert "[TypeError]" in started.displays[-1][0]["text/plain"]


@GRAPHS
def test_what_is_left_in_the_notebook(ip, name):
    started = ip.run(f"%%lgstream {name} --background\n{{'topic': 'cats'}}")
    ip.run("go_on.set()\nawait _run")
    (live, metadata), (twin, _) = [
        each for each in started.displays if not each[0]["text/plain"].startswith("shown")
    ]

    assert [set(each) for each in started.first[:2]] == [
        {MIME, WIDGET, "text/plain"},
        {MIME, "text/html", "text/plain"},
    ]
    assert started.first[1]["text/plain"] == (
        f"{name} runs in the background: `await _run` waits for it."
    )
    assert set(live) == {MIME, "text/plain"}
    assert len(metadata[MIME]["runs"]) == 1
    assert twin["text/plain"] == "[done] The run gave no messages."


def test_text_goes_to_its_cell(ip):
    ip.run("talker = zoo.ajoke(Slow(pause=0.02, text='a b c d e f'))")
    started = ip.run("%%lgstream talker --background --view text\n{'topic': 'x'}")
    other = ip.run("_run.wait(); print(_run.text())")

    assert started.out == "[call_model]\na b c d e f\n"
    assert other.out == "a b c d e f\n"


@pytest.mark.parametrize("name", ["joke", "ajoke"])
def test_stopped_from_code(ip, name):
    ip.run(f"model = Slow(); slow = zoo.{name}(model)")
    ip.run("%%lgstream slow --background\n{'topic': 'x'}")
    ip.run("eventually(model.begun.is_set); _run.stop(); _run.stop()")

    assert ip.value("_run.wait(60).status, model.let_go.wait(60)") == "('stopped', True)"
    assert ip.run("_run.stop()").error is None


def test_running_the_cell_again_stops_the_run_that_goes_on(ip):
    ip.run("model = Slow(); slow = zoo.joke(model)")
    cell = "first, _run = _run, None\n%lgstream slow --background {'topic': 'x'}"
    for view in ("auto", "text"):
        ip.run(f"{cell} --view {view}", cell_id="a")
        ip.run(f"{cell} --view {view}", cell_id="a")
        ip.run("%lgstream slow --background --quiet {'topic': 'x'}", cell_id="b")
        assert ip.value("first.wait(60).status, _run.status") == "('stopped', 'running')"
        ip.run("_run.stop(); _run.wait()")


def test_from_code(ip):
    cell = "{} = watch({}, {{'topic': '{}'}}, background=True)"
    first = ip.run(cell.format("one", "sync", "cats"))
    second = ip.run(cell.format("two", "anode", "dogs"))
    ip.run("go_on.set(); one.wait(); two.wait()")
    ip.run("await asyncio.sleep(0.2)")

    assert (first.out, second.out) == ("one cats\ntwo cats\n", "one dogs\ntwo dogs\n")


def test_unloading_and_shutting_down_while_it_goes_on():
    with kernel("%load_ext lg_notebook", SETUP) as ip:
        cells = [
            ip.run(f"%%lgstream {name} --background --as run_{name}\n{{'topic': '{name}'}}\n")
            for name in ("sync", "anode", "held")
        ]
        ip.run("from lg_notebook import bridge")
        unloaded = ip.run("%unload_ext lg_notebook")
        ip.run(
            "go_on.set()\n"
            "for each in (run_sync, run_anode, run_held): await each\n"
            "await asyncio.sleep(0.5)"
        )
        for outcome, name in zip(cells, ("sync", "anode", "held"), strict=True):
            assert outcome.out == f"one {name}\ntwo {name}\n"
        assert (unloaded.err, unloaded.error) == ("", None)
        assert ip.value("bridge.installed()") == "False"
        ip.run("%load_ext lg_notebook\ngo_on.clear()")
        for name in ("sync", "anode", "held"):
            ip.run(f"%lgstream {name} --background {{'topic': 'x'}}")
        ip.manager.shutdown_kernel(now=False)
        assert not ip.manager.is_alive()
