"""What is to run, a graph or a recording, with its options checked before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from lg_notebook.graphs import capabilities, loop_affinity
from lg_notebook.graphs.graph import graph_name, is_remote, node_names
from lg_notebook.graphs.input_schema import input_form, read_input
from lg_notebook.graphs.topology import topology
from lg_notebook.model.filters import Filters
from lg_notebook.normalize.custom_tokens import Tokens
from lg_notebook.runtime import background
from lg_notebook.runtime.graph_source import GraphSource
from lg_notebook.runtime.run_config import check_config
from lg_notebook.streams.as_graph import as_graph

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

    from lg_notebook.core.run_options import StreamOptions
    from lg_notebook.events import Topology
    from lg_notebook.model.run_state import RunState
    from lg_notebook.runtime.source import Source


class RunSetup(Protocol):
    """What the widget, `watch` and the magics need to know of a graph or a recording.

    Attributes:
        graph: The graph to run; None for a recording.
        name: Its name.
        filters: Which messages to show.
        context: LangGraph's run-time context.
    """

    graph: Any
    name: str
    filters: Filters
    context: object

    @property
    def remote(self) -> bool:
        """Whether the graph runs on a server, which can send its drawing."""

    def form(self) -> dict[str, Any]:
        """Describe the input (see `input_schema.input_form`)."""

    def drawing(self) -> Topology | None:
        """Describe the graph's nodes and edges, or return None if they are not known yet."""

    def read(self, value: object) -> object:
        """Convert what a person passed to the graph's input."""

    def check(self) -> None:
        """Refuse a graph whose parts cannot run together.

        Raises:
            GraphTypeError: They cannot; the sentence names them.
        """

    def check_loop(self, instead: str) -> None:
        """Refuse a graph that needs the event loop of this thread, which is about to block.

        Args:
            instead: What the user can do instead, for the error.

        Raises:
            EventLoopConflictError: It needs it.
        """

    def explained(self, error: BaseException, instead: str) -> BaseException:
        """Explain an error that comes from such a conflict; return others as they are."""

    def background_loop(self) -> asyncio.AbstractEventLoop | None:
        """Find the loop that a run in the background needs; None if a thread of its own will do."""

    def source(
        self,
        input: object,  # noqa: A002 - LangGraph's own name
        config: Mapping[str, Any] | None,
        *,
        context: object = None,
        run: RunState | None = None,
        name: str | None = None,
    ) -> Source:
        """Make the source of one run.

        Raises:
            ArgumentTypeError: The config is not a dict.

        Args:
            input: The input.
            config: LangChain's config.
            context: LangGraph's run-time context.
            run: The run to fill; a new one by default.
            name: The name to show; that of the graph by default.
        """


class GraphSetup:
    """A graph and the options of its runs (see `RunSetup`).

    Args:
        graph: What the user passed.
        options: The options, every one of them (see `run_options.complete`).
        sync: Whether to run the graph by its sync `stream`.

    Raises:
        GraphTypeError: It is not a graph, or does not stream in this version.
        OptionError: An option has a value that cannot be used.
    """

    def __init__(self, graph: object, options: StreamOptions, *, sync: bool = False) -> None:
        self.graph = as_graph(graph, options["version"], options["stream_mode"])
        self.name = graph_name(self.graph)
        self.filters = filters_of(options)
        self.filters.check(node_names(self.graph))
        self.context = options["context"]
        self._tokens = Tokens(options["tokens"]).key
        self._sync = sync

    @property
    def remote(self) -> bool:
        """Whether the graph runs on a server."""
        return is_remote(self.graph)

    def form(self) -> dict[str, Any]:
        """Describe the graph's input."""
        return input_form(self.graph)

    def drawing(self) -> Topology | None:
        """Describe the graph's nodes and edges; None for a remote one."""
        return None if self.remote else topology(self.graph)

    def read(self, value: object) -> object:
        """Convert what a person passed to the graph's input."""
        return read_input(self.graph, value)

    def check(self) -> None:
        """Refuse a graph whose parts cannot run together."""
        capabilities.check(self.graph, sync=self._sync)

    def check_loop(self, instead: str) -> None:
        """Refuse a graph that needs the event loop of this thread."""
        loop_affinity.check(self.graph, instead, sync=self._sync)

    def explained(self, error: BaseException, instead: str) -> BaseException:
        """Explain an error that comes from such a conflict."""
        return loop_affinity.explained(error, instead)

    def background_loop(self) -> asyncio.AbstractEventLoop | None:
        """Find the loop that a run in the background needs."""
        return background.home(self.graph, sync=self._sync)

    def source(
        self,
        input: object,  # noqa: A002
        config: Mapping[str, Any] | None,
        *,
        context: object = None,
        run: RunState | None = None,
        name: str | None = None,
    ) -> Source:
        """Make the source of one run of the graph."""
        check_config(config)
        return GraphSource(
            self.graph, input, config, context=context, run=run, name=name or self.name,
            sync=self._sync, tokens=self._tokens,
        )  # fmt: skip


def filters_of(options: StreamOptions) -> Filters:
    """Make the filters of a run's options.

    Args:
        options: The options, every one of them.

    Raises:
        OptionError: There is no such kind.
    """
    return Filters.of(options["node"], options["tag"], options["agent"], options["kind"])
