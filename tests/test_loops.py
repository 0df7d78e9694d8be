"""Any graph, whatever it holds and however it is started, in a kernel whose loop runs."""

import pytest

from tests.kernels import kernel

pytestmark = pytest.mark.kernel

SETUP = """
import asyncio, http.server, threading, time
import httpx
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import START, StateGraph
from lg_notebook import GraphWidget, awatch, watch
from tests.graphs.zoo import MyState
from tests.slow import eventually

THREAD = {"configurable": {"thread_id": "1"}}
loop = asyncio.get_running_loop()

def one_node(function, **more):
    return StateGraph(MyState).add_node("n", function).add_edge(START, "n").compile(**more)

def node(state: MyState):
    return {"joke": "told"}

async def anode(state: MyState):
    await asyncio.sleep(0)
    return {"joke": "told"}

# ---- savers
opened = SqliteSaver.from_conn_string(":memory:")
aopened = AsyncSqliteSaver.from_conn_string(":memory:")
saver, asaver = opened.__enter__(), await aopened.__aenter__()

# ---- a lock and a queue that somebody has waited for on this loop
lock, queue = asyncio.Lock(), asyncio.Queue()
await lock.acquire()
loop.call_later(0.01, lock.release)
async with lock:
    pass
loop.call_later(0.01, queue.put_nowait, 1)
await queue.get()

async def locks(state: MyState):
    holder = asyncio.get_running_loop().create_task(asyncio.sleep(0.05))
    async with lock:
        await holder
    return {"joke": "told"}

async def queues(state: MyState):
    asyncio.get_running_loop().call_later(0.05, queue.put_nowait, "told")
    return {"joke": await queue.get()}

# ---- a client with an open connection
class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"told")
    def log_message(self, *_): pass

class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_): pass  # a client that is cut off

server = Server(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/"
client = httpx.AsyncClient(trust_env=False)

async def warm():  # leaves a connection of this loop in the client
    for _ in range(5):
        try:
            await client.get(url)
        except RuntimeError:  # one that is left from a loop that is closed
            continue

await warm()

async def fetches(state: MyState):
    return {"joke": (await client.get(url)).text}

async_only = one_node(anode)
sync_saved = one_node(node, checkpointer=saver)
async_saved = one_node(anode, checkpointer=asaver)
mixed = one_node(node, checkpointer=asaver)
locked, queued, fetching = one_node(locks), one_node(queues), one_node(fetches)
clashing = one_node(anode, checkpointer=saver)
"""

FREE = ["async_only", "sync_saved"]
HELD = ["async_saved", "mixed", "locked", "queued"]
"""Bound to the kernel's loop: a cell that blocks it has to say so."""
TIED = ["fetching"]
"""As good as bound; nothing tells for certain."""
ANY = FREE + HELD + TIED


@pytest.fixture(scope="module")
def ip():
    with kernel("%load_ext lg_notebook", SETUP) as made:
        yield made


@pytest.fixture(autouse=True)
def fresh(ip):
    ip.run("_run = None; widget = None")
    yield
    assert ip.value("'still alive'") == "'still alive'"


TOLD = "('done', 'told')"


def told(ip, run="_run"):
    return ip.value(f"{run}.status, {run}.state['joke']")


def line(name):
    return f"%lgstream {name} {{'topic': 'x'}}" + (" --thread 1" if has_saver(name) else "")


def has_saver(name):
    return "saved" in name or name in {"mixed", "clashing"}


def made(name):
    return f"widget = GraphWidget({name}, config={'THREAD' if has_saver(name) else None})\n"


@pytest.mark.parametrize("name", ANY)
def test_from_an_awaited_cell(ip, name):
    outcome = ip.run(line(name))

    assert (outcome.error, outcome.err) == (None, "")
    assert told(ip) == TOLD


@pytest.mark.parametrize("name", ANY)
def test_from_a_button(ip, name):
    ip.run(made(name))
    comm = ip.value("widget.comm.comm_id").strip("'")
    content = {"kind": "run", "input": '{"topic": "x"}'}
    message = ip.client.session.msg(
        "comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": content}}
    )
    ip.client.shell_channel.send(message)
    ip.run(
        "for _ in range(500):\n"
        "    if widget.status not in {'idle', 'running'}: break\n"
        "    await asyncio.sleep(0.02)"
    )

    assert told(ip, "widget.runs[0]") == TOLD


@pytest.mark.parametrize("name", ANY)
def test_awaited_from_code(ip, name):
    ip.run(f"{made(name)}_run = await widget.arun({{'topic': 'x'}})")
    assert told(ip) == TOLD


@pytest.mark.parametrize("name", ANY)
@pytest.mark.parametrize("wait", ["_run.wait(30)", "await _run"])
def test_in_the_background(ip, name, wait):
    ip.run(f"{line(name)} --background")
    outcome = ip.run(wait)

    assert outcome.error is None, outcome.traceback
    assert told(ip) == TOLD


BLOCKING = {
    "%%time": "%%time\n{line}",
    "%%capture": "%%capture kept\n{line}",
    "run_cell": "get_ipython().run_cell({line!r})",
    "widget.run": "{made}_run = widget.run({{'topic': 'x'}})",
    "watch": "_run = watch({name}, {{'topic': 'x'}}, config=THREAD)",
}
WAYS = pytest.mark.parametrize("way", BLOCKING)


def block(ip, way, name):
    return ip.run(BLOCKING[way].format(line=line(name), made=made(name), name=name))


@pytest.mark.parametrize("name", FREE)
@WAYS
def test_from_a_cell_that_blocks(ip, name, way):
    outcome = block(ip, way, name)

    assert (outcome.error, outcome.err) == (None, "")
    assert told(ip) == TOLD


def refused(ip, way, name):
    outcome = block(ip, way, name)
    captured = ip.run("print(kept.stderr)").out if way == "%%capture" else ""
    return outcome.err + outcome.value + captured, outcome


REPAIR = {"widget.run": "use `await widget.arun(…)`", "watch": "use `await awatch(…)`"}


@pytest.mark.parametrize("name", HELD)
@WAYS
def test_what_is_bound_to_the_loop_says_so_before_anything_runs(ip, name, way):
    said, outcome = refused(ip, way, name)

    what = "checkpointer (AsyncSqliteSaver)" if has_saver(name) else ("Lock" if name == "locked" else "Queue")  # fmt: skip
    assert what in said
    assert "is bound to the notebook's event loop, which the cell holds up" in said
    assert REPAIR.get(way, "let %%lgstream be all that there is in the cell") in said
    assert outcome.displays == []
    assert ip.value("_run is None, widget and widget.runs") in {"(True, None)", "(True, [])"}


@pytest.mark.parametrize("name", TIED)
@WAYS
def test_what_turns_out_to_be_bound_says_so(ip, name, way):
    ip.run("await warm()")
    said, _ = refused(ip, way, name)

    assert "something in it is bound to another event loop" in said
    assert REPAIR.get(way, "let %%lgstream be all") in said


def test_a_client_works_once_it_has_no_connection_elsewhere(ip):
    for _ in range(2):  # the first one meets what other tests have left, and lets go of it
        ip.run("_run = watch(fetching, {'topic': 'x'}, view='quiet')")

    assert told(ip) == TOLD
    ip.run("await warm()")


def test_parts_that_clash_are_told_apart_before_anything_runs(ip):
    words = "node 'n' has only an async form, but the checkpointer (SqliteSaver) works only in sync"
    for way in ("%%time", "widget.run", "watch"):
        assert words in (outcome := block(ip, way, "clashing")).err + outcome.value
        assert outcome.displays == []
    assert words in ip.run(line("clashing")).err
    assert words in ip.run(f"{line('clashing')} --background").err
    assert ip.value("_run is None") == "True"


@pytest.mark.parametrize("name", ["sync_saved", "mixed"])
@pytest.mark.parametrize("more", ["", " --background"])
def test_by_the_sync_form(ip, name, more):
    ip.run(f"{line(name)} --sync{more}")
    ip.run("await _run")

    assert told(ip) == TOLD


def test_the_sync_form_of_an_async_node(ip):
    outcome = ip.run(f"{line('async_only')} --sync")

    assert outcome.err == (
        "UsageError: This graph cannot run by its sync `stream`, since node 'n' has only an async"
        " form: run it without --sync (in code: sync=True).\n"
    )
    assert outcome.displays == []
