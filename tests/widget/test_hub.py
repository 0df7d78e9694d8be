"""One widget holds the code of the views, whatever happens to it; the others are thin."""

import hashlib
import json
import sys
import types

import comm
import ipywidgets
import nbformat
import pytest
from nbclient import NotebookClient

from lg_notebook import GraphWidget
from lg_notebook.widget import assets, hub
from tests.graphs.zoo import TOPIC, chat, joke
from tests.kernels import kernel
from tests.widget.run_widgets import run_widget

THIN = 10_000
"""Bytes that a run's own widget may put into a page and into a saved notebook."""

SETUP = "from tests.graphs import zoo\n%load_ext lg_notebook"
RUN = "%%lgstream zoo.joke()\n{'topic': 'x'}"


@pytest.mark.parametrize("make", [GraphWidget, run_widget])
@pytest.mark.parametrize("graph", [joke, chat])
def test_a_widget_is_thin_and_names_the_hub(make, graph):
    widget = make(graph())
    state = widget.get_state()

    assert len(json.dumps(state)) <= THIN
    assert state["hub"] == f"IPY_MODEL_{hub.current_hub().model_id}"
    assert state["build"] == hashlib.sha256(assets.front_end().encode()).hexdigest()[:16]


def test_all_widgets_share_the_hub():
    first, second = GraphWidget(joke()), run_widget()

    assert first.hub is second.hub is hub.current_hub()
    assert first.hub.get_state()["code"] == assets.front_end()


def test_the_hub_outlives_its_widgets():
    first = run_widget()
    first.close()

    assert first.hub.is_open
    assert run_widget().hub is first.hub


def gone(held):
    comm.get_comm_manager().unregister_comm(held.comm)  # a page has closed it


@pytest.mark.parametrize(
    "close", [lambda _: ipywidgets.Widget.close_all(), lambda held: held.close(), gone]
)
def test_there_is_a_new_hub_when_it_was_closed(close):
    before = hub.current_hub()
    close(before)

    after = GraphWidget(joke()).hub
    assert after is not before
    assert (after.is_open, before.is_open) == (True, False)
    assert after.get_state()["code"] == assets.front_end()
    before.comm = None  # or `Widget.close_all()` would close it again in another test


def test_a_hub_that_a_page_has_closed_can_be_closed():
    before = hub.current_hub()
    gone(before)
    ipywidgets.Widget.close_all()

    assert before.comm is None
    assert hub.current_hub().is_open


def test_a_widget_whose_hub_was_closed_still_has_a_state():
    widget = GraphWidget(joke())
    widget.hub.close()

    assert widget.get_state()["hub"] is None
    assert widget.run(TOPIC).status == "done"


@pytest.mark.parametrize("name", ["hub", "_esm", "build", "_anywidget_id"])
def test_what_a_page_writes_into_a_widgets_code_changes_nothing(name):
    widget = GraphWidget(joke())
    before = widget.get_state()
    widget.set_state({name: "IPY_MODEL_evil", "form": False})

    assert widget.get_state() == before


def test_what_a_page_writes_into_the_hub_changes_nothing():
    held = hub.current_hub()
    before = held.get_state()
    held.set_state({"code": "alert(1)", "_model_name": "EvilModel"})

    assert held.get_state() == before


def test_a_page_without_the_hub_gets_the_code_with_the_widget():
    widget, other = GraphWidget(joke()), GraphWidget(joke())
    for _ in range(2):
        widget._handle_custom_msg({"kind": "code", "name": "../../etc/passwd"}, [])

    assert widget.get_state()["_esm"] == assets.front_end()
    assert other.get_state()["_esm"] == assets.LOADER.read_text(encoding="utf-8")


def test_whoever_asks_again_is_sent_the_code_again(monkeypatch):
    sent = []
    widget = GraphWidget(joke())
    widget._handle_custom_msg({"kind": "code"}, [])
    monkeypatch.setattr(widget, "send_state", lambda key=None: sent.append(key))
    for _ in range(2):
        widget._handle_custom_msg({"kind": "code"}, [])

    assert sent == ["_esm"] * 2


def test_in_marimo_each_widget_brings_the_code(monkeypatch):
    marimo = types.SimpleNamespace(running_in_notebook=lambda: True)
    monkeypatch.setitem(sys.modules, "marimo", marimo)
    state = GraphWidget(joke()).get_state()
    assert (state["hub"], state["_esm"]) == (None, assets.front_end())

    marimo.running_in_notebook = lambda: False  # imported elsewhere, for something else in it
    assert GraphWidget(joke()).hub is hub.current_hub()


@pytest.mark.kernel
def test_a_notebook_of_20_runs_holds_the_code_once():
    cells = [nbformat.v4.new_code_cell(each) for each in [SETUP, *[RUN] * 20]]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", store_widget_state=True).execute()
    saved = nbformat.writes(notebook)

    assert saved.count(json.dumps(assets.front_end()[:2000])[1:-1]) == 1
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    runs = [each["state"] for each in states.values() if "uid" in each["state"]]
    assert len(runs) == 20
    assert max(len(json.dumps(each)) for each in runs) <= THIN


@pytest.mark.kernel
def test_a_cell_tells_pages_of_the_hub_before_its_widget():
    with kernel(SETUP) as ip:
        first, second = ip.run(RUN), ip.run(RUN)

    opened = [
        "code" if "code" in state else "run" if "uid" in state else "layout"
        for outcome in (first, second)
        for state in (data["state"] for kind, data in outcome.comms if kind == "comm_open")
    ]
    assert opened == ["code", "layout", "run", "run"]
