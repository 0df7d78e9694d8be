"""The widget of a single run."""

import ipywidgets

from lg_notebook.widget.graph_widget import GraphWidget
from tests.graphs.zoo import TOPIC, joke
from tests.widget.run_widgets import run_widget


def test_widgets_of_runs_share_a_layout():
    widgets = [run_widget() for _ in range(2)]

    assert widgets[0].layout is widgets[1].layout
    assert widgets[0].run(TOPIC).text() == "Why did the cone cry?"


def test_a_layout_outlives_its_widgets():
    first = run_widget()
    layout = first.layout
    first.close()

    assert layout.comm is not None
    assert run_widget().layout is layout


def test_there_is_a_new_layout_when_all_widgets_were_closed():
    before = run_widget().layout
    ipywidgets.Widget.close_all()

    after = run_widget().layout
    assert after is not before
    assert after.comm is not None


def test_widgets_of_ones_own_have_layouts_of_their_own():
    mine, other = GraphWidget(joke()), GraphWidget(joke())
    mine.layout.width = "50%"

    assert other.layout.width is None
    assert run_widget().layout.width is None
