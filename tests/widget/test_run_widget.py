"""The widget of a single run."""

import ipywidgets

from lg_notebook.widget.graph_widget import GraphWidget
from lg_notebook.widget.run_widget import RunWidget
from tests.graphs.zoo import TOPIC, joke


def test_widgets_of_runs_share_a_layout():
    widgets = [RunWidget(joke(), form=False) for _ in range(2)]

    assert widgets[0].layout is widgets[1].layout
    assert widgets[0].run(TOPIC).text() == "Why did the cone cry?"


def test_a_layout_outlives_its_widgets():
    first = RunWidget(joke(), form=False)
    layout = first.layout
    first.close()

    assert layout.comm is not None
    assert RunWidget(joke(), form=False).layout is layout


def test_there_is_a_new_layout_when_all_widgets_were_closed():
    before = RunWidget(joke(), form=False).layout
    ipywidgets.Widget.close_all()

    after = RunWidget(joke(), form=False).layout
    assert after is not before
    assert after.comm is not None


def test_widgets_of_ones_own_have_layouts_of_their_own():
    mine, other = GraphWidget(joke()), GraphWidget(joke())
    mine.layout.width = "50%"

    assert other.layout.width is None
    assert RunWidget(joke(), form=False).layout.width is None
