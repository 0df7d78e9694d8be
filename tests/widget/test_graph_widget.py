"""The widget: runs a graph without a front end, and handles every message from a view."""

import asyncio
import json
import sys
import threading
import types

import pytest
import traitlets
from langgraph.graph import StateGraph

from lg_notebook import GraphWidget, Run
from lg_notebook.render.mime_bundle import WIDGET
from lg_notebook.widget import assets
from lg_notebook.widget import graph_widget as module
from lg_notebook.wire.encoder import MIME
from tests.decoder import replay
from tests.graphs.zoo import HELLO, THREAD, TOPIC, MyState, ajoke, asking, chat, failing, joke
from tests.slow import Slow, eventually


def test_runs_in_a_plain_script():
    widget = GraphWidget(joke())
    assert (widget.status, widget.runs) == ("idle", [])

    run = widget.run(TOPIC)

    assert run.text() == "Why did the cone cry?"
    assert (widget.status, widget.runs) == ("done", [run])


async def test_is_awaited():
    widget = GraphWidget(ajoke())

    run = await widget.arun(TOPIC)

    assert (run.text(), widget.status) == ("Why did the cone cry?", "done")


async def test_runs_beside_a_running_loop():
    assert GraphWidget(joke()).run(TOPIC).status == "done"
    assert GraphWidget(ajoke()).run(TOPIC).status == "done"


def test_runs_again_and_again():
    widget = GraphWidget(joke())
    runs = [widget.run(TOPIC) for _ in range(3)]

    assert widget.runs == runs
    assert widget.count == 3
    assert not [t for t in threading.enumerate() if t.name.startswith("lg_notebook")]


def test_no_class_is_made_for_an_instance():
    first, second = GraphWidget(joke()), GraphWidget(joke())

    assert type(first) is type(second) is GraphWidget
    state = first.get_state()
    assert "as default" in state["_esm"]
    assert state["_esm"] == assets.LOADER.read_text(encoding="utf-8")
    assert state["_anywidget_id"] == "lg_notebook.widget.GraphWidget"


def test_the_front_end_stays_a_path_where_it_is_to_be_reloaded(monkeypatch):
    assert module._module().default_value == assets.LOADER.read_text(encoding="utf-8")

    monkeypatch.setenv("ANYWIDGET_HMR", "1")
    assert module._module() == assets.FRONT_END


def test_further_traits_can_be_added():
    widget = GraphWidget(joke())
    widget.add_traits(colour=traitlets.Unicode("red").tag(sync=True))

    assert widget.get_state()["colour"] == "red"


def test_a_string_is_a_message():
    assert GraphWidget(chat()).run("hi").messages[0].text == "hi"


def test_an_error_is_raised_and_its_run_is_kept():
    widget = GraphWidget(failing())

    with pytest.raises(ValueError, match="the node broke"):
        widget.run(TOPIC)
    assert (widget.status, widget.runs[0].text()) == ("error", "so far so good")
    with pytest.raises(ValueError, match="the node broke"):
        widget.run(TOPIC)


async def test_an_error_is_raised_when_awaited():
    widget = GraphWidget(failing())

    with pytest.raises(ValueError, match="the node broke"):
        await widget.arun(TOPIC)
    assert widget.status == "error"


def test_stops():
    model = Slow()
    widget = GraphWidget(joke(model))
    widget.stop()  # nothing runs: nothing to stop
    threading.Thread(target=lambda: (model.begun.wait(60), widget.stop(), widget.stop())).start()

    run = widget.run(TOPIC)

    assert (run.status, widget.status) == ("stopped", "stopped")
    model.pause = 0
    assert widget.run(TOPIC).status == "done"


async def test_cancelled():
    model = Slow()
    widget = GraphWidget(ajoke(model))
    waiting = asyncio.ensure_future(widget.arun(TOPIC))
    await asyncio.to_thread(model.begun.wait, 60)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert widget.status == "stopped"


def test_resumes():
    widget = GraphWidget(asking(), config=THREAD)

    assert widget.run(HELLO).status == "interrupted"
    assert widget.status == "interrupted"
    assert widget.resume("yes").messages[-1].text == "yes"
    assert widget.status == "done"


async def test_one_run_at_a_time():
    model = Slow()
    widget = GraphWidget(ajoke(model))
    waiting = asyncio.ensure_future(widget.arun(TOPIC))
    await asyncio.to_thread(model.begun.wait, 60)

    with pytest.raises(RuntimeError, match=r"A run of this widget has not ended.*stop\(\)"):
        widget.run(TOPIC)
    widget.stop()
    assert (await waiting).status == "stopped"
    assert len(widget.runs) == 1


def test_unknown_arguments_are_named():
    with pytest.raises(TypeError, match="takes no argument layout, nodes: it knows config"):
        GraphWidget(joke(), nodes="x", layout={})


def test_bad_graphs_and_nodes():
    with pytest.raises(TypeError, match="not compiled"):
        GraphWidget(StateGraph(MyState))
    with pytest.raises(TypeError, match="is not a graph"):
        GraphWidget("graph")
    with pytest.raises(ValueError, match="did you mean 'call_model'"):
        GraphWidget(joke(), node="call_modle")


def test_a_front_end_that_was_not_built(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "FRONT_END", tmp_path / "widget.js")

    with pytest.raises(FileNotFoundError, match=r"python dev\.py build"):
        GraphWidget(joke())


def test_config_and_context_apply_to_every_run_without_its_own():
    widget = GraphWidget(chat(), config={"tags": ["mine"]})

    assert widget.run("hi").messages[-1].tags == ["mine"]
    assert widget.run("hi", {"tags": ["other"]}).messages[-1].tags == ["other"]


def test_the_repr_has_no_address():
    assert repr(GraphWidget(joke())) == "GraphWidget(LangGraph)"
    assert repr(GraphWidget(joke(), name="mine")) == "GraphWidget(mine)"


def test_the_view_receives_what_it_needs():
    widget = GraphWidget(joke(), node="call_model", tag="!x", agent="a", kind="!tool")

    assert widget.graph["name"] == "LangGraph"
    assert widget.graph["input"]["template"] == {"topic": ""}
    assert widget.filters == {
        "node": ["call_model"],
        "tag": ["!x"],
        "agent": ["a"],
        "kind": ["!tool"],
    }
    assert widget.form is True
    assert widget.uid != GraphWidget(joke()).uid


# ---- the wire ---------------------------------------------------------------------------


class View:
    """A fake front end."""

    def __init__(self):
        self.received = []

    def frames(self, run=0, kind="frame"):
        return [
            (frame, buffers[0])
            for frame, buffers in list(self.received)
            if frame["run"] == run and frame["kind"] == kind
        ]

    def state(self, run=0):
        """The state that the frames, in the order in which they came, lead to."""
        return Run.from_events(replay(*self.frames(run)))


@pytest.fixture
def view(monkeypatch):
    view = View()

    def send(self, content, buffers=None):
        json.dumps(content)
        view.received.append((content, buffers))

    monkeypatch.setattr(GraphWidget, "send", send)
    monkeypatch.setattr(GraphWidget, "_is_shown_somewhere", lambda _: True)
    return view


def say_to(widget, message):
    widget._handle_custom_msg(message, [])


def test_without_a_front_end_nothing_is_sent(monkeypatch):
    sent = []
    monkeypatch.setattr(GraphWidget, "send", lambda *message: sent.append(message))
    GraphWidget(joke()).run(TOPIC)

    assert sent == []


def test_frames_carry_the_whole_run(view):
    run = GraphWidget(joke()).run(TOPIC)

    ends = [0]
    for frame, _ in view.frames():
        assert frame["first"] == ends[-1]
        ends.append(frame["last"])
    assert ends[-1] == len(run)
    assert view.state().text() == run.text()
    assert view.state().status == "done"


def test_frames_are_few(view):
    run = GraphWidget(joke(Slow(pause=0.002))).run(TOPIC)

    assert len(run.messages[0].tokens) > 300
    assert len(view.frames()) <= 40 * run.duration / 1e9 + 3
    assert view.state().text() == run.text()


def test_a_late_view_gets_what_it_lacks_and_no_other_does(view):
    widget = GraphWidget(joke())
    run = widget.run(TOPIC)
    widget.run(TOPIC)
    view.received.clear()

    say_to(widget, {"kind": "sync", "client": "c", "have": {"0": 5}})

    (first, _), (second, _) = (item for item in view.received)
    assert (first["client"], first["kind"], first["run"]) == ("c", "snapshot", 0)
    assert (first["first"], first["last"]) == (5, len(run))
    assert (second["run"], second["first"]) == (1, 0)


def test_a_view_that_has_everything_gets_nothing(view):
    widget = GraphWidget(joke())
    run = widget.run(TOPIC)
    view.received.clear()

    for have in (len(run), len(run) + 5):
        say_to(widget, {"kind": "sync", "client": "c", "have": {"0": have}})
    assert view.received == []


def test_a_view_that_comes_in_the_midst_misses_nothing_and_gets_nothing_twice(view):
    model = Slow(pause=0.01, text=" ".join(f"w{at}" for at in range(40)))
    widget = GraphWidget(joke(model))
    synced = []

    def come():
        eventually(lambda: len(view.frames()) > 5)
        say_to(widget, {"kind": "sync", "client": "c", "have": {}})
        synced.append(len(view.received))

    thread = threading.Thread(target=come)
    thread.start()
    run = widget.run(TOPIC)
    thread.join()

    ((snapshot, _),) = view.frames(kind="snapshot")
    later = [f for f, _ in view.frames() if f["first"] >= snapshot["last"]]
    assert snapshot["first"] == 0
    assert later[0]["first"] == snapshot["last"]
    assert later[-1]["last"] == len(run)


GARBAGE = [
    None, 3, "run", [], {}, {"kind": None}, {"kind": "nonsense"}, {"kind": ["run"]}, {"kind": "eval",
    "code": "1"}, {"kind": "sync"}, {"kind": "sync", "have": [], "client": "c"},
    {"kind": "sync", "have": {}, "client": 3}, {"kind": "sync", "have": {"0": "x"}, "client": "c"},
    {"kind": "sync", "have": {"0": -1}, "client": "c"}, {"kind": "sync", "have": {"0": 1.5},
    "client": "c"}, {"kind": "sync", "have": {"0": 10**30}, "client": "c"},
    {"kind": "sync", "have": {"0": None}, "client": "c"}, {"kind": "select"},
    {"kind": "asset"}, {"kind": "asset", "name": "highlighter"},
    {"kind": "asset", "name": "highlighter", "client": 3}, {"kind": "asset", "name": ["highlighter"], "client": "c"},
]  # fmt: skip


@pytest.mark.parametrize("message", GARBAGE)
def test_garbage_is_ignored(view, message):
    widget = GraphWidget(joke())
    widget.run(TOPIC)
    view.received.clear()

    say_to(widget, message)

    assert view.received == []
    assert (widget.status, len(widget.runs), widget.problem) == ("done", 1, "")


def test_a_view_gets_the_highlighter_when_it_asks(view):
    widget = GraphWidget(joke())
    say_to(widget, {"kind": "asset", "name": "highlighter", "client": "c"})

    ((answer, buffers),) = view.received
    assert answer == {"kind": "asset", "name": "highlighter", "client": "c"}
    assert bytes(buffers[0]).startswith(b"var ")
    assert b"export const build=" in buffers[0]


@pytest.mark.parametrize("name", ["widget", "highlighter.js", "../widget.py", "/etc/passwd", ""])
def test_no_other_file_is_ever_read(view, name):
    say_to(GraphWidget(joke()), {"kind": "asset", "name": name, "client": "c"})

    ((answer, buffers),) = view.received
    assert (answer["name"], buffers) == (name, [])


def test_stop_from_the_view(view):
    model = Slow()
    widget = GraphWidget(joke(model))
    say_to(widget, {"kind": "stop"})
    threading.Thread(
        target=lambda: (model.begun.wait(60), say_to(widget, {"kind": "stop"}))
    ).start()

    assert widget.run(TOPIC).status == "stopped"


async def settled(widget):
    await asyncio.sleep(0)
    await asyncio.to_thread(
        eventually, lambda: widget.status not in {"idle", "running"} and not widget._runs.is_running
    )


async def test_run_from_the_view(view):
    widget = GraphWidget(joke())
    say_to(widget, {"kind": "run", "input": '{"topic": "cats"}'})
    await settled(widget)

    assert (widget.status, widget.runs[0].input) == ("done", {"topic": "cats"})
    assert view.state().text() == "Why did the cone cry?"


async def test_run_a_text_from_the_view(view):
    widget = GraphWidget(chat())
    say_to(widget, {"kind": "run", "input": "hello you"})
    await settled(widget)

    assert widget.runs[0].messages[0].text == "hello you"


async def test_an_error_from_the_view_stays_in_the_run(view):
    widget = GraphWidget(failing())
    say_to(widget, {"kind": "run", "input": TOPIC})
    await settled(widget)

    assert (widget.status, widget.problem) == ("error", "")


@pytest.mark.parametrize(
    ("given", "words"),
    [("{", "is not JSON"), ("[1]", "JSON object"), (None, "JSON object"), (3, "JSON object")],
)
async def test_a_bad_input_from_the_view_is_shown(view, given, words):
    widget = GraphWidget(joke())
    say_to(widget, {"kind": "run", "input": given})
    await asyncio.sleep(0.05)

    assert words in widget.problem
    assert widget.runs == []


async def test_an_input_that_the_graph_rejects_is_shown(view):
    widget = GraphWidget(joke())
    say_to(widget, {"kind": "run", "input": {"nothing": "it knows"}})
    await settled(widget)

    assert widget.problem.startswith("The graph did not start: ")
    widget.run(TOPIC)
    assert widget.problem == ""


async def test_a_second_run_from_the_view_is_refused(view):
    model = Slow()
    widget = GraphWidget(ajoke(model))
    waiting = asyncio.ensure_future(widget.arun(TOPIC))
    await asyncio.to_thread(model.begun.wait, 60)
    say_to(widget, {"kind": "run", "input": TOPIC})
    await asyncio.sleep(0.1)

    assert len(widget.runs) == 1
    assert "A run of this widget has not ended" in widget.problem
    widget.stop()
    await waiting


async def test_resume_from_the_view(view):
    widget = GraphWidget(asking(), config=THREAD)
    widget.run(HELLO)
    say_to(widget, {"kind": "resume", "value": "go"})
    await asyncio.to_thread(eventually, lambda: widget.status == "done")

    assert widget.runs[-1].messages[-1].text == "go"


# ---- display ----------------------------------------------------------------------------


class Screen:
    def __init__(self):
        self.shown = []

    def __call__(self, data, metadata=None, **_):
        self.shown.append([data, metadata])
        mine = self.shown[-1]

        class Handle:
            @staticmethod
            def update(data, metadata=None, *, raw):
                mine[:] = [data, metadata]

        return Handle()


@pytest.fixture
def screen(monkeypatch):
    screen = Screen()
    monkeypatch.setattr("lg_notebook.widget.live_output.display", screen)
    return screen


def test_shows_itself_before_and_after_runs(view, screen):
    widget = GraphWidget(joke())
    widget._ipython_display_()
    widget.run(TOPIC)
    widget._ipython_display_()

    for data, metadata in screen.shown:
        assert set(data) == {MIME, WIDGET, "text/plain", "text/html"}
        assert "Why did the cone cry?" in data["text/plain"]
        assert "Why did the cone cry?" in data["text/html"]
        assert len(metadata[MIME]["runs"]) == 1
        assert metadata[MIME]["uid"] == widget.uid


def test_colab_learns_where_its_manager_is_whichever_thread_shows_the_widget(
    view, screen, monkeypatch
):
    # Colab's own hook is only there in the thread that turned its manager on.
    colab = types.ModuleType("google.colab.output")
    colab.enable_custom_widget_manager = lambda: None
    colab._widgets = types.SimpleNamespace(_installed_url="https://colab.example/manager.js")
    monkeypatch.setitem(sys.modules, "google.colab.output", colab)
    widget = GraphWidget(joke())
    thread = threading.Thread(target=widget._ipython_display_)
    thread.start()
    thread.join()

    ((data, metadata),) = screen.shown
    manager = {"url": "https://colab.example/manager.js"}
    assert WIDGET in data
    assert metadata[WIDGET] == {"colab": {"custom_widget_manager": manager}}


def test_a_display_that_breaks_does_not_block_the_widget(view, screen, monkeypatch):
    widget = GraphWidget(joke())
    widget._ipython_display_()
    monkeypatch.setattr("lg_notebook.widget.live_output.stored", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        widget.run(TOPIC)
    monkeypatch.undo()

    assert widget.run(TOPIC).status == "done"
