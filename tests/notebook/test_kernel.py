"""The magics in a real kernel: awaited, interrupted, displayed."""

import itertools

import pytest

from lg_notebook.render.mime_bundle import WIDGET
from lg_notebook.wire.encoder import MIME
from tests.kernels import kernel

pytestmark = pytest.mark.kernel

SETUP = """
import asyncio, threading, time
from dataclasses import dataclass
from langgraph.graph import START, StateGraph
from tests.graphs import zoo
from tests.graphs.model import Scripted, say
from tests.slow import Slow
"""

GUIDE = """
llm = Scripted(replies=[say("Why did the cone cry?", usage_metadata=zoo.USAGE)])

@dataclass
class MyState:
    topic: str
    joke: str = ""

def call_model(state: MyState):
    response = llm.invoke([{"role": "user", "content": f"Generate a joke about {state.topic}"}])
    return {"joke": response.content}

graph = StateGraph(MyState).add_node(call_model).add_edge(START, "call_model").compile()
agraph, chat, failing, asking = zoo.ajoke(), zoo.chat(), zoo.failing(), zoo.asking()
"""


@pytest.fixture(scope="module")
def ip():
    with kernel("%load_ext lg_notebook", SETUP, GUIDE) as made:
        yield made


@pytest.fixture(autouse=True)
def no_run(ip):
    ip.run("_run = None")
    yield
    assert ip.value("'still alive'") == "'still alive'"


JOKE = "'Why did the cone cry?'"


@pytest.mark.parametrize("value", ['{"topic": "ice cream"}', 'MyState(topic="ice cream")'])
@pytest.mark.parametrize("name", ["graph", "agraph"])
def test_the_guides_example(ip, name, value):
    if name == "agraph" and "MyState" in value:
        value = value.replace("MyState", "zoo.MyState")
    outcome = ip.run(f"%%lgstream {name}\n{value}")

    assert (outcome.error, outcome.out, outcome.err) == (None, "", "")
    assert ip.value("_run.text()") == JOKE
    assert ip.value("_run.status, _run.state['joke'], _run.tasks[0].node, _run.graph") == (
        f"('done', {JOKE}, 'call_model', '{name}')"
    )


def test_a_string_for_messages(ip):
    ip.run('%%lgstream chat\n"hi"')
    assert ip.value("[m.text for m in _run.messages]") == "['hi', 'Hello **there**, friend.']"
    ip.run("%%lgstream chat --text\nhi there?")
    assert ip.value("_run.messages[0].text") == "'hi there?'"


def test_what_is_left_in_the_notebook(ip):
    outcome = ip.run('%%lgstream graph\n{"topic": "x"}')
    (live, metadata), (twin, _) = outcome.displays

    assert set(outcome.first[0]) == {MIME, WIDGET, "text/plain"}
    assert set(live) == {MIME, "text/plain"}
    assert live["text/plain"] == ""
    (frame,) = metadata[MIME]["runs"]
    assert [item[3] for item in frame["items"] if isinstance(item, list)] == [
        "Why did the cone cry?"
    ]
    assert set(twin) == {MIME, "text/html", "text/plain"}
    assert twin["text/plain"] == "[call_model]\nWhy did the cone cry?"


def test_frames_go_to_the_front_end_as_it_runs(ip):
    outcome = ip.run(
        "%%lgstream zoo.joke(Slow(pause=0.01, text='a b c d e f g h i j k l'))\n{'topic': 'x'}"
    )
    frames = [
        data["content"]
        for kind, data in outcome.comms
        if kind == "comm_msg" and data.get("method") == "custom"
    ]

    assert len(frames) > 3
    assert frames[0]["first"] == 0
    assert all(a["last"] == b["first"] for a, b in itertools.pairwise(frames))
    said = [item[3] for f in frames for item in f["items"] if isinstance(item, list)]
    assert "".join(said) == "a b c d e f g h i j k l"


@pytest.mark.parametrize(
    ("options", "types"),
    [
        ("--view html", [{"text/html", "text/plain"}]),
        ("--view widget", [{MIME, WIDGET, "text/plain"}, {MIME, "text/html", "text/plain"}]),
        ("--view text", []),
        ("--quiet", []),
    ],
)
def test_views(ip, options, types):
    outcome = ip.run(f"%%lgstream graph {options}\n{{'topic': 'x'}}")

    assert [set(data) for data, _ in outcome.displays] == types
    assert outcome.out == ("[call_model]\nWhy did the cone cry?\n" if "text" in options else "")
    assert ip.value("_run.text()") == JOKE


def test_options(ip):
    ip.run("thread = 'seven'")
    ip.run(
        "%%lgstream asking --thread $thread --as mine --config {'tags': ['a b']} --node draft\n"
        "question = 'hi'\nquestion"
    )

    assert ip.value("mine is _run, _run.status, question") == "(True, 'interrupted', 'hi')"
    assert ip.value("[_run.messages[1].metadata[k] for k in ('thread_id', 'tags')]") == (
        "['seven', ['a b']]"
    )


@pytest.mark.parametrize(
    "cell",
    ["%%lgstream asking --resume 'yes'", "%%lgstream asking --resume word\nword = 'yes'",
     "%lgstream asking --resume 'yes'", "%%lgstream asking --resume 'yes' --background"],
)  # fmt: skip
def test_an_answer(ip, cell):
    ip.run("asking = zoo.asking()")
    asked = ip.run("%%lgstream asking --thread 1\n'hi'")
    assert "[interrupt] {'question'" in asked.displays[-1][0]["text/plain"]
    outcome = ip.run(cell)
    ip.run("await _run")

    assert (outcome.error, outcome.err) == (None, "")
    assert ip.value("_run.status, _run.answers") == "('done', ['yes'])"
    assert outcome.displays[-1][0]["text/plain"] == "[answer] yes\n\n[approve] human\nyes"
    assert "No run of this graph waits" in ip.run(cell).err


def test_an_answer_where_the_saver_lives_in_the_kernels_loop(ip):
    ip.run(
        "from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver\n"
        "context = AsyncSqliteSaver.from_conn_string(':memory:')\n"
        "saved = asking.builder.compile(checkpointer=await context.__aenter__())"
    )
    ip.run("%%lgstream saved --thread 1\n'hi'")

    assert "in quotes" in ip.run("%%lgstream saved --resume yes").err
    assert ip.run("%%lgstream saved --resume 'yes'").err == ""
    assert ip.value("_run.status, _run.answers") == "('done', ['yes'])"
    assert "No interrupt waits" in ip.run("%%lgstream saved --resume 'no' --thread 1").err
    assert ip.run("await context.__aexit__(None, None, None)").error is None


def test_context(ip):
    ip.run(
        "from langgraph.runtime import Runtime\n"
        "def look(state: MyState, runtime: Runtime): return {'joke': runtime.context['who']}\n"
        "looking = StateGraph(MyState, context_schema=dict).add_node(look)\n"
        "looking = looking.add_edge(START, 'look').compile()"
    )
    ip.run("%%lgstream looking --context {'who': 'me'}\n{'topic': 'x'}")

    assert ip.value("_run.state['joke']") == "'me'"


def test_await_in_the_body(ip):
    outcome = ip.run(
        "%%lgstream graph\nawait asyncio.sleep(0)\n{'topic': await asyncio.sleep(0, 'later')}"
    )

    assert outcome.err == ""
    assert ip.value("_run.input") == "{'topic': 'later'}"


def test_an_async_graph_runs_on_the_kernels_own_loop(ip):
    ip.run(
        "lock = asyncio.Lock()\nawait lock.acquire()\n"
        "async def wait(state: MyState):\n"
        "    asyncio.get_running_loop().call_later(0.05, lock.release)\n"
        "    async with lock:\n"
        "        return {'joke': str(asyncio.get_running_loop() is loop)}\n"
        "loop = asyncio.get_running_loop()\n"
        "waiting = StateGraph(MyState).add_node(wait).add_edge(START, 'wait').compile()"
    )
    ip.run("%%lgstream waiting\n{'topic': 'x'}")

    assert ip.value("_run.state['joke']") == "'True'"


def test_from_code_and_within_other_magics(ip):
    call = "get_ipython().run_cell_magic('lgstream', 'NAME --quiet', '{\"topic\": \"x\"}')"
    for name in ("graph", "agraph"):
        cells = {
            "x = 1\n" + call.replace("NAME", name): "",
            f"%%time\n%lgstream {name} --quiet {{'topic': 'x'}}": "Wall time",
            f"%%capture kept\n%lgstream {name} --view text {{'topic': 'x'}}": "",
            f"get_ipython().run_cell('%lgstream {name} --quiet {{\"topic\": 1}}')": "",
        }
        for cell, out in cells.items():
            ip.run("_run = None")
            outcome = ip.run(cell)
            assert outcome.error is None, outcome.traceback
            assert out in outcome.out
            assert ip.value("_run.text()") == JOKE
    assert "cone" in ip.value("kept.stdout")


def test_display_of_a_run(ip):
    ip.run("%%lgstream graph --quiet\n{'topic': 'x'}")
    ((data, metadata),) = ip.run("display(_run)").displays

    assert "Why did the cone cry?" in data["text/html"]
    assert len(metadata[MIME]["runs"]) == 1


def test_help(ip):
    request = ip.client.execute("%%lgstream?")
    reply = ip.client.get_shell_msg(timeout=120)
    while reply["parent_header"]["msg_id"] != request:
        reply = ip.client.get_shell_msg(timeout=120)
    text = reply["content"]["payload"][0]["data"]["text/plain"]

    for option in ("--node", "--tag", "--thread", "--config", "--context", "--as", "--text",
                   "--view", "--quiet", "--background", "--sync"):  # fmt: skip
        assert option in text


def test_completion(ip):
    reply = ip.client.complete("%%lgstream graph --no", reply=True, timeout=120)
    assert "--node" in reply["content"]["matches"]
    reply = ip.client.complete("%%lgstream graph --node ", reply=True, timeout=120)
    assert "call_model" in reply["content"]["matches"]


# ---- what goes wrong --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("%%lgstream nothing\n1", "name 'nothing' is not defined"),
        ("%%lgstream MyState\n1", "is not a graph"),
        ("%%lgstream graph\n   \n", "empty"),
        ("%%lgstream graph", "empty"),
        ("%%lgstream graph\nWhat now", "is not Python"),
        ("%%lgstream graph\n{'unknown': 1}", "did not accept this input"),
        ("%%lgstream agraph\n{'unknown': 1}", "did not accept this input"),
        ("%%lgstream graph --colour red\n1", "--colour"),
        ("%%lgstream graph --node call_modle\n1", "did you mean 'call_model'"),
        ("%%lgstream asking\n'hi'", "--thread"),
        ("%lgstream graph", "The input is missing"),
        ("%lgstream", "GRAPH"),
    ],
)
def test_bad_input(ip, cell, words):
    outcome = ip.run(cell)

    assert (outcome.out, outcome.displays, outcome.comms) == ("", [], []) or (
        "accept" in words and (outcome.out, outcome.displays) == ("", [])
    )
    assert outcome.err.startswith("UsageError: ")
    assert words in outcome.err
    assert outcome.err.strip().count("\n") == 0
    assert "_lgstream_awaited" not in outcome.err
    assert ip.value("_run is None") == "True"


@pytest.mark.parametrize("name", ["failing", "afailing"])
def test_a_node_that_raises(ip, name):
    ip.run(
        "from langchain_core.runnables import RunnableConfig\n"
        "async def crash(state: MyState, config: RunnableConfig):\n"
        "    await llm.ainvoke('x', config)\n"
        "    raise ValueError('the node broke')\n"
        "afailing = StateGraph(MyState).add_node(crash).add_edge(START, 'crash').compile()"
    )
    outcome = ip.run(f"%%lgstream {name}\n{{'topic': 'x'}}")

    assert (outcome.error, outcome.value) == ("ValueError", "the node broke")
    assert "the node broke" in outcome.traceback
    assert "lg_notebook/runtime/execution.py" not in outcome.traceback
    assert ip.value("_run.status, bool(_run.text())") == "('error', True)"
    assert "the node broke" in outcome.displays[-1][0]["text/plain"]


def test_why_there_are_no_tokens(ip):
    ip.run("silent = zoo.joke(Scripted(replies=[say('as a whole')], disable_streaming=True))")
    outcome = ip.run("%%lgstream silent\n{'topic': 'x'}")

    line = "The model's answer in node 'call_model' came whole: it was built with"
    assert line in ip.value("_run.diagnosis")
    assert f"[note] {line}" in outcome.displays[-1][0]["text/plain"]
    (stored,) = outcome.displays[0][1][MIME]["runs"]
    assert line in stored["items"][-1]["diagnosis"][0]
    assert ip.run("%%lgstream graph\n{'topic': 'x'}").error is None
    assert ip.value("_run.diagnosis is None") == "True"


@pytest.mark.parametrize("view", ["auto", "text"])
def test_tokens_of_a_model_outside_langchain(ip, view):
    ip.run("anyone = zoo.custom()")
    cell = f"%%lgstream anyone --tokens token --view {view}\n{{'topic': 'x', 'texts': []}}"
    outcome = ip.run(cell)

    assert outcome.error is None
    assert ip.value("_run.text(node='speak'), _run.diagnosis") == "('any model speaks', None)"
    shown = outcome.out if view == "text" else outcome.displays[-1][0]["text/plain"]
    assert shown.strip() == "[speak]\nany model speaks"


def test_an_error_in_the_body(ip):
    outcome = ip.run("%%lgstream graph\nx = 1\n1 / 0")

    assert outcome.error == "ZeroDivisionError"
    assert "1 / 0" in outcome.traceback
    assert outcome.displays == []


# ---- interrupts -------------------------------------------------------------------------


def spoke(outcome):
    """Whether tokens have come, in whichever view."""
    return "\na" in outcome.out or any(
        isinstance(item, list)
        for kind, data in outcome.comms
        if kind == "comm_msg" and isinstance(data.get("content"), dict)
        for item in data["content"].get("items", ())
    )


@pytest.mark.parametrize("view", ["auto", "text"])
@pytest.mark.parametrize("build", ["zoo.joke", "zoo.ajoke"])
def test_an_interrupt(ip, build, view):
    ip.run(f"slow, ran = Slow(text=' '.join('abc' * 200)), []\nslowly = {build}(slow)")
    ip.run(
        "def after(state: MyState): ran.append(state)\n"
        "both = StateGraph(MyState).add_node('call_model', slowly.builder.nodes['call_model']"
        ".runnable).add_node(after)\n"
        "both = both.add_edge(START, 'call_model').add_edge('call_model', 'after').compile()"
    )
    outcome = ip.run(f"%%lgstream both --view {view}\n{{'topic': 'x'}}", interrupt_when=spoke)

    assert outcome.error == "KeyboardInterrupt"
    assert ip.value("_run.status, _run.text()[:1], len(_run.text()) < 1199") == (
        "('stopped', 'a', True)"
    )
    assert ip.value("_run.events[-1]['type'], _run.error") == "('run-end', None)"
    assert ip.value("slow.let_go.wait(60), ran") == "(True, [])"
    if view == "auto":
        assert "The run was stopped." in outcome.displays[-1][0]["text/plain"]
        assert outcome.displays[0][1][MIME]["runs"][0]["items"][-1]["status"] == "stopped"

    assert ip.run("%%lgstream graph\n{'topic': 'x'}").error is None
    assert ip.value("_run.text()") == JOKE


def test_an_interrupt_of_a_widgets_run(ip):
    ip.run(
        "from lg_notebook import GraphWidget\n"
        "slow = Slow(text=' '.join('abc' * 200))\nwidget = GraphWidget(zoo.joke(slow))"
    )
    outcome = ip.run("widget.run({'topic': 'x'})", interrupt_when=spoke)

    assert outcome.error == "KeyboardInterrupt"
    assert ip.value("widget.status, widget.runs[0].status") == "('stopped', 'stopped')"
    assert ip.value("slow.let_go.wait(60)") == "True"


def test_a_stop_ends_the_cell_well(ip):
    ip.run(
        "from lg_notebook import GraphWidget\nslow = Slow()\nwidget = GraphWidget(zoo.ajoke(slow))\n"
        "async def stop():\n    await asyncio.to_thread(slow.begun.wait, 60)\n    widget.stop()"
    )
    outcome = ip.run(
        "stopping = asyncio.ensure_future(stop())\nrun = await widget.arun({'topic': 'x'})"
    )

    assert outcome.error is None
    assert ip.value("run.status, slow.let_go.is_set()") == "('stopped', True)"


# ---- the widget -------------------------------------------------------------------------


def test_a_widget_on_display(ip):
    outcome = ip.run(
        "from lg_notebook import GraphWidget\nwidget = GraphWidget(graph)\ndisplay(widget)\n"
        "run = widget.run({'topic': 'x'})"
    )
    ((data, metadata),) = outcome.displays

    assert set(data) == {MIME, WIDGET, "text/plain", "text/html"}
    assert len(metadata[MIME]["runs"]) == 1
    assert ip.value("run.text()") == JOKE


def test_messages_from_the_view(ip):
    opened = ip.run("widget = GraphWidget(graph)\nwidget").comms
    assert any(kind == "comm_open" for kind, _ in opened)
    comm = ip.value("widget.comm.comm_id").strip("'")

    def say(content):
        message = ip.client.session.msg(
            "comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": content}}
        )
        ip.client.shell_channel.send(message)

    say({"kind": "nonsense"})
    say({"kind": "run", "input": '{"topic": "cats"}'})
    ip.run(
        "for _ in range(3000):\n    if widget.status == 'done': break\n    await asyncio.sleep(0.02)"
    )

    assert ip.value("widget.status, widget.runs[0].text()") == f"('done', {JOKE})"
    say({"kind": "run", "input": "{"})
    ip.run("await asyncio.sleep(0.1)")
    assert "not JSON" in ip.value("widget.problem")


# ---- afterwards -------------------------------------------------------------------------


def test_no_thread_of_ours_is_left(ip):
    ip.run(
        "for _ in range(1200):\n"
        "    left = [t.name for t in threading.enumerate() if t.name.startswith('lg_notebook')]\n"
        "    if not left: break\n"
        "    time.sleep(0.05)"
    )

    assert ip.value("left") == "[]"


def test_unloading_and_loading_again(ip):
    ip.run("%load_ext lg_notebook")
    ip.run("%unload_ext lg_notebook")
    assert "lgstream" in ip.run("%%lgstream graph\n{'topic': 'x'}").err
    assert ip.value("len(get_ipython().input_transformers_post)") == "0"

    ip.run("%load_ext lg_notebook")
    ip.run("%%lgstream graph --quiet\n{'topic': 'x'}")
    assert ip.value("_run.text()") == JOKE
