"""The runs of one widget: start them one after another, send their frames, store them."""

from __future__ import annotations

import contextlib
import functools
import threading
import uuid
from typing import TYPE_CHECKING, Any

from lg_notebook._run import Run
from lg_notebook.exceptions import RunningError
from lg_notebook.graphs.input_schema import misspelt
from lg_notebook.kernel import environment
from lg_notebook.kernel.user_frames import without_machinery
from lg_notebook.model.run_state import data_of
from lg_notebook.runtime import resume, sigint
from lg_notebook.runtime.execution import Execution
from lg_notebook.runtime.run_config import check_config
from lg_notebook.widget.live_output import show_static_faces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lg_notebook.runtime.publisher import Publisher
    from lg_notebook.runtime.run_setup import RunSetup
    from lg_notebook.widget.live_output import LiveOutput

_INSTEAD = "use `await widget.arun(…)`"


class WidgetRuns:
    """Runs a widget's graph, one run at a time.

    Args:
        setup: The graph, with its options checked.
        config: LangChain's config for every run.
        name: Name of the graph.
        send: Called as `send(number, first, last)` to send the events `first <= seq < last`
            of the run with that number to the pages.
        set_traits: Set traits of the widget with one message.
        has_form: Whether the widget shows its input box.
        own_thread: Whether runs whose config names no thread get the widget's own.

    Attributes:
        thread: The widget's own thread, or None.
        filters: Which messages the widget shows.
        runs: The runs, oldest first.
        outputs: The live outputs of the widget.
    """

    def __init__(
        self,
        setup: RunSetup,
        config: Mapping[str, Any] | None,
        *,
        name: str,
        send: Callable[[int, int, int], None],
        set_traits: Callable[..., None],
        has_form: Callable[[], bool],
        own_thread: bool = False,
    ) -> None:
        self._setup = setup
        self.filters = setup.filters
        self.thread: str | None = None
        if own_thread and resume.needs_thread(setup.graph, None):
            self.thread = uuid.uuid4().hex
        check_config(config)
        self._config = self._threaded(config)
        self._name = name
        self._send_frame = send
        self._set_traits = set_traits
        self._has_form = has_form
        self._keep_widget = has_form()
        self._lock = threading.Lock()
        self._last = resume.place(self._config, setup.context)
        self._execution: Execution | None = None
        self._publisher: Publisher | None = None
        self.runs: list[Run] = []
        self.outputs: list[LiveOutput] = []

    @property
    def is_running(self) -> bool:
        """Whether a run has begun and not finished."""
        return self._execution is not None

    def sent(self, number: int) -> int:
        """Count the events of a run that pages have received in frames.

        Args:
            number: The run's index in `runs`.
        """
        publisher = self._publisher if number == len(self.runs) - 1 else None
        return len(self.runs[number]) if publisher is None else publisher.sent

    def run(
        self,
        input: object,  # noqa: A002 - LangGraph's own name
        config: Mapping[str, Any] | None = None,
        context: object = None,
    ) -> Run:
        """Run the graph and wait until it ends (see `GraphWidget.run`)."""
        self._setup.check_loop(_INSTEAD)
        cell = environment.cell()[1]
        execution, run = self._prepare(input, config, context)
        try:
            execution.block(threaded=environment.has_running_loop())
        finally:
            self._finish_in(cell)
        if run.exception is not None and environment.has_running_loop():
            run.exception = self._setup.explained(run.exception, _INSTEAD)
        return _raised(run)

    async def arun(
        self,
        input: object,  # noqa: A002
        config: Mapping[str, Any] | None = None,
        context: object = None,
        *,
        from_page: bool = False,
    ) -> Run:
        """Run the graph on the running event loop; the async form of `run`.

        Args:
            input: The graph's input.
            config: As for `run`.
            context: As for `run`.
            from_page: Whether a page started it, and not a cell.
        """
        cell = "" if from_page else environment.cell()[1]
        execution, run = self._prepare(input, config, context)
        try:
            await execution.arun()
        finally:
            self._finish_in(cell)
        return _raised(run)

    def resume(
        self, value: object, config: Mapping[str, Any] | None = None, context: object = None
    ) -> Run:
        """Answer an interrupt, and wait until the graph ends (see `GraphWidget.resume`)."""
        config, context = self._place(config, context)
        waiting = resume.state(self._setup.graph, config)
        return self.run(resume.command(value, waiting), config, context)

    async def aresume(
        self,
        value: object,
        config: Mapping[str, Any] | None = None,
        context: object = None,
        *,
        from_page: bool = False,
    ) -> Run:
        """Answer an interrupt on the running event loop; the async form of `resume`."""
        config, context = self._place(config, context)
        waiting = await resume.astate(self._setup.graph, config)
        command = resume.command(value, waiting)
        return await self.arun(command, config, context, from_page=from_page)

    def _place(
        self, config: Mapping[str, Any] | None, context: object
    ) -> tuple[Mapping[str, Any], object]:
        """Choose where an answer goes: to the newest run, unless a config says otherwise."""
        last = self._last
        check_config(config)
        if config is not None:
            last = resume.Place(dict(self._threaded(config) or {}), last.context)
        return last.config, last.context if context is None else context

    def _threaded(self, config: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """Add the widget's own thread to a config that names none."""
        if self.thread is None or not resume.needs_thread(self._setup.graph, config):
            return config
        keys = {**((config or {}).get("configurable") or {}), "thread_id": self.thread}
        return {**(config or {}), "configurable": keys}

    def stop(self) -> None:
        """Stop the current run, if any."""
        execution = self._execution
        if execution is not None:
            execution.stop()

    def begin(
        self,
        input: object,  # noqa: A002
        config: Mapping[str, Any] | None = None,
        context: object = None,
    ) -> tuple[Execution, Publisher]:
        """Make the next run's execution and its publisher, and start neither.

        The caller runs the execution, and calls `finish` afterwards.

        Raises:
            RunningError: A run of this widget has not ended.
            GraphTypeError: LangGraph cannot run the graph's parts together.
        """
        self._setup.check()
        check_config(config)
        with self._lock:
            if self._execution is not None:
                msg = "A run of this widget has not ended: wait for it, or call stop() first."
                raise RunningError(msg)
            number = len(self.runs)
            config = self._config if config is None else self._threaded(config)
            context = self._setup.context if context is None else context
            run = Run()
            data_of(run).filters = self._setup.filters
            source = self._setup.source(
                self._setup.read(input), config, context=context, run=run, name=self._name
            )
            self._last = resume.place(config, context)
            execution = self._execution = Execution(source)
            publisher = self._publisher = source.builder.publish(
                functools.partial(self._send_frame, number)
            )
            self.runs.append(run)
        hint = misspelt(self._setup.graph, input) if self._has_form() else ""
        with self._closing_if_it_fails(execution):
            self._set_traits(problem=hint, count=number + 1, status="running")
        return execution, publisher

    @contextlib.contextmanager
    def _closing_if_it_fails(self, execution: Execution) -> Iterator[None]:
        """Close a run that could not be started, so that the next one can run."""
        try:
            yield
        except BaseException:
            self._execution = None
            execution.close()
            raise

    def finish(self, *, keep_widget: bool = False) -> None:
        """Send the rest of the run, show its status, and store the runs in every output.

        Args:
            keep_widget: Also leave the live widget in the outputs.
        """
        publisher, execution = self._publisher, self._execution
        if publisher is None or execution is None:
            return
        try:
            with sigint.held():
                execution.close()
                publisher.close()
                self._set_traits(status=execution.run.status)
                self._keep_widget = keep_widget or self._has_form()
                self.store()
        finally:
            self._execution = None

    def store(self) -> None:
        """Store the runs in every output."""
        for output in self.outputs:
            output.store(self.runs, widget=self._keep_widget)

    def _finish_in(self, cell: str) -> None:
        """Finish a run that was started in a cell or, if that is empty, by a page.

        The static faces go into the widget's output of the same cell. Without one, they are an
        output of that cell: nbval compares how an output began, so earlier cells stay unchanged.
        """
        run = self.runs[-1]
        here = [each for each in self.outputs if each.cell == cell or not cell]
        for output in here:
            output.show_statically(run, self.filters)
        if here and cell:
            data_of(run).cell = cell
        self.finish()
        if self.outputs and not here:
            show_static_faces(run, self.filters, hidden=True)

    def _prepare(
        self,
        input: object,  # noqa: A002
        config: Mapping[str, Any] | None,
        context: object,
    ) -> tuple[Execution, Run]:
        execution, publisher = self.begin(input, config, context)
        with self._closing_if_it_fails(execution):
            publisher.open()
        return execution, self.runs[-1]


def _raised(run: Run) -> Run:
    if run.status == "error" and run.exception is not None:
        raise run.exception.with_traceback(without_machinery(run.exception.__traceback__))
    return run
