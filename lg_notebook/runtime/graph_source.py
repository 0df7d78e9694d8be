"""A graph as the source of a run's events."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from lg_notebook.core.limits import limits
from lg_notebook.graphs import capabilities
from lg_notebook.graphs.graph import graph_name, is_remote, message_channels
from lg_notebook.graphs.held_credentials import held_credentials
from lg_notebook.graphs.object_walk import reachable
from lg_notebook.graphs.topology import topology
from lg_notebook.normalize.custom_tokens import Tokens
from lg_notebook.privacy.redactor import Redactor
from lg_notebook.runtime import resume
from lg_notebook.runtime.item_folder import ItemFolder
from lg_notebook.runtime.run_builder import RunBuilder
from lg_notebook.runtime.source import Source
from lg_notebook.streams.model_calls import ModelCallRecorder
from lg_notebook.streams.subscribe import asubscribe, modes, subscribe

if TYPE_CHECKING:
    import threading
    from collections.abc import AsyncIterator, Iterator, Mapping

    from lg_notebook.events import AnyEvent, Status, Topology
    from lg_notebook.model.run_state import RunState
    from lg_notebook.remote.run import Remote
    from lg_notebook.streams.subscribe import Item


class GraphSource(Source):
    """One run of a graph, local or on a server.

    Args:
        graph: A graph (see `as_graph.as_graph`).
        input: Its input.
        config: LangChain's config, or None.
        context: LangGraph's run-time context, or None.
        run: The run to fill; a new one by default.
        name: The name to show for the graph; its own by default.
        sync: Whether to run the graph by its sync `stream`, in a thread, wherever it is run.
        tokens: Name of the field of custom payloads that holds tokens (see `Tokens`).
    """

    def __init__(
        self,
        graph: Any,
        input: object,  # noqa: A002 - LangGraph's own name
        config: Mapping[str, Any] | None = None,
        *,
        context: object = None,
        run: RunState | None = None,
        name: str | None = None,
        sync: bool = False,
        tokens: str | None = None,
    ) -> None:
        self._graph = graph
        self._input = input
        self._config = config
        self._context = context
        self._name = name or graph_name(graph)
        self._sync = sync
        self._recorder = ModelCallRecorder()
        self._remote, keys = _on_server(graph)
        things = [] if self._remote is not None else list(reachable(graph))
        self._modes = modes(graph, things)
        held = held_credentials(graph, things)
        self._redactor = Redactor(config, context, keys, held, run_input=input)
        self.builder = RunBuilder(run)
        self._folder = ItemFolder(
            self.builder,
            self._redactor,
            limits.withhold,
            tokens=Tokens(tokens),
            model_calls=self._recorder.log,
            message_channels=message_channels(graph),
        )

    def only_async(self) -> bool:
        """Whether the graph has no sync form."""
        return not self._sync and capabilities.async_only(self._graph) is not None

    def runs_async(self) -> bool:
        """Whether the graph's async form serves better on a loop."""
        return not self._sync and capabilities.runs_async(self._graph)

    def start(self) -> list[AnyEvent]:
        """Start the clock; return the first events."""
        drawn = topology(self._graph)
        if self._remote is None:
            return self._folder.start(self._name, self._input, drawn)
        from lg_notebook.remote.topology import ask, masked  # noqa: PLC0415 - rare

        events = self._folder.start(self._name, self._input, masked(drawn, self._redactor))
        if drawn is None:
            try:
                ask(self._graph, self._draw)
            except RuntimeError as error:  # no thread can start
                self._folder.pass_by("The graph's drawing", error)
        return events

    def _draw(self, drawn: Topology) -> None:
        """Add the graph's topology, received from its server while the graph runs."""
        from lg_notebook.remote.topology import masked  # noqa: PLC0415 - rare

        self._folder.draw(masked(drawn, self._redactor))
        self.builder.changed()

    def items(self, stopping: threading.Event) -> Iterator[Item]:  # noqa: ARG002 - the graph itself is stopped
        """Run the graph in this thread; yield its stream items."""
        return subscribe(
            self._graph, self._input, self._config, self._context, self._recorder, self._remote,
            self._modes,
        )  # fmt: skip

    def aitems(self) -> AsyncIterator[Item]:
        """Run the graph on the running event loop; yield its stream items."""
        return asubscribe(
            self._graph, self._input, self._config, self._context, self._recorder, self._remote,
            self._modes,
        )  # fmt: skip

    def take(self, item: Item) -> list[AnyEvent]:
        """Fold an item now; return its events."""
        return self._folder.take(item)

    def note(self, item: Item) -> None:
        """Note an item, to be folded soon."""
        self._folder.note(item)

    def stop(self) -> None:
        """Stop the model calls, and the run on its server."""
        self._recorder.stop()
        if self._remote is not None:
            self._remote.stop()

    def finish(
        self, status: Status, error: BaseException | None = None, *, abandoned: bool = False
    ) -> list[AnyEvent]:
        """Write the run's end; remember where a person's answer is awaited."""
        events = self._folder.finish(status, error, abandoned=abandoned)
        if events:
            # Of a config that the graph refused, anything.
            with contextlib.suppress(AttributeError, TypeError, ValueError):
                resume.note(self._graph, self._config, self._context, self.builder.run.status)
        return events


def _on_server(graph: Any) -> tuple[Remote | None, dict[str, Any]]:
    """Make the run of a remote graph on its server, and list the keys that it is called with."""
    if not is_remote(graph):
        return None, {}
    from lg_notebook.remote.client import credentials  # noqa: PLC0415 - slow, and rare
    from lg_notebook.remote.run import Remote  # noqa: PLC0415

    return Remote(graph), credentials(graph)
