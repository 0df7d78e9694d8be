"""Stop and interrupts in a real kernel, at any moment; and nothing left behind."""

import random
import time

import ipykernel
import pytest

from tests.kernels import kernel

pytestmark = pytest.mark.kernel

VERSION = tuple(int(part) for part in ipykernel.__version__.split(".")[:2])

SETUP = '''
%load_ext lg_notebook
import asyncio, gc, logging, signal, threading, time
from langgraph.graph import START, StateGraph
from lg_notebook import GraphWidget, awatch, bridge, watch
from lg_notebook.kernel import comm_pump
from lg_notebook.runtime import execution
from tests.graphs import zoo
from tests.slow import Slow

def graph(node):
    return StateGraph(zoo.MyState).add_node("stuck", node).add_edge(START, "stuck").compile()

ran, release = [], threading.Event()

async def blocking(state: zoo.MyState):
    print("here")
    release.wait(100)
    ran.append("blocking")

async def stubborn(state: zoo.MyState):
    print("here")
    while not release.is_set():
        try:
            await asyncio.sleep(0.1)
        except asyncio.CancelledError:
            pass
    ran.append("stubborn")

def stream():
    thread = getattr(get_ipython().kernel, "shell_channel_thread", None)
    if thread is None:
        return get_ipython().kernel.shell_stream
    return thread.manager._shell_channel_to_main.to_stream

def mine():
    """Our tasks and threads, LangGraph's and the graphs' included."""
    tasks = [task.get_coro() for task in asyncio.all_tasks()]
    return (
        [str(each) for each in tasks if any(
            name in each.cr_code.co_filename for name in ("langgraph", "lg_notebook", "tests"))],
        [each.name for each in threading.enumerate() if each.name.startswith("lg_notebook")],
    )

def state():
    return stream()._recv_callback, signal.getsignal(signal.SIGINT), bridge.installed()

callback, handler, bridged = state()
'''.strip()

LONG = "Slow(text=' '.join('abcdefghij' * 40), pause=0.02)"


@pytest.fixture(scope="module")
def ip():
    with kernel(SETUP) as made:
        yield made


@pytest.fixture(autouse=True)
def all_is_as_it_was(ip):
    """Whatever a test has done: the next cell works, and nothing of ours is left."""
    ip.run("ran.clear(); release.clear()")
    yield
    ip.run("release.set()")
    cell = "%%lgstream zoo.ajoke()\n{'topic': 'x'}"
    assert ip.run(cell).error is None
    ip.run(
        "for _ in range(1200):\n"
        "    if mine() == ([], []): break\n"
        "    await asyncio.sleep(0.05)\n"
        "gc.collect()"
    )
    now = "_run.status, mine(), state() == (callback, handler, bridged)"
    assert ip.value(now) == "('done', ([], []), True)"
    for words in ("never awaited", "destroyed", "never retrieved", "lg_notebook/", "langgraph/"):
        assert words not in ip.errors


def spoke(outcome):
    """Whether tokens have come to the view."""
    return any(
        isinstance(item, list)
        for kind, data in outcome.comms
        if kind == "comm_msg" and isinstance(data.get("content"), dict)
        for item in data["content"].get("items", ())
    )


def here(outcome):
    """Whether the node has begun."""
    return "here" in outcome.out


CELLS = {
    "awaited": "%%lgstream GRAPH\n{'topic': 'x'}",
    "within another magic": "%%time\n%lgstream GRAPH {'topic': 'x'}",
    "a widget's run": "w = GraphWidget(GRAPH)\n_run = w.run({'topic': 'x'})",
    "a widget's awaited run": "w = GraphWidget(GRAPH)\n_run = await w.arun({'topic': 'x'})",
    "watched": "_run = watch(GRAPH, {'topic': 'x'})",
    "watched and awaited": "_run = await awatch(GRAPH, {'topic': 'x'})",
}


@pytest.mark.parametrize(
    ("build", "cell"),
    [*(("zoo.ajoke", each) for each in CELLS), *(("zoo.joke", each) for each in list(CELLS)[:2])],
)
def test_the_view_stops_a_run(ip, build, cell):
    outcome = ip.run(
        CELLS[cell].replace("GRAPH", f"{build}({LONG})"),
        when=spoke,
        then=lambda outcome: ip.say(outcome.views[-1], {"kind": "stop"}),
    )

    assert outcome.error is None
    assert ip.value("_run.status, _run.abandoned, 0 < len(_run.text().split()) < 400") == (
        "('stopped', [], True)"
    )


def stop(outcome, ip):
    ip.say(outcome.views[-1], {"kind": "stop"})


def told(outcome, word):
    """Whether a word was sent to widgets, whichever message it answered."""
    return any(word in str(content) for kind, content in outcome.received if kind == "comm_msg")


def late(outcome):
    """Whether the view that came late has got its answer."""
    return told(outcome, "'late'")


@pytest.mark.parametrize("cell", ["awaited", "within another magic"])
def test_a_view_that_comes_in_mid_run_gets_all_of_it(ip, cell):
    outcome = ip.run(
        CELLS[cell].replace("GRAPH", f"zoo.ajoke({LONG})"),
        when=spoke,
        then=lambda outcome: ip.say(
            outcome.views[-1], {"kind": "sync", "have": {}, "client": "late"}
        ),
        later=[(late, lambda outcome: stop(outcome, ip))],
    )
    frames = [
        content["data"]["content"]
        for kind, content in outcome.received
        if kind == "comm_msg" and content["data"].get("method") == "custom"
    ]
    at = [frame.get("client") for frame in frames].index("late")

    assert outcome.error is None
    assert frames[at]["first"] == 0
    assert frames[at]["last"] == frames[at - 1]["last"]
    assert "run-end" not in str(frames[: at + 1])
    assert "run-end" in str(frames[at + 1 :])


def test_a_reloaded_page_finds_its_widgets_in_mid_run(ip):
    def reload(_):
        target = {"target_name": "jupyter.widget.control", "target_module": None}
        ip.send("comm_open", {"comm_id": "reload", "data": {}, **target}, version="1.0.0")
        ip.send("comm_msg", {"comm_id": "reload", "data": {"method": "request_states"}})
        ip.send("comm_close", {"comm_id": "reload", "data": {}})

    outcome = ip.run(
        CELLS["awaited"].replace("GRAPH", f"zoo.ajoke({LONG})"),
        when=spoke,
        then=reload,
        later=[(lambda outcome: told(outcome, "update_states"), lambda outcome: stop(outcome, ip))],
    )
    frames = [str(content) for kind, content in outcome.received if kind == "comm_msg"]
    (at,) = [at for at, each in enumerate(frames) if "update_states" in each]

    assert outcome.error is None
    assert outcome.views[0] in frames[at]
    assert "run-end" not in "".join(frames[:at])
    assert "run-end" in "".join(frames[at:])


def test_nothing_else_comes_before_its_turn(ip):
    """Neither a cell nor what other widgets say."""
    ip.run(
        "import ipywidgets\nbutton, clicks = ipywidgets.Button(), []\n"
        "button.on_click(lambda _: clicks.append(_run.status))"
    )
    button = ip.value("button.comm.comm_id").strip("'")

    def ask(outcome):
        ip.send("comm_msg", {"comm_id": button, "data": {
            "method": "custom", "content": {"event": "click"}, "buffers": []}})  # fmt: skip
        ip.client.execute("first = _run.status")
        ip.client.execute("second = _run.status, first")
        ip.say(outcome.views[-1], {"kind": "sync", "have": {}, "client": "late"})

    outcome = ip.run(
        CELLS["awaited"].replace("GRAPH", f"zoo.ajoke({LONG})"),
        when=spoke,
        then=ask,
        later=[(late, lambda outcome: stop(outcome, ip))],
    )

    assert outcome.error is None
    assert "'late'" in str(outcome.received)
    assert ip.value("second") == "('stopped', 'stopped')"
    if VERSION < (7, 4):  # from then on the kernel itself lets it through
        assert ip.value("clicks") == "['stopped']"


def test_what_cannot_be_read_harms_nobody(ip):
    def garble(outcome):
        ip.send("comm_msg", {"comm_id": "unknown", "data": {}})
        ip.send("comm_open", {"comm_id": "other", "target_name": "nobody"})
        ip.say(outcome.views[-1], {"kind": "sync", "have": 1})
        ip.say(outcome.views[-1], None)
        ip.say(outcome.views[-1], {"kind": "stop"})

    outcome = ip.run(
        CELLS["awaited"].replace("GRAPH", f"zoo.ajoke({LONG})"), when=spoke, then=garble
    )

    assert outcome.error is None
    assert ip.value("_run.status") == "'stopped'"


# ---- interrupts -------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["awaited", "watched and awaited"])
def test_an_interrupt_frees_a_node_that_blocks_the_loop(ip, cell):
    outcome = ip.run(CELLS[cell].replace("GRAPH", "graph(blocking)"), interrupt_when=here)

    assert outcome.error == ("KeyboardInterrupt" if cell == "awaited" else "CancelledError")
    if cell == "awaited":
        assert ip.value("_run.status, _run.abandoned") == "('stopped', [])"
    assert ip.value("ran") == "[]"


@pytest.mark.parametrize("cell", ["awaited", "a widget's run"])
@pytest.mark.parametrize("node", ["blocking", "stubborn"])
def test_an_interrupt_that_a_stop_asked_for_is_a_stop(ip, cell, node):
    """The view does so if no answer comes, or the node does not obey."""

    def insist(outcome):
        for _ in range(4):
            ip.say(outcome.views[-1], {"kind": "stop"})
            time.sleep(0.15)
        ip.interrupt()

    ip.run("execution.GRACE = 10")
    outcome = ip.run(CELLS[cell].replace("GRAPH", f"graph({node})"), when=here, then=insist)

    assert outcome.error is None, outcome.traceback
    assert ip.value("_run.status, ran") == "('stopped', [])"


@pytest.mark.parametrize("cell", ["awaited", "within another magic"])
@pytest.mark.parametrize("how", ["stop", "interrupt"])
def test_a_node_that_swallows_cancellation_is_left_with_a_word(ip, cell, how):
    ip.run("execution.GRACE = 0.2")

    def end(outcome):
        if how == "stop":
            for _ in range(3):  # the view asks again and again
                ip.say(outcome.views[-1], {"kind": "stop"})
        else:
            ip.interrupt()

    outcome = ip.run(CELLS[cell].replace("GRAPH", "graph(stubborn)"), when=here, then=end)
    words = "Node stuck did not end when cancelled and was left behind."

    assert outcome.error == (None if how == "stop" else "KeyboardInterrupt")
    assert words in outcome.displays[-1][0]["text/plain"]
    assert words in outcome.displays[-1][0]["text/html"]
    assert ip.value("_run.status, _run.abandoned, ran") == "('stopped', ['stuck'], [])"


def test_interrupts_at_any_moment(ip):
    chance = random.Random(7)
    ended = set()
    for at in range(4):
        build = ["zoo.joke", "zoo.ajoke"][at % 2]
        wait = chance.uniform(0, 0.5)

        def interrupt(_, wait=wait):
            time.sleep(wait)
            ip.interrupt()

        outcome = ip.run(
            f"_run = None\n{CELLS['watched and awaited'].replace('GRAPH', f'{build}({LONG})')}"
            if at % 3 == 0
            else CELLS["awaited"].replace("GRAPH", f"{build}({LONG})"),
            when=lambda outcome: ("status", {"execution_state": "busy"}) in outcome.received,
            then=interrupt,
        )
        ended.add(outcome.error)
        cell = ip.run("%%lgstream zoo.joke()\n{'topic': 'x'}")
        assert (cell.error, ip.value("_run.status")) == (None, "'done'")

    assert ended <= {"KeyboardInterrupt", "CancelledError"}
