"""A run before the user's eyes: shown once accepted, ended whatever happens."""

import pytest

from lg_notebook.core.run_options import WatchOptions, complete
from lg_notebook.exceptions import InputError
from lg_notebook.runtime.run_setup import GraphSetup
from lg_notebook.widget.run_widget import RunWidget
from lg_notebook.widget.session import Session
from tests.graphs.zoo import TOPIC, failing, joke


def session(graph, value, view="text", started=lambda _: None, **more):
    options = complete(WatchOptions, {"view": view, **more}, "watch")
    return Session(GraphSetup(graph, options), value, None, options, name="graph", started=started)


def test_prints_text(capsys):
    run = session(joke(), TOPIC).block(threaded=False)

    assert capsys.readouterr().out == "[call_model]\nWhy did the cone cry?\n"
    assert (run.graph, run.status) == ("graph", "done")


def test_says_when_it_has_begun():
    seen = []
    run = session(joke(), TOPIC, "quiet", seen.append).block(threaded=False)

    assert seen == [run]


@pytest.mark.parametrize("view", ["text", "quiet", "html", "widget"])
def test_an_input_that_the_graph_rejects_begins_nothing(view, capsys):
    seen = []

    with pytest.raises(InputError, match="The graph did not accept this input: "):
        session(joke(), {"unknown": 1}, view, seen.append).block(threaded=False)
    assert seen == []
    assert capsys.readouterr().out == ""


async def test_the_same_awaited(capsys):
    with pytest.raises(InputError, match="did not accept"):
        await session(joke(), 5).arun()
    assert capsys.readouterr().out == ""


def test_a_node_that_raises_keeps_what_was_said(capsys):
    runs = []

    with pytest.raises(ValueError, match="the node broke") as caught:
        session(failing(), TOPIC, "text", runs.append).block(threaded=False)

    assert capsys.readouterr().out == "[crash]\nso far so good\n"
    assert runs[0].status == "error"
    names = [entry.frame.f_globals["__name__"] for entry in caught.traceback]
    assert "lg_notebook.runtime.execution" not in names


def test_html_is_one_display_at_the_end(capsys, monkeypatch):
    shown = []
    monkeypatch.setattr(
        "lg_notebook.widget.live_output.display", lambda data, **_: shown.append(data)
    )
    session(joke(), TOPIC, "html").block(threaded=False)

    assert [set(data) for data in shown] == [{"text/html", "text/plain"}]
    assert capsys.readouterr().out == ""


def test_quiet_is_quiet(capsys):
    session(joke(), TOPIC, "quiet").block(threaded=False)

    assert capsys.readouterr() == ("", "")


def live():
    return sum(not widget._closed for widget in made)


made = []


@pytest.fixture
def widgets(monkeypatch):
    class Counted(RunWidget):
        def __init__(self, *args, **more):
            super().__init__(*args, **more)
            self._closed = False
            made.append(self)

        def close(self):
            self._closed = True
            super().close()

    made.clear()
    monkeypatch.setattr("lg_notebook.widget.run_widget.RunWidget", Counted)
    return made


def test_a_rejected_input_leaves_no_widget_behind(widgets):
    with pytest.raises(InputError):
        session(joke(), {"unknown": 1}, "widget").block(threaded=False)

    assert len(widgets) == 1
    assert live() == 0


def test_a_cell_that_runs_again_replaces_its_widget_but_not_another_cells(widgets, monkeypatch):
    for cell, execution in [("a", "1"), ("a", "1"), ("b", "2"), ("a", "3"), (None, "4")]:
        monkeypatch.setattr("lg_notebook.kernel.environment.cell", lambda at=(cell, execution): at)
        session(joke(), TOPIC, "widget").block(threaded=False)

    assert [widget._closed for widget in widgets] == [True, True, False, False, False]
