"""A run with its view: what the magics, `watch` and `awatch` have in common."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from lg_notebook import host
from lg_notebook.display import show_twin, texts
from lg_notebook.execution import Execution
from lg_notebook.feed import Feed
from lg_notebook.subscribe import runs_async

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lg_notebook.filters import Filters
    from lg_notebook.run import Run


class Session:
    """Runs a graph once, before the user's eyes.

    Nothing is shown, and `started` is not called, until the graph has accepted its input.

    Args:
        graph: A graph (see `subscribe.as_graph`).
        input: Its input.
        config: LangChain's config.
        context: LangGraph's run-time context.
        filters: Which messages to show.
        name: What to call the graph.
        view: `auto`, `widget`, `text`, `html` or `quiet`.
        started: Called with the run when its first task begins.
    """

    def __init__(
        self,
        graph: Any,
        input: object,  # noqa: A002 - LangGraph's own name
        config: Mapping[str, Any] | None,
        *,
        context: object,
        filters: Filters,
        name: str,
        view: str,
        started: Callable[[Run], None],
    ) -> None:
        if view == "auto" and host.kernel() is None:
            view = "text"
        try:
            runs_async(graph)
        except TypeError as error:
            raise UsageError(str(error)) from None
        self._filters = filters
        self._view = view
        self._started = started
        self._stage: Any = None
        self._widget: Any = None
        self._begun = False
        if view in {"auto", "widget"}:
            self._make_widget(graph, input, config, context, name)
        else:
            self.execution = Execution(graph, input, config, context=context, name=name)
            self._state: list[int] = []
            sink = self._write if view == "text" else lambda _, __: None
            self._feed = Feed(self.run, sink, self.execution.settle)
        self.execution.changed = self._changed

    def _make_widget(
        self, graph: Any, value: object, config: Any, context: object, name: str
    ) -> None:
        from lg_notebook.widget import GraphWidget  # noqa: PLC0415 - slow, and needed only here

        filters = self._filters
        self._widget = GraphWidget(
            graph, config=config, context=context, node=filters.node, tag=filters.tag,
            name=name, form=False,
        )  # fmt: skip
        _replace(self._widget)
        self.execution, self._feed = self._widget.begin(value)
        self._stage = self._widget.stage({"text/plain": ""})

    @property
    def run(self) -> Run:
        """The run."""
        return self.execution.run

    def _changed(self) -> None:
        if self.run.tasks or self.run.messages:
            self._begin()

    def _begin(self) -> None:
        self._begun = True
        self._started(self.run)
        if self._stage is not None:
            self._stage.open()
        self._feed.open()
        self.execution.changed = self._feed.changed
        self._feed.changed()

    def _write(self, first: int, last: int) -> None:
        text = "".join(texts(self.run, self._filters, first, last, self._state))
        if text:
            sys.stdout.write(text)
            sys.stdout.flush()

    def block(self, *, threaded: bool) -> Run:
        """Run, and wait for the end.

        Args:
            threaded: Whether to run the graph in a thread of its own.

        Returns:
            The run.

        Raises:
            UsageError: The graph did not accept its input.
            KeyboardInterrupt: It was interrupted; the run has status `stopped`.
            Exception: Whatever the graph raised.
        """
        with self._ending():
            self.execution.block(threaded=threaded)
        return self.run

    async def arun(self) -> Run:
        """Run, on the running loop; the async twin of `block`.

        Raises:
            asyncio.CancelledError: The caller was cancelled; the run has status `stopped`.
        """
        with self._ending():
            await self.execution.arun()
        return self.run

    @contextlib.contextmanager
    def _ending(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._end()
        error = self.run.exception
        if self.run.status == "error" and error is not None:
            if not self._begun:
                words = host.sentence(error)
                raise UsageError(f"The graph did not accept this input: {words}") from None
            raise error.with_traceback(_users(error.__traceback__))

    def _end(self) -> None:
        run = self.run
        accepted = self._begun or run.status != "error"
        if accepted and not self._begun:
            self._begin()
        if self._widget is not None:
            self._widget.finish(keep_widget=self._view == "widget")
            if not accepted:
                self._widget.close()
        elif accepted:
            self._feed.close()
        if accepted and self._view in {"auto", "widget", "html"}:
            show_twin(run, self._filters, hidden=self._stage is not None)


_shown: dict[str, tuple[str, list[Any]]] = {}
"""Cell id → the execution that it showed widgets in last, and those widgets."""


def _replace(widget: Any) -> None:
    """Close the widgets of the cell's earlier executions: nothing shows them any more.

    ipywidgets keeps every widget, with its run, until it is closed.
    """
    cell, execution = host.cell()
    if cell is None:
        return
    before, widgets = _shown.get(cell, ("", []))
    if before != execution:
        for each in widgets:
            each.close()
        widgets = []
    _shown[cell] = execution, [*widgets, widget]


def _users(traceback: Any) -> Any:
    """The traceback from the first frame that is not ours."""
    while traceback is not None and traceback.tb_next is not None:
        name = traceback.tb_frame.f_globals.get("__name__", "")
        if not name.startswith("lg_notebook"):
            break
        traceback = traceback.tb_next
    return traceback
