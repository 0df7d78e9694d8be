"""A graph and the options of a run, checked before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lg_notebook.graphs.graph import node_names
from lg_notebook.model.filters import Filters
from lg_notebook.normalize.custom_tokens import Tokens
from lg_notebook.streams.as_graph import as_graph

if TYPE_CHECKING:
    from lg_notebook.core.run_options import StreamOptions


class RunSetup:
    """What `stream`, `watch`, `GraphWidget` and the magics make of a graph and its options.

    Args:
        graph: What the user gave.
        options: The options, every one of them (see `run_options.complete`).

    Attributes:
        graph: The graph to run.
        filters: Which messages to show.
        tokens: Name of the field of custom payloads that holds tokens, or None.
        context: LangGraph's run-time context.

    Raises:
        GraphTypeError: It is not a graph, or does not stream in this version.
        OptionError: An option has a value that cannot be used.
    """

    def __init__(self, graph: object, options: StreamOptions) -> None:
        self.graph = as_graph(graph, options["version"], options["stream_mode"])
        self.filters = Filters.of(
            options["node"], options["tag"], options["agent"], options["kind"]
        )
        self.filters.check(node_names(self.graph))
        self.tokens = Tokens(options["tokens"]).key
        self.context = options["context"]
