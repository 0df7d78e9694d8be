"""Widgets of single runs, as a session makes them."""

from __future__ import annotations

from lg_notebook.core.run_options import WidgetOptions, complete
from lg_notebook.runtime.run_setup import GraphSetup
from lg_notebook.widget.run_widget import RunWidget
from tests.graphs.zoo import joke


def run_widget(graph=None):
    """The widget of one run of a graph, by default of one that writes a joke."""
    options = complete(WidgetOptions, {}, "RunWidget")
    return RunWidget(GraphSetup(graph or joke(), options), config=None, name="graph")
